import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at } from "../../../recorder/registeredResource.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** What somebody changed past the program, and what is taken out of it. */
let dc1: LiveSite;

let quick: ProjectCopy;

beforeAll(async () => {
  quick = await quickProject();
  dc1 = await LiveSite.open("dc1", { program: quick.path("index.ts") });
  // Whatever an earlier file has rotated in Vault is known to the state then, and no drift.
  await dc1.succeed("up", { refresh: true });
});

afterAll(() => quick.dispose());

const place = ["Deployment", "payments", "card-payments"] as const;

/** Whether the program makes a resource; what it only reads, such as an APIService, changes by itself. */
function isOurs(name: string): boolean {
  return !/^datacenter-(kube-system$|needs-)/.test(name);
}

describe("what was changed by hand", () => {
  test("is found by refresh and healed by up: an edited Deployment, a deleted NetworkPolicy, an opened namespace", async () => {
    const { cluster } = dc1;
    const intended = await cluster.get(...place);
    const rule = await cluster.get("NetworkPolicy", "payments", "card-payments");
    const closed = await cluster.get("NetworkPolicy", "payments", "default-deny");
    await cluster.patch(...place, {
      spec: { minReadySeconds: 0, template: { spec: { priorityClassName: "batch", priority: null } } },
    });
    await cluster.delete("NetworkPolicy", "payments", "card-payments");
    await cluster.patch("NetworkPolicy", "payments", "default-deny", { spec: { ingress: [{}] } });

    const { drifted } = await dc1.succeed("refresh");
    expect(drifted.filter(isOurs).toSorted()).toEqual([
      "card-payments-deployment",
      "card-payments-network-policy",
      "datacenter-payments-deny",
    ]);

    const healing = await dc1.succeed("up");
    expect(healing.changes.map(({ name, operation }) => `${operation} ${name}`).toSorted()).toEqual([
      "create card-payments-network-policy",
      "update card-payments-deployment",
      "update datacenter-payments-deny",
    ]);
    expect(at(await cluster.get("NetworkPolicy", "payments", "default-deny"), "spec")).toEqual(at(closed, "spec"));
    expect(at(await cluster.get(...place), "spec", "minReadySeconds")).toBe(at(intended, "spec", "minReadySeconds"));
    expect(at(await cluster.get(...place), "spec", "template", "spec", "priorityClassName")).toBe("citizen-facing");
    expect(at(await cluster.get("NetworkPolicy", "payments", "card-payments"), "spec")).toEqual(at(rule, "spec"));
  });

  test("a refresh of what nobody touched finds nothing", async () => {
    expect((await dc1.succeed("refresh")).drifted.filter(isOurs)).toEqual([]);
    expect(Object.keys((await dc1.succeed("preview")).counts).toSorted()).toEqual(["read", "same"]);
  });
});

describe("a service that is taken out of the catalogue", () => {
  test("is removed from the site with all that it had; its neighbours stay", async () => {
    const { cluster } = dc1;
    const copy = await quickProject();
    try {
      await copy.write(
        "services/archive/index.ts",
        `import type { Microservice } from "../../components/microservice.ts";
import { privateKey } from "../../components/secrets.ts";

export const archive: Microservice = {
  name: "archive",
  namespace: "declarations",
  description: "Comes and goes",
  owner: "team-archive@tax.example",
  resources: { requests: { cpu: "100m", memory: "256Mi" } },
  rollout: { minReadySeconds: 0 },
  secrets: { SEALING_KEY: privateKey() },
};
`,
      );
      const release = `1.0.0@sha256:${"ef".repeat(31)}c4`;
      await copy.replace("Pulumi.dc1.yaml", "  gemelos:releases:\n", `  gemelos:releases:\n    archive: ${release}\n`);
      await dc1.succeed("up", {
        program: copy.path("index.ts"),
        configure: ({ releases }) => (releases["archive"] = release),
      });
    } finally {
      await copy.dispose();
    }
    expect(await cluster.find("Deployment", "declarations", "archive")).toBeDefined();
    const neighbour = await cluster.get("Deployment", "declarations", "receipts");

    const report = await dc1.succeed("up");
    const gone = report.changes.filter(({ operation }) => operation === "delete").map(({ name }) => name);
    expect(gone.length).toBeGreaterThanOrEqual(7);
    expect(gone.filter((name) => name !== "archive" && !name.startsWith("archive-"))).toEqual([]);
    for (const kind of [
      "Deployment",
      "Service",
      "ServiceAccount",
      "NetworkPolicy",
      "HorizontalPodAutoscaler",
    ] as const) {
      expect(await cluster.find(kind, "declarations", "archive")).toBeUndefined();
    }
    expect(at(await cluster.get("Deployment", "declarations", "receipts"), "metadata", "generation")).toBe(
      at(neighbour, "metadata", "generation"),
    );
  });

  test.each(["dc1", "dc2"])(
    "leaves its value and its namespace behind in %s, and takes them over when it comes back",
    async (name) => {
      const site = await LiveSite.open(name, { program: quick.path("index.ts") });
      const copy = await quickProject();
      const release = `1.0.0@sha256:${"cd".repeat(31)}c4`;
      await copy.write(
        "services/vault-keeper/index.ts",
        `import type { Microservice } from "../../components/microservice.ts";
import { generated } from "../../components/secrets.ts";

export const vaultKeeper: Microservice = {
  name: "vault-keeper",
  namespace: "keepers",
  description: "Goes and comes back",
  owner: "team-keepers@tax.example",
  resources: { requests: { cpu: "100m", memory: "256Mi" } },
  rollout: { minReadySeconds: 0 },
  secrets: { DB_PASSWORD: generated() },
};
`,
      );
      await copy.replace(
        `Pulumi.${name}.yaml`,
        "  gemelos:releases:\n",
        `  gemelos:releases:\n    vault-keeper: ${release}\n`,
      );
      const withIt = {
        program: copy.path("index.ts"),
        configure: ({ releases }: { releases: Record<string, string> }) => {
          releases["vault-keeper"] = release;
        },
      };
      const path = "keepers/vault-keeper/DB_PASSWORD";
      const value = async () => at((await site.askVault("GET", `services/data/${path}`)).body, "data", "data", "value");
      const uid = async () => at(await site.cluster.find("Namespace", "", "keepers"), "metadata", "uid");
      try {
        await site.succeed("up", withIt);
        const [first, namespace] = [await value(), await uid()];
        expect([typeof first, typeof namespace]).toEqual(["string", "string"]);

        const removed = await site.succeed("up");
        expect(removed.retained).toEqual([
          expect.stringContaining("namespace keepers"),
          expect.stringContaining(`vault kv metadata delete -mount=services ${path}`),
        ]);
        expect(await site.cluster.find("Deployment", "keepers", "vault-keeper")).toBeUndefined();
        expect([await value(), await uid()]).toEqual([first, namespace]);
        expect(Object.keys((await site.succeed("up")).counts).toSorted()).toEqual(["read", "same"]);

        await site.succeed("up", withIt);
        expect(await site.cluster.find("Deployment", "keepers", "vault-keeper")).toBeDefined();
        // The same value, and no other version of it.
        expect([await value(), await uid()]).toEqual([first, namespace]);
        const metadata = await site.askVault("GET", `services/metadata/${path}`);
        expect(at(metadata.body, "data", "current_version")).toBe(1);
        expect(Object.keys((await site.succeed("up", withIt)).counts).toSorted()).toEqual(["read", "same"]);
      } finally {
        await copy.dispose();
        await site.succeed("up");
      }
    },
  );
});
