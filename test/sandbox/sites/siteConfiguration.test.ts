import { expect, test } from "vitest";
import { parse } from "yaml";
import { readStackFiles } from "../../../recorder/stackFile.ts";
import { sandboxFolders, sandboxNameRule } from "../../../sandbox/sites/folders.ts";
import { formatKubeconfig } from "../../../sandbox/sites/kubeconfig.ts";
import { describedSite, sandboxConfiguration } from "../../../sandbox/sites/siteConfiguration.ts";
import type { SiteRecord } from "../../../sandbox/sites/siteFolder.ts";

const record: SiteRecord = {
  ports: { etcd: 1, etcdPeer: 2, apiServer: 3, kubelet: 6, vault: 4, vaultCluster: 5 },
  adminToken: "planted-token",
  encryptionKey: "planted-key",
  caCertificate: "-----BEGIN CERTIFICATE-----",
  vault: { unsealKey: "planted-unseal-key", rootToken: "planted-root-token" },
  clusterUid: "6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a12",
};

test("a site in the sandbox differs from the real one in where its servers are, and holds none of their keys", async () => {
  const [stack] = await readStackFiles(["dc1"]);
  if (stack === undefined) throw new Error("there is no dc1");
  const real = describedSite(stack);
  const inSandbox = sandboxConfiguration(stack, record);
  const { kubernetes, vault, ...others } = describedSite(inSandbox);
  const { kubernetes: realKubernetes, vault: realVault, monitoring, ...realOthers } = real;
  // No machine is there that could be watched.
  expect(monitoring?.kind).toBe("prometheus");
  expect(others).toEqual(realOthers);
  expect(kubernetes).toMatchObject({ context: realKubernetes.context, clusterUid: record.clusterUid });
  expect(vault).toMatchObject({ address: "https://127.0.0.1:4", authMount: realVault.authMount });
  const released = (config: Readonly<Record<string, string>>) => JSON.parse(config["gemelos:releases"] ?? "{}");
  const { receipts, prometheus } = released(stack.config);
  expect(prometheus).toBeDefined();
  expect(released(inSandbox.config)).toMatchObject({ receipts });
  expect(released(inSandbox.config)).not.toHaveProperty("prometheus");
  expect(JSON.stringify(inSandbox)).not.toContain("planted");
});

test("with its monitoring a site in the sandbox has all parts and their releases", async () => {
  const [stack] = await readStackFiles(["dc1"]);
  if (stack === undefined) throw new Error("there is no dc1");
  const { config } = sandboxConfiguration(stack, record, { monitoring: true });
  expect(describedSite({ ...stack, config }).monitoring).toEqual(describedSite(stack).monitoring);
  expect(config["gemelos:releases"]).toBe(JSON.stringify(JSON.parse(stack.config["gemelos:releases"] ?? "{}")));
});

test("a kubeconfig chooses no site by itself", () => {
  const entry = { context: "tax-dc1", server: "https://127.0.0.1:3", caCertificate: "PEM", token: "t" };
  const config = parse(formatKubeconfig([entry, { ...entry, context: "tax-dc2" }]));
  expect(config).not.toHaveProperty("current-context");
  expect(config.contexts.map(({ name }: { name: string }) => name)).toEqual(["tax-dc1", "tax-dc2"]);
  expect(parse(formatKubeconfig([entry], "tax-dc1"))["current-context"]).toBe("tax-dc1");
});

test("everything is kept outside the repository, by the XDG base directories", () => {
  expect(sandboxFolders("default", { XDG_CACHE_HOME: "/c", XDG_STATE_HOME: "/s" })).toEqual({
    cache: "/c/gemelos",
    state: "/s/gemelos/default",
  });
  expect(sandboxFolders("default", { XDG_CACHE_HOME: "" }).cache).toMatch(/\.cache\/gemelos$/);
});

test.each(["", "..", "a/b", "Été", "a".repeat(33), "-a", "a-"])("%j is no name of a sandbox", (name) => {
  expect(sandboxNameRule.test(name)).toBe(false);
});
