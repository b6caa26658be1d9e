import { randomInt } from "node:crypto";
import type { GeneratedSecret } from "../../components/secrets.ts";
import { alphabets, valueField, vaultMounts } from "../../components/vault/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { VaultClient } from "./vaultClient.ts";

/** What Vault's metadata say of one secret; the value is no part of it. */
export interface StoredVersion {
  /** The newest version; 0 where none was ever written. */
  readonly newest: number;
  /** Whether the newest version has a value: it is neither deleted nor destroyed. */
  readonly present: boolean;
  /** When the newest version was written. */
  readonly created: Date | undefined;
}

/** Reads the metadata of a secret. */
export async function readVersion(vault: VaultClient, path: string): Promise<StoredVersion> {
  const metadata = await vault.read(`${vaultMounts.services}/metadata/${path}`);
  const newest = Number(at(metadata, "current_version") ?? 0);
  const version = at(metadata, "versions", String(newest));
  if (newest === 0 || version === undefined) return { newest, present: false, created: undefined };
  const deleted = String(at(version, "deletion_time") ?? "") !== "" || at(version, "destroyed") === true;
  return { newest, present: !deleted, created: new Date(String(at(version, "created_time"))) };
}

/**
 * Writes the version that follows the one that was read, and returns its number. Somebody who wrote in between is not
 * overwritten: Vault refuses (check-and-set).
 */
export async function writeVersion(vault: VaultClient, path: string, value: string, newest: number): Promise<number> {
  const written = await vault.write(`${vaultMounts.services}/data/${path}`, {
    data: { [valueField]: value },
    options: { cas: newest },
  });
  return Number(at(written, "version"));
}

/** Reads the value of a version, for writing it again. It is never shown. Undefined where it is gone. */
export async function readValue(vault: VaultClient, path: string, version: number): Promise<string | undefined> {
  const answer = await vault.read(`${vaultMounts.services}/data/${path}`, { version: String(version) });
  const value = at(answer, "data", valueField);
  return typeof value === "string" ? value : undefined;
}

/** A new value of the stated length and alphabet, from the system's source of randomness. */
export function newValue({ length, alphabet }: GeneratedSecret): string {
  const characters = alphabets[alphabet];
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
}
