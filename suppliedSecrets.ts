import { type ExposingSite, exposedHosts, type ResolvedMicroservice } from "./components/index.ts";
import {
  deploymentPolicyName,
  hostFields,
  hostPath,
  registryDescription,
  registryKey,
  registryPath,
  valueField,
  vaultMounts,
} from "./components/vault/index.ts";
import { openVault } from "./vaultClient/openVault.ts";
import { checkProviderTrust } from "./vaultClient/providerTrust.ts";
import { RemoteError } from "./vaultClient/remoteError.ts";
import type { VaultClient } from "./vaultClient/vaultClient.ts";
import { readSetup, reviewerCommand, type SetUpSite, type SetupReport, setupCommand } from "./vaultSetup.ts";

/** A secret whose value an operator puts into Vault. */
export interface SuppliedSecretLocation {
  /** Path in the mount `services`: `payments/card-payments/GATEWAY_API_KEY`. */
  readonly path: string;
  /** What the secret is and who has it, in one line. */
  readonly description: string;
  /** Arguments of `npm run secrets -- put` for the secret: `--service card-payments --key GATEWAY_API_KEY`. */
  readonly arguments: string;
  /** The fields that it has in Vault. */
  readonly fields: readonly string[];
}

/** A site as far as its Vault is asked. */
export interface AskedSite {
  readonly name: string;
  /** Stack file of the site, for messages. */
  readonly file: string;
  readonly vault: { readonly address: string; readonly caCertificate: string; readonly authMount: string };
  readonly kubernetes: SetUpSite["kubernetes"];
  readonly domains: SetUpSite["domains"];
}

/**
 * The supplied secrets: first the site's own (its registry credentials), then those of the services, ordered by key, then
 * the certificates of its hosts.
 */
export function suppliedSecrets(
  services: readonly Pick<ResolvedMicroservice, "name" | "namespace" | "exposure" | "secrets">[],
  site: ExposingSite,
): SuppliedSecretLocation[] {
  const fields = [valueField];
  const ofServices = services.flatMap(({ name, secrets }) =>
    secrets.stored.flatMap(({ key, path, secret }) =>
      secret.kind === "supplied"
        ? [{ path, description: secret.description, arguments: `--service ${name} --key ${key}`, fields }]
        : [],
    ),
  );
  const ofHosts = exposedHosts(services, site).flatMap(({ host, certificate }) =>
    certificate.source === "supplied"
      ? [
          {
            path: hostPath(host),
            description: "the host's certificate with its chain, and its key",
            arguments: `--host ${host} --certificate FILE --key FILE`,
            fields: Object.values(hostFields),
          },
        ]
      : [],
  );
  const ofRegistry = {
    path: registryPath,
    description: registryDescription,
    arguments: `--key ${registryKey}`,
    fields,
  };
  return [ofRegistry, ...ofServices, ...ofHosts];
}

/** The command with which an operator supplies a secret in a site. */
export function putCommand(site: string, secret: SuppliedSecretLocation): string {
  return `npm run secrets -- put --site ${site} ${secret.arguments}`;
}

/**
 * Asks a site's Vault, before anything is registered, whether the deployment can work with it: whether it answers, takes
 * the token, is trusted by the provider, is set up by an operator as services need it, and has a value for each of these
 * secrets. It reads the names of a secret's fields and no value.
 *
 * @param environment the variables that the provider will have: `VAULT_TOKEN`, `VAULT_CACERT`
 * @returns the client that asked
 * @throws RemoteError with what is wrong and what to do; with every missing secret and the command that supplies it.
 */
export async function checkVault(
  site: AskedSite,
  secrets: readonly SuppliedSecretLocation[],
  environment: NodeJS.ProcessEnv,
): Promise<VaultClient> {
  const { name } = site;
  const which = `the Vault of ${name} (${site.vault.address})`;
  const vault = openVault(site, environment);
  // First and alone, because it tells a token that is worth nothing from one whose policy lacks something.
  await vault.read("auth/token/lookup-self");
  await checkProviderTrust(site, environment);
  const setup = await readSetup(vault, site);
  const states = await Promise.all(secrets.map(async (secret) => ({ secret, state: await askState(vault, secret) })));
  const denied = states.flatMap(({ secret, state }) => (state === "denied" ? [subkeysPath(secret.path)] : []));
  const missing = states.filter(({ state }) => state !== "denied" && state !== "there");
  const lacksMount = missing.some(({ state }) => state === "no mount");
  const problems = [
    ...setupLines(which, name, setup, lacksMount),
    ...deniedLines(which, name, [...setup.denied, ...denied]),
    ...missingLines(which, name, missing),
  ];
  if (problems.length > 0) throw new RemoteError(problems.join("\n"));
  return vault;
}

