import { join } from "node:path";
import { Sandbox } from "../../sandbox/sites/sandbox.ts";
import { describedSite } from "../../sandbox/sites/siteConfiguration.ts";
import { step } from "../../sandbox/sites/steps.ts";
import { vaultUrl } from "../../sandbox/sites/vault.ts";
import { sandboxName } from "./liveSites.ts";

/** Brings the tests' own sandbox up before the first file, from nothing, and leaves nothing of it. */
export default async function setup(): Promise<() => Promise<void>> {
  const attendance = { step, signal: new AbortController().signal };
  const sandbox = await Sandbox.open(sandboxName);
  // What a run that was killed left behind.
  await sandbox.down(attendance, true);
  await sandbox.up(attendance);
  await nameFirstSite(sandbox);
  return () => sandbox.down(attendance, true);
}

/** Tells tests that need one cluster and one Vault where they are; see `sandboxSites.ts`. */
async function nameFirstSite(sandbox: Sandbox): Promise<void> {
  const [site] = await sandbox.running();
  if (site === undefined) throw new Error("the sandbox has no site");
  Object.assign(process.env, {
    GEMELOS_SANDBOX_KUBECONFIG: sandbox.kubeconfig,
    GEMELOS_SANDBOX_CONTEXT: describedSite(site.stack).kubernetes.context,
    GEMELOS_SANDBOX_VAULT_ADDR: vaultUrl(site.record),
    VAULT_TOKEN: site.record.vault?.rootToken,
    VAULT_CACERT: join(sandbox.state, site.name, "ca.pem"),
  });
}
