import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stringify } from "yaml";
import { at, isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import { apiServerUrl } from "../../../sandbox/sites/apiServer.ts";
import { formatKubeconfig } from "../../../sandbox/sites/kubeconfig.ts";
import { describedSite, sandboxConfiguration } from "../../../sandbox/sites/siteConfiguration.ts";
import { until } from "../../../sandbox/sites/waiting.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { CommandResult, ProjectCopy } from "../../support/projectCopy.ts";

/** What people do with kubectl, past the program, and how `npm run drift` finds it and puts it right. */
let dc1: LiveSite;
/** A project whose dc1 is the sandbox's. */
let quick: ProjectCopy;

beforeAll(async () => {
  quick = await quickProject();
  dc1 = await LiveSite.open("dc1", { program: quick.path("index.ts") });
  const { config } = sandboxConfiguration(dc1.site.stack, dc1.site.record);
  const parsed = Object.entries(config).map(([key, value]): [string, unknown] => [key, JSON.parse(value)]);
  await quick.write("Pulumi.dc1.yaml", stringify({ config: Object.fromEntries(parsed) }));
  await dc1.succeed("up", { refresh: true });
});

afterAll(() => quick.dispose());

/** Runs the command as the cluster's administrator, or with another kubeconfig. */
function drift(args: readonly string[] = [], kubeconfig: string = dc1.sandbox.kubeconfig): Promise<CommandResult> {
  return quick.runWith({ env: { KUBECONFIG: kubeconfig } }, "drift", "--site", "dc1", ...args);
}

interface Found {
  readonly code: number | null;
  readonly differences: string[];
  readonly unknown: string[];
  readonly containers: string[];
  readonly json: PlainObject;
}

/** What the command finds, a line each, with who did it; each has a time of today. */
async function findings(args: readonly string[] = []): Promise<Found> {
  const { code, stdout, stderr } = await drift(["--format", "json", ...args]);
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
    json,
  };
}

/** Does something to the API server as a field manager, and says what it answers. */
async function act(method: string, place: string, manager: string, body?: object, type = "application/json") {
  const path = `${place}${place.includes("?") ? "&" : "?"}fieldManager=${manager}`;
  const answer = await dc1.cluster.request(method, path, body, type);
  expect(answer.status, `${method} ${place}: ${JSON.stringify(answer.body)}`).toBeLessThan(300);
  return answer.body;
}

const strategic = "application/strategic-merge-patch+json";
const merge = "application/merge-patch+json";
const deployments = (namespace: string) => `apis/apps/v1/namespaces/${namespace}/deployments`;
const restricted = { allowPrivilegeEscalation: false, runAsNonRoot: true, capabilities: { drop: ["ALL"] } };
const debugContainer = (name: string) => ({ name, image: "debug.example/tools:1", securityContext: restricted });

/** An object to create; its kind decides what else is in it. */
interface Created {
  readonly kind: string;
  readonly metadata: { readonly name: string };
  readonly [field: string]: unknown;
}

const strangers: readonly [place: string, object: Created][] = [
  [
    "apis/networking.k8s.io/v1/namespaces/payments/networkpolicies",
    { kind: "NetworkPolicy", metadata: { name: "open-all" }, ...{ spec: { podSelector: {}, ingress: [{}] } } },
  ],
  [
    "apis/rbac.authorization.k8s.io/v1/namespaces/payments/rolebindings",
    {
      ...{ kind: "RoleBinding", metadata: { name: "debuggers" } },
      ...{ roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "edit" } },
    },
  ],
  [
    "apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    {
      ...{ kind: "ClusterRoleBinding", metadata: { name: "receipts-admin" } },
      ...{ roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "admin" } },
      ...{ subjects: [{ kind: "ServiceAccount", name: "receipts", namespace: "declarations" }] },
    },
  ],
  [
    "api/v1/namespaces/declarations/pods",
    {
      ...{ kind: "Pod", metadata: { name: "toolbox" } },
      spec: {
        ...{ securityContext: { seccompProfile: { type: "RuntimeDefault" } } },
        containers: [{ ...debugContainer("tools"), resources: { limits: { cpu: "10m", memory: "16Mi" } } }],
      },
    },
  ],
  [
    "api/v1/namespaces/declarations/configmaps",
    { kind: "ConfigMap", metadata: { name: "notes" }, data: { note: "mine" } },
  ],
];