/**
 * Paths in the mount `services` of the generated secrets that have a value already, such as those of a service that was
 * removed and comes back: they are taken over. It reads metadata and no value.
 * @throws RemoteError if Vault does not answer, or denies the token.
 */
export async function existingSecrets(
  vault: VaultClient,
  services: readonly ResolvedMicroservice[],
): Promise<ReadonlySet<string>> {
  const generated = services.flatMap(({ secrets }) =>
    secrets.stored.filter(({ secret }) => secret.kind === "generated"),
  );
  const found = await Promise.all(generated.map(async ({ path }) => ((await hasValue(vault, path)) ? [path] : [])));
  return new Set(found.flat());
}

/** Whether the newest version of a secret is there, and neither deleted nor destroyed. */
async function hasValue(vault: VaultClient, path: string): Promise<boolean> {
  const metadata = await vault.read(`${vaultMounts.services}/metadata/${path}`);
  if (typeof metadata !== "object" || metadata === null || !("current_version" in metadata)) return false;
  const versions: unknown = Reflect.get(metadata, "versions");
  const newest: unknown = Reflect.get(Object(versions), String(metadata.current_version));
  if (typeof newest !== "object" || newest === null) return false;
  return Reflect.get(newest, "deletion_time") === "" && Reflect.get(newest, "destroyed") === false;
}

/** What Vault says of a supplied secret. */
type SecretState = "there" | "denied" | "never written" | "its newest version is deleted" | "no field" | "no mount";

async function askState(vault: VaultClient, { path, fields }: SuppliedSecretLocation): Promise<SecretState> {
  try {
    const found = await vault.read(subkeysPath(path));
    if (typeof found !== "object" || found === null || !("subkeys" in found)) return "never written";
    const { subkeys } = found;
    if (typeof subkeys !== "object" || subkeys === null) return "its newest version is deleted";
    return fields.every((field) => field in subkeys) ? "there" : "no field";
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    if (error.status === 403) return "denied";
    if (error.status === 404) return "no mount";
    throw error;
  }
}

/** The names of a secret's fields; a policy can allow them without the values. */
function subkeysPath(path: string): string {
  return `${vaultMounts.services}/subkeys/${path}`;
}

function setupLines(which: string, site: string, { wrong, login }: SetupReport, lacksMount: boolean): string[] {
  const lacking = [...(lacksMount ? [`the mount "${vaultMounts.services}" is not there`] : []), ...wrong];
  return [
    ...(lacking.length === 0
      ? []
      : [
          `${which} is not set up as services need it:`,
          ...lacking.map((line) => `  ${line}`),
          "an operator of that Vault, and no deployment, runs the script that this prints (docs/secrets.md):",
          `  ${setupCommand(site)}`,
        ]),
    ...(login.length === 0
      ? []
      : [
          `no service can log in to ${which}:`,
          ...login.map((line) => `  ${line}`),
          "an operator runs this, with the reviewer's token on standard input (docs/secrets.md):",
          `  ${reviewerCommand(site)}`,
        ]),
  ];
}

function deniedLines(which: string, site: string, paths: readonly string[]): string[] {
  if (paths.length === 0) return [];
  return [
    `${which} does not let the token in VAULT_TOKEN see whether ${paths.length === 1 ? "this is" : "these are"} there:`,
    ...paths.map((path) => `  ${path}`),
    "its policy is another one, or older than the catalogue; write the policy anew and use a token that has it:",
    `  npm run -s secrets -- policy --site ${site} | vault policy write ${deploymentPolicyName} -`,
  ];
}

function missingLines(
  which: string,
  site: string,
  missing: readonly { readonly secret: SuppliedSecretLocation; readonly state: SecretState }[],
): string[] {
  if (missing.length === 0) return [];
  const awaiting = missing.length === 1 ? "1 secret awaits" : `${missing.length} secrets await`;
  return [
    `${awaiting} an operator's value in ${which}; put what is missing and run again:`,
    ...missing.map(({ secret, state }) => {
      const reason = state === "no field" ? `has no ${named(secret.fields)}` : state;
      return `  ${putCommand(site, secret)}   # ${reason}: ${secret.description}`;
    }),
  ];
}

function named(fields: readonly string[]): string {
  return fields.length === 1 ? `field "${fields[0]}"` : `fields ${fields.map((field) => `"${field}"`).join(" and ")}`;
}
