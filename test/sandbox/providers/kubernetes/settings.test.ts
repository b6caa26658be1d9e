import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import {
  loadKubeConfig,
  readSettings,
  settingsDifference,
  settingsFailures,
} from "../../../../sandbox/providers/kubernetes/settings.ts";
import { formatPath } from "../../../../sandbox/providers/protocol/values.ts";

const text = JSON.stringify({
  apiVersion: "v1",
  kind: "Config",
  clusters: ["one", "two"].map((name) => ({ name, cluster: { server: `https://${name}.example:6443` } })),
  users: [{ name: "admin", user: { token: "t" } }],
  contexts: ["one", "two"].map((name) => ({ name: `tax-${name}`, context: { cluster: name, user: "admin" } })),
});
let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "kubeconfig-"));
  await writeFile(join(folder, "config"), text);
  vi.stubEnv("KUBECONFIG", join(folder, "config"));
});

afterEach(async () => {
  vi.unstubAllEnvs();
  await rm(folder, { recursive: true });
});

const server = (inputs: Parameters<typeof readSettings>[0]) =>
  loadKubeConfig(readSettings(inputs)).getCurrentCluster()?.server;

test("the context is taken from the file that KUBECONFIG names, or from the input as a path or a text", () => {
  expect(server({ context: "tax-two" })).toBe("https://two.example:6443");
  vi.stubEnv("KUBECONFIG", join(folder, "none"));
  expect(server({ context: "tax-one", kubeconfig: join(folder, "config") })).toBe("https://one.example:6443");
  expect(server({ context: "tax-two", kubeconfig: text })).toBe("https://two.example:6443");
  expect(server({ context: "tax-one", cluster: "two", kubeconfig: text })).toBe("https://two.example:6443");
});

test("a context that is not there is told with the file and those that are", () => {
  expect(() => server({ context: "tax-three" })).toThrow(
    `context "tax-three" is not in the kubeconfig ${join(folder, "config")} (KUBECONFIG); there are tax-one, tax-two`,
  );
});

test("a setting that would do nothing is refused by name", () => {
  const failures = settingsFailures({
    context: "a",
    enableServerSideApply: "false",
    enableConfigMapMutable: "perhaps",
    renderYamlToDirectory: "out",
  });
  expect(failures.map(({ property }) => property)).toEqual([
    "renderYamlToDirectory",
    "enableConfigMapMutable",
    "enableServerSideApply",
  ]);
  expect(
    settingsFailures({ context: "a", clusterIdentifier: "b", enableServerSideApply: "true", version: "4.34.2" }),
  ).toEqual([]);
});

describe("another configuration", () => {
  const replaces = (olds: Parameters<typeof settingsDifference>[0], news: Parameters<typeof settingsDifference>[1]) =>
    settingsDifference(olds, news).changes.map(({ path, replace }) => `${formatPath(path)}${replace ? " anew" : ""}`);

  test("with another identifier is another cluster: every object is made anew", () => {
    expect(replaces({ context: "a", clusterIdentifier: "1" }, { context: "b", clusterIdentifier: "2" })).toEqual([
      "context",
      "clusterIdentifier anew",
    ]);
  });

  test("with the same identifier is the same cluster, whatever its context is called", () => {
    expect(
      replaces({ context: "tax-one", clusterIdentifier: "1" }, { context: "tax-two", clusterIdentifier: "1" }),
    ).toEqual(["context"]);
  });

  test("without identifiers is another cluster where the address is another", () => {
    expect(replaces({ context: "tax-one" }, { context: "tax-two" })).toEqual(["context anew"]);
    expect(replaces({ context: "tax-one" }, { context: "tax-one", cluster: "one" })).toEqual(["cluster"]);
  });
});
