import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { mkdir, rm } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { pipeline } from "node:stream/promises";
import { at } from "../../recorder/registeredResource.ts";
import type { Toolchain } from "../toolchain/build.ts";
import type { ServerProcess, Servers } from "./processes.ts";
import { type Answer, send } from "./request.ts";
import type { SiteFolder, SiteRecord } from "./siteFolder.ts";
import { until } from "./waiting.ts";

const host = "127.0.0.1";

/** The URL of a site's Vault. */
export function vaultUrl({ ports }: SiteRecord): string {
  return `https://${host}:${ports.vault}`;
}

/**
 * Starts a site's Vault with storage on disk, initialises it the first time, and unseals it. If this build of Vault
 * lacks the Kubernetes auth method, it is registered as a plugin.
 * @returns the server's process, and the record with Vault's keys
 */
export async function startVault(
  folder: SiteFolder,
  record: SiteRecord,
  servers: Servers,
  tools: Toolchain,
  signal: AbortSignal,
): Promise<{ server: ServerProcess; record: SiteRecord }> {
  const plugin = tools["vault-plugin-auth-kubernetes"];
  // Storage whose keys were never recorded comes from an interrupted start and contains nothing.
  if (record.vault === undefined) await rm(folder.file("vault"), { recursive: true, force: true });
  await mkdir(folder.file("vault"), { recursive: true });
  await folder.writeFile("vault.json", JSON.stringify(configuration(folder, record, dirname(plugin.path))));
  const server = await servers.start({
    name: "vault",
    file: tools.vault.path,
    version: tools.vault.version,
    ports: [record.ports.vault, record.ports.vaultCluster],
    args: ["server", `-config=${folder.file("vault.json")}`],
  });
  const waiting = { servers: [server], seconds: 60, signal };
  await until(
    "Vault answers",
    async () => typeof at((await askVault(record, "GET", "sys/init")).body, "initialized") === "boolean" || undefined,
    waiting,
  );
  const keys = record.vault ?? (await initialize(record));
  const complete: SiteRecord = { ...record, vault: keys };
  await folder.write(complete);
  await askVault(complete, "PUT", "sys/unseal", { key: keys.unsealKey });
  // A sealed or standby Vault returns a different status.
  await until(
    "Vault is unsealed and active",
    async () => ((await askVault(complete, "GET", "sys/health")).status === 200 ? true : undefined),
    waiting,
  );
  await registerPlugin(complete, plugin.path);
  return { server, record: complete };
}

function configuration(folder: SiteFolder, record: SiteRecord, pluginFolder: string): object {
  const { ports } = record;
  return {
    storage: { raft: { path: folder.file("vault"), node_id: "sandbox" } },
    listener: {
      tcp: {
        address: `${host}:${ports.vault}`,
        cluster_address: `${host}:${ports.vaultCluster}`,
        tls_cert_file: folder.file("server.pem"),
        tls_key_file: folder.file("server-key.pem"),
      },
    },
    api_addr: vaultUrl(record),
    cluster_addr: `https://${host}:${ports.vaultCluster}`,
    plugin_directory: pluginFolder,
    disable_mlock: true,
  };
}

async function initialize(record: SiteRecord): Promise<{ unsealKey: string; rootToken: string }> {
  const answer = await askVault(record, "PUT", "sys/init", { secret_shares: 1, secret_threshold: 1 });
  const unsealKey = at(answer.body, "keys_base64", 0);
  const rootToken = at(answer.body, "root_token");
  if (typeof unsealKey !== "string" || typeof rootToken !== "string") throw failed("initialise", answer);
  return { unsealKey, rootToken };
}

async function registerPlugin(record: SiteRecord, executable: string): Promise<void> {
  const place = "sys/plugins/catalog/auth/kubernetes";
  const known = await askVault(record, "GET", place);
  if (known.status === 200 && at(known.body, "data", "builtin") === true) return;
  const hash = createHash("sha256");
  await pipeline(createReadStream(executable), hash);
  const answer = await askVault(record, "PUT", place, { sha256: hash.digest("hex"), command: basename(executable) });
  if (answer.status >= 300) throw failed("register its Kubernetes auth method", answer);
}

/** Sends a request to Vault's API, as root once Vault has been initialised. */
export async function askVault(record: SiteRecord, method: string, path: string, body?: unknown): Promise<Answer> {
  return send({
    url: `${vaultUrl(record)}/v1/${path}`,
    ca: record.caCertificate,
    method,
    headers: record.vault === undefined ? {} : { "x-vault-token": record.vault.rootToken },
    ...(body === undefined ? {} : { body }),
  });
}

/**
 * Writes to Vault's API as root.
 * @returns the response body
 * @throws Error with Vault's message if it refuses.
 */
export async function writeVault(record: SiteRecord, path: string, body: object): Promise<unknown> {
  const answer = await askVault(record, "POST", path, body);
  if (answer.status >= 300) throw failed(`write ${path}`, answer);
  return answer.body;
}

/** An error with Vault's message. For these calls, Vault's errors never contain a key. */
function failed(what: string, { status, body }: Answer): Error {
  return new Error(`Vault could not ${what}: ${status} ${JSON.stringify(at(body, "errors"))}`);
}
