import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { promisify } from "node:util";
import { setupObjects, setupScript } from "../../components/vault/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import { loginConfig } from "../../vaultSetup.ts";
import { applyToApiServer, askApiServer } from "../sites/apiServer.ts";
import type { RunningSite } from "../sites/sandbox.ts";
import { describedSite, sandboxConfiguration } from "../sites/siteConfiguration.ts";
import type { SiteRecord } from "../sites/siteFolder.ts";
import { askVault, writeVault } from "../sites/vault.ts";
import type { Toolchain } from "../toolchain/build.ts";

/** Service account whose token Vault uses to review the tokens of other service accounts. */
const reviewer = { name: "vault-reviewer", namespace: "kube-system" };

/** Lifetime of the reviewer's token in seconds: one year, as in production. */
const reviewerSeconds = 365 * 24 * 3600;

/**
 * Does in a site's Vault what an operator does once (docs/secrets.md): runs the script that `npm run secrets -- setup`
 * prints, as root, and gives Vault its reviewer's token. Does nothing where that was done.
 * @param deploymentPolicy the deployment's policy, as HCL
 * @throws Error with the script's output if it fails.
 */
export async function setUpVault(site: RunningSite, tools: Toolchain, deploymentPolicy: string): Promise<void> {
  const { name, stack, record } = site;
  const { vault, kubernetes, ...described } = describedSite(sandboxConfiguration(stack, record));
  const written = setupObjects({ ...described, vault }, "").map(({ path }) => askVault(record, "GET", path));
  const isSetUp = (await Promise.all(written)).every(({ status }) => status === 200);
  if (!isSetUp) await runScript(setupScript({ ...described, ...vault, site: name, deploymentPolicy }), site, tools);
  const config = `auth/${vault.authMount}/config`;
  const { body } = await askVault(record, "GET", config);
  if (at(body, "data", "token_reviewer_jwt_set") === true) return;
  await writeVault(record, config, { ...loginConfig({ kubernetes }), token_reviewer_jwt: await reviewerToken(record) });
}

async function runScript(script: string, { record }: RunningSite, { vault }: Toolchain): Promise<void> {
  const env = {
    PATH: [dirname(vault.path), process.env["PATH"]].join(delimiter),
    VAULT_TOKEN: record.vault?.rootToken,
    VAULT_CACERT_BYTES: record.caCertificate,
  };
  await promisify(execFile)("sh", ["-c", script], { env });
}

async function reviewerToken(record: SiteRecord): Promise<string> {
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
  return String(at(body, "status", "token"));
}
