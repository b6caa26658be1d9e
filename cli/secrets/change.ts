import { UsageError } from "../../command/errors.ts";
import type { GeneratedSecret } from "../../components/secrets.ts";
import type { Target } from "./targets.ts";
import type { VaultClient } from "./vaultClient.ts";
import { newValue, readValue, readVersion, writeVersion } from "./versions.ts";

/** A new version of a secret. */
export interface Changed {
  readonly version: number;
  /** The version before it; 0 where this is the first, which no pod can have yet. */
  readonly replaced: number;
}

/**
 * Puts a value in. A generated secret is refused but by force: that is for a value that is known elsewhere already, such as
 * the password of a database that is older than its service.
 */
export async function putValue(target: Target, value: string, force: boolean, vault: VaultClient): Promise<Changed> {
  const path = storedPath(target);
  const { newest } = await readVersion(vault, path);
  if (target.kind === "generated" && !force) {
    throw new UsageError(
      `--key: ${target.key} is generated; make a new value with rotate, or put one that exists with --force`,
    );
  }
  if (target.kind === "generated" && newest === 0) throw notMadeYet(target);
  return { version: await writeVersion(vault, path, value, newest), replaced: newest };
}

/** Makes a new value of a generated secret. The old version stays, for a rollback. */
export async function rotateValue(target: Target, vault: VaultClient): Promise<Changed> {
  const path = storedPath(target);
  if (target.kind !== "generated" || !isGenerated(target.secret)) {
    throw new UsageError(
      `--key: ${target.key} is ${target.kind}, so no new value can be made here; put the one that you are given`,
    );
  }
  const { newest } = await readVersion(vault, path);
  if (newest === 0) throw notMadeYet(target);
  return { version: await writeVersion(vault, path, newValue(target.secret), newest), replaced: newest };
}

/** Writes the value of an older version again, as the newest: the one that is named, or the one before the newest. */
export async function rollBackValue(
  target: Target,
  to: number | undefined,
  vault: VaultClient,
): Promise<Changed & { readonly restored: number }> {
  const path = storedPath(target);
  const { newest } = await readVersion(vault, path);
  const restored = to ?? newest - 1;
  if (restored < 1 || restored >= newest) {
    const versions =
      newest < 2 ? `there is ${newest === 0 ? "no version" : "only one"}` : `there are 1 to ${newest - 1}`;
    throw new UsageError(`--to: ${restored} is no older version of ${target.key}; ${versions}`);
  }
  const value = await readValue(vault, path, restored);
  if (value === undefined) {
    throw new UsageError(
      `--to: version ${restored} of ${target.key} is deleted, or too old to be kept; choose another`,
    );
  }
  return { version: await writeVersion(vault, path, value, newest), replaced: newest, restored };
}

function storedPath({ path, key, kind }: Target): string {
  if (path !== undefined) return path;
  const reason =
    kind === "existing"
      ? "is a Kubernetes Secret that exists and no secret of Vault; change it there"
      : "is issued by Vault, which renews it by itself; there is no value to put";
  throw new UsageError(`--key: ${key} ${reason}`);
}

function isGenerated(secret: Target["secret"]): secret is GeneratedSecret {
  return "kind" in secret && secret.kind === "generated";
}

function notMadeYet({ key, owner }: Target): Error {
  return new UsageError(
    `--key: ${key} of ${owner} is made by its first pulumi up, which would write over this; run that first`,
  );
}
