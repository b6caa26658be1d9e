import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { at } from "../../recorder/registeredResource.ts";
import { projectFolder, type StackConfiguration } from "../../recorder/stackFile.ts";
import { apiServerUrl, applyToApiServer, askApiServer } from "../sites/apiServer.ts";
import type { RunningSite } from "../sites/sandbox.ts";
import { describedSite, sandboxConfiguration } from "../sites/siteConfiguration.ts";
import type { SiteRecord } from "../sites/siteFolder.ts";
import { askVault, writeVault } from "../sites/vault.ts";
import { type Deployment, deploy } from "./deployment.ts";

/** Service account whose token Vault uses to review the tokens of other service accounts. */
const reviewer = { name: "vault-reviewer", namespace: "kube-system" };

/** Lifetime of the reviewer's token in seconds: one year, as in production. */
const reviewerSeconds = 365 * 24 * 3600;

/** Result of preparing a new site. */
export interface NewSite {
  /** Why the first deployment failed, or undefined if it succeeded. */
  readonly failure?: string | undefined;
  /** Supplied secrets that received a random value: paths in the mount `services`. */
  readonly filled: readonly string[];
}

/** Whether a site's Vault still lacks the first deployment or the operator's steps that follow it. */
export async function isNew({ stack, record }: RunningSite): Promise<boolean> {
  return !(await hasReviewer(stack, record));
}

/** The configuration of a site's first deployment, which releases nothing. */
export function withoutReleases(stack: StackConfiguration): StackConfiguration {
  return { ...stack, config: { ...stack.config, "gemelos:releases": "{}" } };
}

/**
 * Performs the operator's steps before the first release of a new site (docs/secrets.md): a deployment without
 * releases, which creates Vault's mounts; a random value for each missing supplied secret; the reviewer's token. Does
 * nothing if the site is already prepared.
 */
export async function prepareSite(deployment: Deployment): Promise<NewSite> {
  const { site } = deployment;
  if (!(await isNew(site))) return { filled: [] };
  const mounts = await askVault(site.record, "GET", "sys/mounts");
  if (at(mounts.body, "data", "services/") === undefined) {
    const stack = withoutReleases(deployment.stack ?? sandboxConfiguration(site.stack, site.record));
    const { failure } = await deploy({ ...deployment, operation: "up", stack });
    if (failure !== undefined) return { failure, filled: [] };
  }
  const filled = await fillSupplied(site.record, deployment.program ?? join(projectFolder, "index.ts"));
  // Last, because its presence marks the site as prepared.
  await ensureReviewer(site);
  return { filled };
}

/** Gives Vault its token for reviewing others' tokens if it has none; an `up` that moves the API server removes it. */
export async function ensureReviewer({ stack, record }: RunningSite): Promise<void> {
  if (await hasReviewer(stack, record)) return;
  const account = `api/v1/namespaces/${reviewer.namespace}/serviceaccounts`;
  await applyToApiServer(record, `${account}/${reviewer.name}`, {
    apiVersion: "v1",
    kind: "ServiceAccount",
    metadata: reviewer,
  });
  await applyToApiServer(record, `apis/rbac.authorization.k8s.io/v1/clusterrolebindings/${reviewer.name}`, {
    apiVersion: "rbac.authorization.k8s.io/v1",
    kind: "ClusterRoleBinding",
    metadata: { name: reviewer.name },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "system:auth-delegator" },
    subjects: [{ kind: "ServiceAccount", ...reviewer }],
  });
  const { status, body } = await askApiServer(record, "POST", `${account}/${reviewer.name}/token`, {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { expirationSeconds: reviewerSeconds },
  });
  if (status >= 300) throw new Error(`${account}: no token: ${status} ${JSON.stringify(at(body, "message"))}`);
  await writeVault(record, `auth/${authMount(stack)}/config`, {
    kubernetes_host: apiServerUrl(record),
    kubernetes_ca_cert: record.caCertificate,
    disable_local_ca_jwt: true,
    token_reviewer_jwt: at(body, "status", "token"),
  });
}

async function hasReviewer(stack: RunningSite["stack"], record: SiteRecord): Promise<boolean> {
  const { body } = await askVault(record, "GET", `auth/${authMount(stack)}/config`);
  return at(body, "data", "token_reviewer_jwt_set") === true;
}

function authMount(stack: RunningSite["stack"]): string {
  return describedSite(stack).vault.authMount;
}

/** Writes a random value for each supplied secret of the site and of a program's services that has no value yet. */
async function fillSupplied(record: SiteRecord, program: string): Promise<string[]> {
  const filled: string[] = [];
  for (const path of await suppliedPaths(dirname(program))) {
    const { status } = await askVault(record, "GET", `services/metadata/${path}`);
    if (status !== 404) continue;
    await writeVault(record, `services/data/${path}`, { options: { cas: 0 }, data: { value: madeUp(path) } });
    filled.push(path);
  }
  return filled;
}

/** The registry's credentials consist of a user name and a password. */
function madeUp(path: string): string {
  const text = randomBytes(18).toString("base64url");
  return path === "sites/registry" ? `sandbox:${text}` : text;
}

/** Read from the program's own catalogue, because a modified copy of the project may have other secrets. */
async function suppliedPaths(project: string): Promise<string[]> {
  const load = (file: string): Promise<unknown> => import(pathToFileURL(join(project, file)).href);
  // A dynamically imported path has no static type; these files are copies of this project's.
  const { loadCatalogue } = (await load("services/index.ts")) as typeof import("../../services/index.ts");
  const { suppliedSecrets } = (await load("suppliedSecrets.ts")) as typeof import("../../suppliedSecrets.ts");
  return suppliedSecrets((await loadCatalogue()).map(({ service }) => service)).map(({ path }) => path);
}
