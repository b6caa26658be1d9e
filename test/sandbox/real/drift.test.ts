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
    expect(drifted.toSorted()).toEqual([
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
    expect((await dc1.succeed("refresh")).drifted).toEqual([]);
    expect(Object.keys((await dc1.succeed("preview")).counts)).toEqual(["same"]);
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
      const release = `1.0.0@sha256:${"ef".repeat(32)}`;
      await copy.replace("Pulumi.dc1.yaml", "  gemelos:releases:\n", `  gemelos:releases:\n    archive: ${release}\n`);
      await dc1.succeed("up", {
        program: copy.path("index.ts"),
        configure: ({ releases }) => (releases["archive"] = release),
      });
    } finally {
      await copy.dispose();
    }
    expect(await cluster.find("Deployment", "declarations", "archive")).toBeDefined();
    const inVault = [
      "sys/policies/acl/service-archive",
      "auth/kubernetes-dc1/role/archive",
      "pki/roles/archive.SEALING_KEY",
    ];
    const statuses = () => Promise.all(inVault.map(async (path) => (await dc1.askVault("GET", path)).status));
    expect(await statuses()).toEqual([200, 200, 200]);
    const neighbour = await cluster.get("Deployment", "declarations", "receipts");

    const report = await dc1.succeed("up");
    const gone = report.changes.filter(({ operation }) => operation === "delete").map(({ name }) => name);
    expect(gone.length).toBeGreaterThanOrEqual(7);
    expect(gone.filter((name) => name !== "archive" && !name.startsWith("archive-"))).toEqual([]);
    expect(await statuses()).toEqual([404, 404, 404]);
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

  test("does not take its namespace along: that is protected, and up says so", async () => {
    const copy = await quickProject();
    try {
      await copy.remove("services/notifications");
      const site = await copy.read("Pulumi.dc1.yaml");
      await copy.write("Pulumi.dc1.yaml", site.replace(/^ {4}notifications: .*@sha256:.*\n/m, ""));
      await copy.replace(
        "services/tax-declarations/index.ts",
        'import { notifications } from "../notifications/index.ts";\n',
        "",
      );
      await copy.replace("services/tax-declarations/index.ts", ", notifications]", "]");
      await copy.replace(
        "services/tax-declarations/config/application.yaml",
        "  notifications: {{ calls.notifications.url }}\n",
        "",
      );
      const { failure, report } = await dc1.run("up", {
        program: copy.path("index.ts"),
        configure: ({ releases }) => delete releases["notifications"],
      });
      expect(failure).toBeDefined();
      expect(report.errors.join("\n")).toMatch(/datacenter-notifications.*protect/s);
      expect(await dc1.cluster.find("Namespace", "", "notifications")).toBeDefined();
    } finally {
      await copy.dispose();
      await dc1.succeed("up");
    }
    expect(await dc1.cluster.find("Deployment", "notifications", "notifications")).toBeDefined();
  });
});
