import { randomBytes, X509Certificate } from "node:crypto";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { hostFields, hostPath, pairMetadata, registryPath, valueField } from "../../components/vault/index.ts";
import { projectFolder, type StackConfiguration } from "../../recorder/stackFile.ts";
import type { SuppliedSecretLocation } from "../../suppliedSecrets.ts";
import { createServerIdentity } from "../sites/certificates.ts";
import type { RunningSite } from "../sites/sandbox.ts";
import { describedSite, type SandboxParts, sandboxConfiguration } from "../sites/siteConfiguration.ts";
import type { SiteRecord } from "../sites/siteFolder.ts";
import { askVault, writeVault } from "../sites/vault.ts";

/** Whether a site's Vault never had a supplied secret; each site has one for its registry. */
export async function isNew({ record }: RunningSite): Promise<boolean> {
  return !(await hasValue(record, registryPath));
}

/** The configuration of a site's first deployment, which releases nothing. */
export function withoutReleases(stack: StackConfiguration): StackConfiguration {
  return { ...stack, config: { ...stack.config, "gemelos:releases": "{}" } };
}

/**
 * Writes a random value for each supplied secret of a new site and of a program's services, as its operators do before the
 * first release. Does nothing if the site is not new.
 * @returns the secrets that received a value: paths in the mount `services`
 */
export async function fillSupplied(
  site: RunningSite,
  program?: string,
  parts?: SandboxParts,
): Promise<readonly string[]> {
  return (await isNew(site)) ? fillMissing(site, program, parts) : [];
}

/**
 * The same for the supplied secrets that a site's Vault does not hold yet, such as those of services that are new.
 * @returns the secrets that received a value: paths in the mount `services`
 */
export async function fillMissing(
  site: RunningSite,
  program = join(projectFolder, "index.ts"),
  parts: SandboxParts = {},
): Promise<readonly string[]> {
  const filled: string[] = [];
  // The registry's is the last, because its presence marks the site as filled.
  for (const { path, fields } of (await supplied(dirname(program), site, parts)).toReversed()) {
    if (await hasValue(site.record, path)) continue;
    const data: Record<string, string> = fields.includes(hostFields.key)
      ? await madeUpPair(path)
      : { [valueField]: madeUp(path) };
    await writeVault(site.record, `services/data/${path}`, { options: { cas: 0 }, data });
    const { [hostFields.certificate]: certificate } = data;
    if (certificate !== undefined) {
      const custom_metadata = pairMetadata(1, new Date(new X509Certificate(certificate).validTo));
      await writeVault(site.record, `services/metadata/${path}`, { custom_metadata });
    }
    filled.push(path);
  }
  return filled;
}

async function hasValue(record: SiteRecord, path: string): Promise<boolean> {
  return (await askVault(record, "GET", `services/metadata/${path}`)).status !== 404;
}

/** The registry's credentials consist of a user name and a password. */
function madeUp(path: string): string {
  const text = randomBytes(18).toString("base64url");
  return path === registryPath ? `sandbox:${text}` : text;
}

/** A host's certificate, signed by an authority that nobody keeps, and its key. */
async function madeUpPair(path: string): Promise<Record<string, string>> {
  const host = path.slice(hostPath("").length);
  const { certificate, caCertificate, key } = await createServerIdentity(`Gemelos sandbox ${host}`, [host]);
  return { [hostFields.certificate]: certificate + caCertificate, [hostFields.key]: key };
}

/** Read from the program's own catalogue, because a modified copy of the project may have other secrets. */
async function supplied(
  project: string,
  { stack, record }: RunningSite,
  parts: SandboxParts,
): Promise<SuppliedSecretLocation[]> {
  const load = (file: string): Promise<unknown> => import(pathToFileURL(join(project, file)).href);
  // A dynamically imported path has no static type; these files are copies of this project's.
  const { loadCatalogue } = (await load("services/index.ts")) as typeof import("../../services/index.ts");
  const { suppliedSecrets } = (await load("suppliedSecrets.ts")) as typeof import("../../suppliedSecrets.ts");
  const services = (await loadCatalogue()).map(({ service }) => service);
  const { partServices } = (await load("components/index.ts")) as typeof import("../../components/index.ts");
  const site = describedSite(sandboxConfiguration(stack, record, parts));
  // Their secrets do not depend on how many pods there are.
  return suppliedSecrets([...services, ...partServices(site, 0)], site);
}
