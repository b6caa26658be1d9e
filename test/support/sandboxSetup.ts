import { join } from "node:path";
import { afterAll } from "vitest";
import { Sandbox } from "../../sandbox/sites/sandbox.ts";
import { describedSite } from "../../sandbox/sites/siteConfiguration.ts";
import { vaultUrl } from "../../sandbox/sites/vault.ts";
import { sandboxName } from "./liveSites.ts";

// Brings the sandbox of a test file up before the file is loaded, from nothing, and leaves nothing of it.
const attendance = {
  step: <Result>(_name: string, work: () => Promise<Result>) => work(),
  signal: new AbortController().signal,
};
const sandbox = await Sandbox.open(sandboxName);
// What a run that was killed left behind.
await sandbox.down(attendance, true);
await sandbox.up(attendance);
afterAll(() => sandbox.down(attendance, true));

// Tells tests that need one cluster and one Vault where they are; see `sandboxSites.ts`.
const [site] = await sandbox.running();
if (site === undefined) throw new Error("the sandbox has no site");
Object.assign(process.env, {
  GEMELOS_SANDBOX_KUBECONFIG: sandbox.kubeconfig,
  GEMELOS_SANDBOX_CONTEXT: describedSite(site.stack).kubernetes.context,
  GEMELOS_SANDBOX_VAULT_ADDR: vaultUrl(site.record),
  VAULT_TOKEN: site.record.vault?.rootToken,
  VAULT_CACERT: join(sandbox.state, site.name, "ca.pem"),
});