/** A pod of a service that is not being deleted. */
async function podOf(namespace: string, service: string): Promise<string> {
  const pods = await dc1.cluster.list("Pod", namespace);
  const found = pods.find(
    (pod) =>
      at(pod, "metadata", "labels", "app.kubernetes.io/name") === service &&
      at(pod, "metadata", "deletionTimestamp") === undefined,
  );
  return String(at(found, "metadata", "name"));
}

/** Waits until a Deployment's rollout is complete and its old pods are gone. */
async function settled(namespace: string, name: string): Promise<void> {
  await until(
    `${name} is rolled out`,
    async () => {
      const live = await dc1.cluster.get("Deployment", namespace, name);
      const { replicas, updatedReplicas, availableReplicas, observedGeneration } = Object(at(live, "status"));
      const current = observedGeneration === at(live, "metadata", "generation");
      return (current && replicas === updatedReplicas && replicas === availableReplicas) || undefined;
    },
    { servers: [], seconds: 120, signal: new AbortController().signal },
  );
}

describe("a site as it was deployed", () => {
  test("has no drift: every object is read, and the API server's defaults are none", async () => {
    const { code, stdout, stderr } = await drift();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^drift: all \d{2,} objects of dc1 are as rendered, and nothing else/);
  });

  test("has none either once the autoscaler has scaled it and somebody has restarted it", async () => {
    const scale = { spec: { replicas: 4 } };
    await act("PATCH", `${deployments("taxpayers")}/taxpayer-registry/scale`, "kube-controller-manager", scale, merge);
    const restart = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
    const template = { spec: { template: { metadata: { annotations: restart } } } };
    await act("PATCH", `${deployments("declarations")}/receipts`, "kubectl-rollout", template, strategic);
    expect(await findings()).toMatchObject({ code: 0, differences: [], unknown: [], containers: [] });
  });
});

