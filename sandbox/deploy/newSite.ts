import { randomBytes } from "node:crypto";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import { at } from "../../recorder/registeredResource.ts";
import { projectFolder, type StackConfiguration } from "../../recorder/stackFile.ts";
import { apiServerUrl, applyToApiServer, askApiServer } from "../internal/apiServer.ts";
import type { RunningSite } from "../internal/sandbox.ts";
import { describedSite, sandboxConfiguration } from "../internal/siteConfiguration.ts";
import type { SiteRecord } from "../internal/siteFolder.ts";
import { askVault, writeVault } from "../internal/vault.ts";
import { type Deployment, deploy } from "./deployment.ts";

/** The account of the cluster as which Vault has tokens reviewed. */
const reviewer = { name: "vault-reviewer", namespace: "kube-system" };

/** How long its token lasts, in seconds: a year, as in production. */
const reviewerSeconds = 365 * 24 * 3600;

/** What was done to a new site. */
export interface NewSite {
  /** Why its first deployment failed, or undefined. */
  readonly failure?: string | undefined;
  /** The supplied secrets that got a made-up value: paths in the mount `services`. */
  readonly filled: readonly string[];
}

/** Whether a site's Vault lacks what its first deployment makes, or what its operators then do. */
export async function isNew({ stack, record }: RunningSite): Promise<boolean> {
  return !(await hasReviewer(stack, record));
}

/** The configuration of a site's first deployment: nothing is released. */
export function withoutReleases(stack: StackConfiguration): StackConfiguration {
  return { ...stack, config: { ...stack.config, "gemelos:releases": "{}" } };
}

/**
 * Does to a new site what its operators do before the first release (docs/secrets.md): a deployment without releases, which
 * makes the mounts of its Vault; a random text for each supplied secret that is absent; the reviewer's token. Does nothing
 * to a site to which all of that was done.
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
  // Last, since it is by this that a site is known to be ready.
  await ensureReviewer(site);
  return { filled };
}

/** Gives Vault the token with which it has accounts' tokens reviewed, where it has none: an `up` that moved the API server takes it. */
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

/** Writes a random text for each secret of a program's services, and of the site, that operators fill and have not. */
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

/** A registry's credentials are a user and a password. */
function madeUp(path: string): string {
  const text = randomBytes(18).toString("base64url");
  return path === "sites/registry" ? `sandbox:${text}` : text;
}

/** The program's own catalogue says which secrets there are: a changed copy of the project may have others. */
async function suppliedPaths(project: string): Promise<string[]> {
  const load = (file: string): Promise<unknown> => import(pathToFileURL(join(project, file)).href);
  // A module that is loaded by its path has no type of its own; these are copies of this project's files.
  const { loadCatalogue } = (await load("services/index.ts")) as typeof import("../../services/index.ts");
  const { suppliedSecrets } = (await load("suppliedSecrets.ts")) as typeof import("../../suppliedSecrets.ts");
  return suppliedSecrets((await loadCatalogue()).map(({ service }) => service)).map(({ path }) => path);
}
