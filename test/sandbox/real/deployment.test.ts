import { execFileSync } from "node:child_process";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { NetworkPolicyManifest } from "../../../components/kubernetes/manifests.ts";
import type { DeploymentReport } from "../../../delivery/engine/report.ts";
import { at, isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import { loadCatalogue } from "../../../services/index.ts";
import type { Cluster } from "../../support/cluster.ts";
import { type DeployOptions, LiveSite, quickProject } from "../../support/liveSites.ts";
import { livePods, workloads } from "../../support/liveWorkloads.ts";
import { passes } from "../../support/networkRules.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** What a tax administration's two data centres meet, one thing after the other, on the same two sites. */
let sites: Readonly<Record<"dc1" | "dc2", LiveSite>>;

beforeAll(async () => {
  sites = { dc1: await LiveSite.open("dc1"), dc2: await LiveSite.open("dc2") };
});

let quick: ProjectCopy | undefined;

afterAll(async () => {
  await quick?.dispose();
});

const catalogue = await loadCatalogue();
const services = catalogue.map(({ service }) => service);

/** As a site is deployed the first time. */
const unreleased: DeployOptions = {
  configure: ({ releases }) => {
    for (const service of Object.keys(releases)) delete releases[service];
  },
};

/** The names of what was changed, each with what was done. */
function changes(report: DeploymentReport): string[] {
  return report.changes.map(({ name, operation }) => `${operation} ${name}`).toSorted();
}

describe("from nothing", () => {
  test.each([
    [
      "external-secrets-operator-0.17-or-newer",
      "apis/apiregistration.k8s.io/v1/apiservices/v1.external-secrets.io",
      "apis/apiextensions.k8s.io/v1/customresourcedefinitions",
      /\.external-secrets\.io$/,
    ],
    [
      "vault-agent-injector",
      "apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations/vault-agent-injector-cfg",
      "apis/admissionregistration.k8s.io/v1/mutatingwebhookconfigurations",
      /^vault-agent-injector-cfg$/,
    ],
  ])("without the %s, preview and up change nothing and say what is needed", async (what, known, place, installed) => {
    const { cluster } = sites.dc1;
    const becomes = (status: number) =>
      vi.waitFor(async () => expect((await cluster.request("GET", known)).status).toBe(status), { timeout: 30_000 });
    const items = at((await cluster.request("GET", place)).body, "items");
    const removed = (Array.isArray(items) ? items : []).flatMap(({ metadata, status: _, ...rest }) => {
      const { name, annotations = {} } = metadata;
      return installed.test(name) ? [{ ...rest, metadata: { name, annotations } }] : [];
    });
    for (const { metadata } of removed) await cluster.request("DELETE", `${place}/${metadata.name}`);
    try {
      await becomes(404);
      for (const operation of ["preview", "up"] as const) {
        const { failure, report } = await sites.dc1.run(operation, { ...unreleased, fill: "none" });
        expect(failure).toBeDefined();
        expect(report.errors.join("\n")).toContain(`datacenter-needs-${what}`);
        expect(report.errors.join("\n")).toContain(`'${known.split("/").at(-1)}' does not exist`);
      }
      expect(await cluster.find("Namespace", "", "declarations")).toBeUndefined();
      const { body } = await sites.dc1.askVault("GET", "services/metadata/declarations?list=true");
      expect(at(body, "data")).toBeUndefined();
    } finally {
      for (const object of removed) expect((await cluster.request("POST", place, object)).status).toBe(201);
      await becomes(200);
    }
  });

  test("the preview of services says which secrets await their value, and each command that fills one", async () => {
    const { failure, report } = await sites.dc1.run("preview");
    expect(failure).toBeDefined();
    expect(report.errors.join("\n")).toContain("6 secrets await an operator's value");
    expect(report.errors.join("\n")).toContain(
      "npm run secrets -- put --site dc1 --service card-payments --key GATEWAY_API_KEY",
    );
  });

  test("the preview without releases shows every object as created and changes nothing", async () => {
    const report = await sites.dc1.succeed("preview", unreleased);
    expect(report.changes.length).toBeGreaterThan(30);
    expect([...new Set(report.changes.map(({ operation }) => operation))]).toEqual(["create"]);
    expect(await sites.dc1.cluster.find("Namespace", "", "declarations")).toBeUndefined();
  });

  test.each(["dc1", "dc2"] as const)(
    "up makes every Deployment of %s available at the release of that site",
    async (name) => {
      const { cluster, site } = sites[name];
      await sites[name].succeed("up");
      const releases: Record<string, string> = JSON.parse(site.stack.config["gemelos:releases"] ?? "{}");
      for (const service of services) {
        const deployment = await cluster.get("Deployment", service.namespace, service.name);
        expect(at(deployment, "status", "availableReplicas")).toBeGreaterThanOrEqual(1);
        expect(at(deployment, "status", "unavailableReplicas")).toBeUndefined();
        expect(containerOf(deployment)["image"]).toMatch(new RegExp(`:${releases[service.name]}$`));
      }
    },
  );

  test.each(["dc1", "dc2"] as const)("a second preview of %s has nothing to do", async (name) => {
    const report = await sites[name].succeed("preview");
    expect(changes(report)).toEqual([]);
    // Objects that the program only looks at are read anew each time.
    expect(Object.keys(report.counts).toSorted()).toEqual(["read", "same"]);
  });
});

describe("both sites run the same", () => {
  test("every workload of dc1 is found in dc2, but for what the sites' data say", async () => {
    const [dc1, dc2] = [await workloads(sites.dc1.cluster), await workloads(sites.dc2.cluster)];
    expect(dc1.length).toBeGreaterThan(services.length);
    expect(dc1).toEqual(dc2);
  });

  test("the same workload with one more replica is noticed", async () => {
    const before = await workloads(sites.dc2.cluster);
    await sites.dc2.cluster.patch("Deployment", "declarations", "receipts", { spec: { minReadySeconds: 11 } });
    expect(await workloads(sites.dc2.cluster)).not.toEqual(before);
    await sites.dc2.succeed("up", { refresh: true });
    expect(await workloads(sites.dc2.cluster)).toEqual(before);
  });
});

describe("network rules as they live in the cluster", () => {
  const pairs = services.flatMap((from) => services.filter((to) => to !== from).map((to) => ({ from, to })));

  test.each(["dc1", "dc2"] as const)(
    "in %s each service reaches what it calls on http, and nothing else of any other",
    async (name) => {
      const policies = (await sites[name].cluster.list("NetworkPolicy")) as unknown as NetworkPolicyManifest[];
      const podOf = await livePods(sites[name].cluster);
      for (const { from, to } of pairs) {
        const declared = from.calls.some(({ name: called }) => called === to.name);
        const connect = (port: number) => passes(policies, { from: podOf(from.name), to: podOf(to.name), port });
        expect({
          from: from.name,
          to: to.name,
          http: connect(to.ports?.http ?? 0),
          management: connect(to.ports?.management ?? 0),
        }).toEqual({
          from: from.name,
          to: to.name,
          http: declared,
          management: false,
        });
      }
      expect(pairs).toHaveLength(20);
    },
  );
});

describe("a change rolls what it concerns and touches nothing else", () => {
  test("every service rolls to a shorter wait, one replica at a time and within what the quota admits", async () => {
    quick = await quickProject();
    sites = { ...sites, dc1: await LiveSite.open("dc1", { program: quick.path("index.ts") }) };
    const report = await sites.dc1.succeed("up");
    expect(changes(report)).toEqual(services.map(({ name }) => `update ${name}-deployment`));
  });

  test("a new digest rolls one service", async () => {
    const { cluster } = sites.dc1;
    const before = await generations(cluster);
    const digest = `3.0.0@sha256:${"ab".repeat(31)}c4`;
    const report = await sites.dc1.succeed("up", { configure: ({ releases }) => (releases["receipts"] = digest) });
    expect(changes(report)).toEqual(["update receipts-deployment"]);
    const deployment = await cluster.get("Deployment", "declarations", "receipts");
    expect(containerOf(deployment)["image"]).toMatch(new RegExp(`:${digest}$`));
    expect(at(deployment, "status", "updatedReplicas")).toBe(at(deployment, "spec", "replicas"));
    const after = await generations(cluster);
    expect(Object.keys(after).filter((key) => after[key] !== before[key])).toEqual(["declarations/receipts"]);
  });

  test("the autoscaler's number of replicas survives an update", async () => {
    const { cluster } = sites.dc1;
    await cluster.patch("Deployment", "declarations", "tax-declarations", { spec: { replicas: 4 } }, "/scale");
    const digest = `6.0.0@sha256:${"cd".repeat(31)}c4`;
    await sites.dc1.succeed("up", { configure: ({ releases }) => (releases["tax-declarations"] = digest) });
    const deployment = await cluster.get("Deployment", "declarations", "tax-declarations");
    expect(at(deployment, "spec", "replicas")).toBe(4);
    expect(containerOf(deployment)["image"]).toMatch(new RegExp(`:${digest}$`));
  });

  test("a changed template makes a new ConfigMap, rolls, and removes the old one after the rollout", async () => {
    const { cluster } = sites.dc1;
    const [old] = await configMapsOf(cluster, "receipts");
    const copy = await quickProject();
    try {
      const file = "services/receipts/config/application.yaml";
      await copy.write(file, `${await copy.read(file)}\nchanged: by-a-test\n`);
      const order: string[] = [];
      const report = await sites.dc1.succeed("up", {
        program: copy.path("index.ts"),
        onEvent: ({ finished }) => order.splice(0, order.length, ...finished),
      });
      expect(changes(report)).toContain("update receipts-deployment");
      const [current, ...others] = await configMapsOf(cluster, "receipts");
      expect(others).toEqual([]);
      expect(current).not.toBe(old);
      const mounted = at(
        await cluster.get("Deployment", "declarations", "receipts"),
        "spec",
        "template",
        "spec",
        "volumes",
      );
      expect(JSON.stringify(mounted)).toContain(current);
      const when = (step: string) => order.indexOf(step);
      const [made, rolled, removed] = [
        when("create-replacement receipts-config-map"),
        when("update receipts-deployment"),
        when("delete-replaced receipts-config-map"),
      ];
      expect(made).toBeGreaterThanOrEqual(0);
      expect(rolled).toBeGreaterThan(made);
      expect(removed).toBeGreaterThan(rolled);
    } finally {
      await copy.dispose();
    }
  });

  test("a changed request rolls the service, and its namespace's quota follows", async () => {
    const copy = await quickProject();
    try {
      await copy.replace("services/receipts/index.ts", 'cpu: "1"', 'cpu: "1100m"');
      const report = await sites.dc1.succeed("up", { program: copy.path("index.ts") });
      const deployment = await sites.dc1.cluster.get("Deployment", "declarations", "receipts");
      expect(at(containerOf(deployment), "resources", "requests", "cpu")).toBe("1100m");
      expect(changes(report).filter((change) => change.includes("deployment"))).toEqual(["update receipts-deployment"]);
      expect(changes(report)).toContain("update datacenter-declarations-quota");
    } finally {
      await copy.dispose();
    }
  });

  test("back to the catalogue as it is", async () => {
    await sites.dc1.succeed("up");
    expect(changes(await sites.dc1.succeed("preview"))).toEqual([]);
  });
});

describe("secrets", () => {
  const planted = "planted-3b1f2c-Sesamo-Abrete";

  test("the API server keeps Secrets encrypted in etcd", async () => {
    const { cluster, site } = sites.dc1;
    await cluster.create("Secret", "declarations", {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "planted" },
      stringData: { password: planted },
    });
    expect(await etcdHolds(site.record.ports.etcd, "/registry/secrets/declarations/planted", planted)).toEqual({
      encrypted: true,
      planted: false,
    });
    // The same question finds what is not encrypted, so that it can find something at all.
    await cluster.create("ConfigMap", "declarations", {
      apiVersion: "v1",
      kind: "ConfigMap",
      metadata: { name: "planted" },
      data: { password: planted },
    });
    expect(await etcdHolds(site.record.ports.etcd, "/registry/configmaps/declarations/planted", planted)).toEqual({
      encrypted: false,
      planted: true,
    });
    await cluster.delete("ConfigMap", "declarations", "planted");
    await cluster.delete("Secret", "declarations", "planted");
    expect(sites.dc1.sandbox.state).not.toContain(process.cwd());
  });

  test("the stack's state on disk holds no planted secret in clear, and holds it encrypted", async () => {
    const copy = await quickProject();
    try {
      const inside = "  const urls: Record<string, string> = {};\n";
      await copy.replace(
        "index.ts",
        inside,
        `  new kubernetes.core.v1.Secret("planted", { metadata: { name: "planted", namespace: "declarations" }, stringData: { password: pulumi.secret("${planted}") } }, { provider: cluster, dependsOn: datacenter.namespaceResources("declarations") });
${inside}`,
      );
      const report = await sites.dc1.succeed("up", { program: copy.path("index.ts") });
      expect(changes(report)).toContain("create planted");
      expect(JSON.stringify(report)).not.toContain(planted);
      const secret = await sites.dc1.cluster.get("Secret", "declarations", "planted");
      expect(Buffer.from(String(at(secret, "data", "password")), "base64").toString()).toBe(planted);
      const texts = await everyFile(join(sites.dc1.sandbox.state, "dc1", "pulumi"));
      expect(texts.some((text) => text.includes("ciphertext"))).toBe(true);
      expect(texts.some((text) => text.includes(planted) || text.includes(btoa(planted)))).toBe(false);
    } finally {
      await copy.dispose();
      await sites.dc1.succeed("up");
    }
    expect(await sites.dc1.cluster.find("Secret", "declarations", "planted")).toBeUndefined();
  });
});