describe("what somebody changed with kubectl", () => {
  let pod = "";
  const unknown = [
    "ClusterRoleBinding receipts-admin by kubectl-create",
    "ConfigMap declarations notes by kubectl-create",
    "NetworkPolicy payments open-all by kubectl-create",
    "Pod declarations toolbox by kubectl-create",
    "RoleBinding payments debuggers by kubectl-create",
  ];

  test("is found, with field, manager and time: fields, additions, pods, and objects that nobody rendered", async () => {
    const card = `${deployments("payments")}/card-payments`;
    const priority = { spec: { template: { spec: { priorityClassName: "batch", priority: null } } } };
    await act("PATCH", card, "kubectl-edit", priority, strategic);
    const deny = "apis/networking.k8s.io/v1/namespaces/payments/networkpolicies/default-deny";
    await act("PATCH", deny, "kubectl-edit", { spec: { ingress: [{}] } }, merge);
    const sidecar = { spec: { template: { spec: { containers: [debugContainer("debug")] } } } };
    await act("PATCH", `${deployments("notifications")}/notifications`, "kubectl-patch", sidecar, strategic);
    const note = { metadata: { annotations: { "example.org/nota": "añadida a mano" } } };
    await act("PATCH", "api/v1/namespaces/declarations/services/receipts", "helm", note, merge);
    await settled("declarations", "receipts");
    pod = await podOf("declarations", "receipts");
    const ephemeral = { spec: { ephemeralContainers: [debugContainer("debugger")] } };
    const place = `api/v1/namespaces/declarations/pods/${pod}/ephemeralcontainers`;
    await act("PATCH", place, "kubectl-debug", ephemeral, strategic);
    for (const [collection, object] of strangers) await act("POST", collection, "kubectl-create", object);

    const found = await findings();
    expect(found.differences).toEqual([
      "Deployment notifications notifications spec.template.spec.containers[debug] by kubectl-patch",
      "Deployment payments card-payments spec.template.spec.priorityClassName by kubectl-edit",
      "NetworkPolicy payments default-deny spec.ingress[0].from by kubectl-edit",
      "Service declarations receipts metadata.annotations[example.org/nota] by helm",
    ]);
    expect(found.unknown).toEqual(unknown);
    expect(found.containers).toEqual([`Pod declarations ${pod} debugger by kubectl-debug`]);
    expect(found.code).toBe(1);
  });

  test("is shown in a table, with the commands for what is never deleted", async () => {
    const { code, stdout } = await drift();
    expect(stdout).toMatch(
      /^drift: 4 fields in 4 objects not as rendered, 5 objects unknown to the program, 1 container/,
    );
    expect(stdout).toMatch(
      /card-payments +spec\.template\.spec\.priorityClassName +citizen-facing +batch +kubectl-edit +20/,
    );
    expect(stdout).toMatch(/añadida a mano +helm +20/);
    const context = describedSite(dc1.site.stack).kubernetes.context;
    expect(stdout).toContain(
      `kubectl --context ${context} --namespace payments delete networkpolicies.networking.k8s.io open-all`,
    );
    expect(stdout).toContain(`kubectl --context ${context} --namespace declarations delete pod ${pod}`);
    expect(code).toBe(1);
  });

  test("is put right by --heal, which says what it did; what the program does not know is left and stays listed", async () => {
    const { code, stdout } = await drift(["--heal"]);
    expect(stdout).toContain("Deployment notifications/notifications: removed spec.template.spec.containers[debug]");
    expect(stdout).toContain("Deployment payments/card-payments: restored spec.template.spec.priorityClassName");
    expect(stdout).toContain("NetworkPolicy payments/default-deny: restored spec.ingress[0].from");
    expect(stdout).toContain("Service declarations/receipts: removed metadata.annotations[example.org/nota]");
    expect(code).toBe(1);
    const found = await findings();
    expect(found).toMatchObject({ code: 1, differences: [], unknown });

    const { cluster } = dc1;
    const deployment = await cluster.get("Deployment", "notifications", "notifications");
    expect(at(deployment, "spec", "template", "spec", "containers")).toHaveLength(1);
    for (const live of [
      deployment,
      await cluster.get("Deployment", "payments", "card-payments"),
      await cluster.get("NetworkPolicy", "payments", "default-deny"),
      await cluster.get("Service", "declarations", "receipts"),
    ]) {
      const entries = at(live, "metadata", "managedFields");
      expect.assert(Array.isArray(entries));
      const spec = entries.filter((each) => at(each, "fieldsV1", "f:spec") !== undefined);
      const others = spec.filter((each) => !String(at(each, "manager")).startsWith("pulumi-kubernetes"));
      expect(others.map((each) => at(each, "manager")).filter((name) => name !== "kubectl-patch")).toEqual([]);
      expect(JSON.stringify(entries)).not.toContain("gemelos-drift");
    }
    const { counts } = await dc1.succeed("up", { refresh: true });
    expect(Object.keys(counts)).toEqual(["same"]);
  });

  test("leaves nothing once somebody has run those commands", async () => {
    for (const [collection, { metadata }] of strangers) {
      await act("DELETE", `${collection}/${metadata.name}?gracePeriodSeconds=0`, "kubectl-delete");
    }
    await dc1.cluster.delete("Pod", "declarations", pod);
    await settled("notifications", "notifications");
    await settled("declarations", "receipts");
    expect(await findings()).toMatchObject({ code: 0, differences: [], unknown: [], containers: [] });
  });
});

