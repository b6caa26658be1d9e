import { randomInt } from "node:crypto";
import type { GeneratedSecret } from "../../components/secrets.ts";
import { alphabets, valueField, vaultMounts } from "../../components/vault/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { VaultClient } from "../../vaultClient/vaultClient.ts";

/** Vault's metadata of one secret, without the value. */
export interface StoredVersion {
  /** Number of the newest version; 0 if none was ever written. */
  readonly newest: number;
  /** Whether the newest version still has a value, that is, is neither deleted nor destroyed. */
  readonly present: boolean;
  /** When the newest version was written. */
  readonly created: Date | undefined;
  /** Vault's `custom_metadata` of the secret. */
  readonly custom: unknown;
}

/** Reads a secret's metadata. */
export async function readVersion(vault: VaultClient, path: string): Promise<StoredVersion> {
  const metadata = await vault.read(`${vaultMounts.services}/metadata/${path}`);
  const newest = Number(at(metadata, "current_version") ?? 0);
  const custom = at(metadata, "custom_metadata");
  const version = at(metadata, "versions", String(newest));
  if (newest === 0 || version === undefined) return { newest, present: false, created: undefined, custom };
  const deleted = String(at(version, "deletion_time") ?? "") !== "" || at(version, "destroyed") === true;
  return { newest, present: !deleted, created: new Date(String(at(version, "created_time"))), custom };
}

/**
 * Writes the version after `newest`, with these fields, and returns its number. Vault rejects it if `newest` is outdated (check-and-set).
 */
export async function writeVersion(
  vault: VaultClient,
  path: string,
  data: Readonly<Record<string, string>>,
  newest: number,
): Promise<number> {
  const written = await vault.write(`${vaultMounts.services}/data/${path}`, {
    data,
    options: { cas: newest },
  });
  return Number(at(written, "version"));
}

/** Reads the value of a version so that it can be written again. It is never shown. Undefined if the value is gone. */
export async function readValue(vault: VaultClient, path: string, version: number): Promise<string | undefined> {
  const answer = await vault.read(`${vaultMounts.services}/data/${path}`, { version: String(version) });
  const value = at(answer, "data", valueField);
  return typeof value === "string" ? value : undefined;
}

/** A new value of the required length and alphabet, from the operating system's random source. */
export function newValue({ length, alphabet }: GeneratedSecret): string {
  const characters = alphabets[alphabet];
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join("");
}