/** The only container of a Deployment. */
function containerOf(deployment: PlainObject): PlainObject {
  const container = at(deployment, "spec", "template", "spec", "containers", 0);
  if (!isObject(container)) throw new Error("the Deployment has no container");
  return container;
}

/** Deployment -> generation of its specification. */
async function generations(cluster: Cluster): Promise<Record<string, unknown>> {
  const deployments = await cluster.list("Deployment");
  return Object.fromEntries(
    deployments.map((each) => [
      `${at(each, "metadata", "namespace")}/${at(each, "metadata", "name")}`,
      at(each, "metadata", "generation"),
    ]),
  );
}

async function configMapsOf(cluster: Cluster, service: string): Promise<string[]> {
  const maps = await cluster.list("ConfigMap", "declarations");
  return maps
    .map((each) => String(at(each, "metadata", "name")))
    .filter((name) => name.startsWith(`${service}-config-`));
}

/** Reads a key of etcd itself, past the API server. */
async function etcdHolds(port: number, key: string, text: string): Promise<{ encrypted: boolean; planted: boolean }> {
  const response = await fetch(`http://127.0.0.1:${port}/v3/kv/range`, {
    method: "POST",
    body: JSON.stringify({ key: btoa(key) }),
  });
  const value = Buffer.from(String(at(await response.json(), "kvs", 0, "value")), "base64");
  return { encrypted: value.toString("latin1").startsWith("k8s:enc:secretbox:v1:"), planted: value.includes(text) };
}

/** The texts of all files below a folder, those that are packed included. */
async function everyFile(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    files.map(async (file) =>
      file.endsWith(".gz") ? execFileSync("gzip", ["-dc", file]).toString() : readFile(file, "utf8"),
    ),
  );
}