describe("what server-side apply alone could not put right", () => {
  test("a probe of another kind, another volume and replicas of 0 are put right in one change, and one rollout", async () => {
    const { cluster } = dc1;
    const place = ["Deployment", "notifications", "notifications"] as const;
    const before = await cluster.get(...place);
    const [container] = [at(before, "spec", "template", "spec", "containers", 0)];
    const [volume] = [at(before, "spec", "template", "spec", "volumes", 0)];
    const probe = { httpGet: null, exec: { command: ["true"] } };
    const spec = {
      containers: [{ name: at(container, "name"), readinessProbe: probe }],
      volumes: [{ name: at(volume, "name"), emptyDir: null, configMap: { name: "mine" } }],
    };
    const url = `${deployments("notifications")}/notifications`;
    await act("PATCH", url, "kubectl-edit", { spec: { template: { spec } } }, strategic);
    await act("PATCH", `${url}/scale`, "kubectl", { spec: { replicas: 0 } }, merge);
    const found = await findings();
    const field = (name: string) => `Deployment notifications notifications spec.${name}`;
    const [c, v] = [String(at(container, "name")), String(at(volume, "name"))];
    expect(found.differences).toEqual([
      `${field("replicas")} by undefined`,
      `${field(`template.spec.containers[${c}].readinessProbe.exec`)} by kubectl-edit`,
      `${field(`template.spec.containers[${c}].readinessProbe.httpGet`)} by undefined`,
      `${field(`template.spec.volumes[${v}].configMap`)} by kubectl-edit`,
      `${field(`template.spec.volumes[${v}].emptyDir`)} by undefined`,
    ]);
    const changed = Number(at(await cluster.get(...place), "metadata", "generation"));
    const { stdout, stderr } = await drift(["--heal"]);
    expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringMatching(/^drift: all /m), stderr: "" });
    const after = await cluster.get(...place);
    expect(at(after, "metadata", "generation")).toBe(changed + 1);
    expect(at(after, "spec", "template")).toEqual(at(before, "spec", "template"));
    await settled("notifications", "notifications");
  });

  test("an operator who may not write is told so, and nothing is changed", async () => {
    const note = { metadata: { labels: { mine: "yes" } } };
    await act("PATCH", `${deployments("payments")}/card-payments`, "kubectl-label", note, merge);
    const { code, stdout } = await drift(["--heal"], await kubeconfigOf("reader", "reader"));
    expect(stdout).toMatch(/^Deployment payments\/card-payments was not put right: permission denied: .*forbidden/m);
    expect(stdout).toMatch(/metadata\.labels\.mine +- +yes +kubectl-label/);
    expect(code).toBe(1);
    expect((await drift(["--heal"])).code).toBe(0);
  });
});

/** A kubeconfig of a new ServiceAccount with the rights of a ClusterRole. */
async function kubeconfigOf(name: string, role: string): Promise<string> {
  const account = { name, namespace: "kube-system" };
  const accounts = "api/v1/namespaces/kube-system/serviceaccounts";
  const rbac = "apis/rbac.authorization.k8s.io/v1";
  await act("POST", accounts, "test", { kind: "ServiceAccount", metadata: account });
  if (role === "reader") {
    const rules = [{ apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] }];
    await act("POST", `${rbac}/clusterroles`, "test", { kind: "ClusterRole", metadata: { name: role }, rules });
  }
  await act("POST", `${rbac}/clusterrolebindings`, "test", {
    ...{ kind: "ClusterRoleBinding", metadata: { name } },
    ...{ roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: role } },
    ...{ subjects: [{ kind: "ServiceAccount", ...account }] },
  });
  const token = await act("POST", `${accounts}/${name}/token`, "test", { spec: { expirationSeconds: 3600 } });
  const { record, stack } = dc1.site;
  const { context } = describedSite(stack).kubernetes;
  const reached = { context, server: apiServerUrl(record), caCertificate: record.caCertificate };
  await quick.write(name, formatKubeconfig([{ ...reached, token: String(at(token, "status", "token")) }]));
  return quick.path(name);
}

describe("an operator who may not read everything", () => {
  test("is told which kinds, gets what can be said, and exit code 2", async () => {
    const { code, stdout, stderr } = await drift([], await kubeconfigOf("viewer", "view"));
    expect(stderr).toMatch(/^error: not everything could be read/);
    expect(stderr).toMatch(/\n {2}secrets in namespace payments: .*forbidden/);
    expect(stderr).toMatch(/\n {2}clusterrolebindings\.rbac\.authorization\.k8s\.io: .*forbidden/);
    expect(stdout).not.toContain("not there");
    expect(code).toBe(2);
  });
});
