import type { SiteKubernetes } from "./components/index.ts";
import { type SetupSite, setupObjects, vaultMounts } from "./components/vault/index.ts";
import { RemoteError } from "./vaultClient/remoteError.ts";
import type { VaultClient } from "./vaultClient/vaultClient.ts";

/** A site as far as the setup of its Vault depends on it. */
export interface SetUpSite extends SetupSite {
  readonly kubernetes: Pick<SiteKubernetes, "address" | "caCertificate">;
}

/** What a site's Vault lacks of what an operator sets up. */
export interface SetupReport {
  /** What the script of {@link setupCommand} writes, and Vault has not or has otherwise: a line each. */
  readonly wrong: readonly string[];
  /** The same for {@link reviewerCommand}. */
  readonly login: readonly string[];
  /** Paths that the token may not read. */
  readonly denied: readonly string[];
}

/** The command that prints the script which sets a site's Vault up. */
export function setupCommand(site: string): string {
  return `npm run -s secrets -- setup --site ${site}`;
}

/** The command that configures the login of a site's service accounts. */
export function reviewerCommand(site: string): string {
  return `npm run secrets -- set-token-reviewer --site ${site}`;
}

/**
 * The configuration of the Kubernetes auth mount, without the reviewer's token. Annotations of a service account must not
 * become metadata of its login, because the metadata decides what it may read.
 */
export function loginConfig({ kubernetes }: Pick<SetUpSite, "kubernetes">): Readonly<Record<string, string | boolean>> {
  return {
    kubernetes_host: kubernetes.address,
    kubernetes_ca_cert: kubernetes.caCertificate,
    disable_local_ca_jwt: true,
    use_annotations_as_alias_metadata: false,
  };
}

/**
 * Compares what an operator has set up in a site's Vault with what services need. It reads no value.
 * @throws RemoteError if Vault does not answer as it should.
 */
export async function readSetup(vault: VaultClient, site: SetUpSite): Promise<SetupReport> {
  const { authMount } = site.vault;
  const [mount, config] = await Promise.all([
    look(vault, `sys/mounts/auth/${authMount}`),
    look(vault, `auth/${authMount}/config`),
  ]);
  const login = difference(config, { ...loginConfig(site), token_reviewer_jwt_set: true });
  if (mount.state === "denied") return { wrong: [], login, denied: [mount.path] };
  if (mount.state === "absent") return { wrong: [`auth/${authMount} is not there`], login, denied: [] };
  const objects = await Promise.all(
    setupObjects(site, String(mount.data["accessor"])).map(async ({ path, data }) => ({
      found: await look(vault, path),
      data,
    })),
  );
  return {
    wrong: objects.flatMap(({ found, data }) => difference(found, data)),
    login,
    denied: [config, ...objects.map(({ found }) => found)].flatMap(({ path, state }) =>
      state === "denied" ? [path] : [],
    ),
  };
}

/**
 * The accessor of an auth mount, by which Vault knows the accounts that log in there; undefined if there is no such mount.
 * @throws RemoteError if Vault denies the token, or does not answer as it should.
 */
export async function readAccessor(vault: VaultClient, authMount: string): Promise<string | undefined> {
  const mount = await look(vault, `sys/mounts/auth/${authMount}`);
  if (mount.state === "denied") throw mount.error;
  return mount.state === "there" ? String(mount.data["accessor"]) : undefined;
}

/**
 * The certificate (PEM) of the authority that signs the services' certificates.
 * @param site its name, for the message
 * @throws RemoteError if there is none, or Vault does not answer as it should.
 */
export async function readServicesAuthority(vault: Pick<VaultClient, "read">, site: string): Promise<string> {
  const path = `${vaultMounts.pki}/cert/ca`;
  const found = await look(vault, path);
  if (found.state === "denied") throw found.error;
  const certificate = found.state === "there" ? found.data["certificate"] : undefined;
  if (typeof certificate === "string" && certificate !== "") return certificate;
  throw new RemoteError(
    `${path} has no certificate in the Vault of ${site}; an operator of that Vault runs the script that ${setupCommand(site)} prints`,
  );
}

/** What Vault has at a path. */
type Found =
  | { readonly path: string; readonly state: "denied"; readonly error: RemoteError }
  | { readonly path: string; readonly state: "absent" }
  | { readonly path: string; readonly state: "there"; readonly data: Readonly<Record<string, unknown>> };

async function look(vault: Pick<VaultClient, "read">, path: string): Promise<Found> {
  try {
    const data = await vault.read(path);
    return data === undefined ? { path, state: "absent" } : { path, state: "there", data: Object(data) };
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    if (error.status === 403) return { path, state: "denied", error };
    // 400 is Vault's answer about an auth mount that does not exist.
    if (error.status === 404 || error.status === 400) return { path, state: "absent" };
    throw error;
  }
}

/** A line that says what is wrong at a path; none if it is as it should be, or cannot be seen. */
function difference(found: Found, expected: object): string[] {
  if (found.state === "denied") return [];
  if (found.state === "absent") return [`${found.path} is not there`];
  const fields = Object.entries(expected).flatMap(([field, value]) =>
    comparable(found.data[field]) === comparable(value) ? [] : [field],
  );
  return fields.length === 0 ? [] : [`${found.path} is not as it should be: ${fields.join(", ")}`];
}

/** Text without the line ends around it, which Vault drops from a certificate. */
function comparable(value: unknown): string {
  return JSON.stringify(typeof value === "string" ? value.trim() : value) ?? "";
}
