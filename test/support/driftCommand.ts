import { expect } from "vitest";
import { stringify } from "yaml";
import { at, isObject } from "../../recorder/registeredResource.ts";
import { apiServerUrl } from "../../sandbox/sites/apiServer.ts";
import { formatKubeconfig } from "../../sandbox/sites/kubeconfig.ts";
import { describedSite, sandboxConfiguration } from "../../sandbox/sites/siteConfiguration.ts";
import { until } from "../../sandbox/sites/waiting.ts";
import { LiveSite, quickProject } from "./liveSites.ts";
import type { CommandResult, ProjectCopy } from "./projectCopy.ts";

/** Content types of the patches that kubectl sends. */
export const strategic = "application/strategic-merge-patch+json";
export const merge = "application/merge-patch+json";

/** Where the API keeps a namespace's Deployments. */
export const deployments = (namespace: string): string => `apis/apps/v1/namespaces/${namespace}/deployments`;

/** What `npm run drift` found, a line each, with who did it. */
export interface Found {
  readonly code: number | null;
  readonly differences: readonly string[];
  readonly unknown: readonly string[];
  readonly containers: readonly string[];
}

/** The command `drift` in a copy of the project whose dc1 is the sandbox's, and what people do to that site by hand. */
export class DriftCommand {
  readonly dc1: LiveSite;
  readonly project: ProjectCopy;

  private constructor(dc1: LiveSite, project: ProjectCopy) {
    this.dc1 = dc1;
    this.project = project;
  }

  /** Deploys dc1, so that nothing of earlier tests is left in it. */
  static async start(): Promise<DriftCommand> {
    const project = await quickProject();
    const dc1 = await LiveSite.open("dc1", { program: project.path("index.ts") });
    const { config } = sandboxConfiguration(dc1.site.stack, dc1.site.record);
    const parsed = Object.entries(config).map(([key, value]): [string, unknown] => [key, JSON.parse(value)]);
    await project.write("Pulumi.dc1.yaml", stringify({ config: Object.fromEntries(parsed) }));
    await dc1.succeed("up", { refresh: true });
    return new DriftCommand(dc1, project);
  }

  /** Runs the command as the cluster's administrator, or with another kubeconfig. */
  run(args: readonly string[] = [], kubeconfig: string = this.dc1.sandbox.kubeconfig): Promise<CommandResult> {
    return this.project.runWith({ env: { KUBECONFIG: kubeconfig } }, "drift", "--site", "dc1", ...args);
  }

  /** What the command finds. Whoever is known to have done something did it at a time of today. */
  async find(): Promise<Found> {
    const { code, stdout, stderr } = await this.run(["--format", "json"]);
    expect(stderr).toBe("");
    const json: unknown = JSON.parse(stdout);
    expect.assert(isObject(json));
    const lines = (list: string, describe: (each: unknown) => string) => {
      const entries = at(json, list);
      expect.assert(Array.isArray(entries));
      // Nobody owns what was taken away, nor the zero of a scaled Deployment, so it is not known who did it.
      for (const each of entries.filter((other) => list !== "differences" || at(other, "manager") !== undefined))
        expect(String(at(each, "time"))).toMatch(/^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
      return entries.map((each) => `${describe(each)} by ${String(at(each, "manager"))}`).toSorted();
    };
    const nameOf = (object: unknown) =>
      [at(object, "kind"), at(object, "namespace"), at(object, "name")].filter((part) => part !== undefined).join(" ");
    return {
      code,
      differences: lines("differences", (each) => `${nameOf(at(each, "object"))} ${String(at(each, "field"))}`),
      unknown: lines("unknown", (each) => nameOf(at(each, "object"))),
      containers: lines("containers", (each) => `${nameOf(at(each, "pod"))} ${String(at(each, "name"))}`),
    };
  }

  /** Does something to the API server as a field manager, and says what it answers. */
  async act(method: string, place: string, manager: string, body?: object, type = "application/json") {
    const path = `${place}${place.includes("?") ? "&" : "?"}fieldManager=${manager}`;
    const answer = await this.dc1.cluster.request(method, path, body, type);
    expect(answer.status, `${method} ${place}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
    return answer.body;
  }

  /** Waits until a Deployment's rollout is complete and its old pods are gone. */
  async settled(namespace: string, name: string): Promise<void> {
    await until(
      `${name} is rolled out`,
      async () => {
        const live = await this.dc1.cluster.get("Deployment", namespace, name);
        const status = (field: string) => at(live, "status", field);
        const current = status("observedGeneration") === at(live, "metadata", "generation");
        const counts = ["updatedReplicas", "availableReplicas"].map(status);
        return (current && counts.every((count) => count === status("replicas"))) || undefined;
      },
      { servers: [], seconds: 120, signal: new AbortController().signal },
    );
  }

  /**
   * A kubeconfig of a new ServiceAccount with the rights of a ClusterRole; `reader`, which may read everything, is made for
   * it.
   */
  async kubeconfigOf(name: string, role: string): Promise<string> {
    const account = { name, namespace: "kube-system" };
    const accounts = "api/v1/namespaces/kube-system/serviceaccounts";
    const rbac = "apis/rbac.authorization.k8s.io/v1";
    await this.act("POST", accounts, "test", { kind: "ServiceAccount", metadata: account });
    if (role === "reader") {
      const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] }];
      await this.act("POST", `${rbac}/clusterroles`, "test", { kind: "ClusterRole", metadata: { name: role }, rules });
    }
    await this.act("POST", `${rbac}/clusterrolebindings`, "test", {
      ...{ kind: "ClusterRoleBinding", metadata: { name } },
      ...{ roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role } },
      ...{ subjects: [{ kind: "ServiceAccount", ...account }] },
    });
    const token = await this.act("POST", `${accounts}/${name}/token`, "test", { spec: { expirationSeconds: 3600 } });
    const { record, stack } = this.dc1.site;
    const { context } = describedSite(stack).kubernetes;
    const reached = { context, server: apiServerUrl(record), caCertificate: record.caCertificate };
    await this.project.write(name, formatKubeconfig([{ ...reached, token: String(at(token, "status", "token")) }]));
    return this.project.path(name);
  }
}
