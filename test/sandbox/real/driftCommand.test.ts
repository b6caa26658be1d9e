import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at } from "../../../recorder/registeredResource.ts";
import { describedSite } from "../../../sandbox/sites/siteConfiguration.ts";
import { DriftCommand, deployments, merge, strategic } from "../../support/driftCommand.ts";

/** What people do with kubectl, past the program, and how `npm run drift` finds it and puts it right. */
let command: DriftCommand;

beforeAll(async () => {
  command = await DriftCommand.start();
});

afterAll(() => command.project.dispose());

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
  const pods = await command.dc1.cluster.list("Pod", namespace);
  const found = pods.find(
    (pod) =>
      at(pod, "metadata", "labels", "app.kubernetes.io/name") === service &&
      at(pod, "metadata", "deletionTimestamp") === undefined,
  );
  return String(at(found, "metadata", "name"));
}

describe("a site as it was deployed", () => {
  test("has no drift: every object is read, and the API server's defaults are none", async () => {
    const { code, stdout, stderr } = await command.run();
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/^drift: all \d{2,} objects of dc1 are as rendered, and nothing else/);
  });

  test("has none either once the autoscaler has scaled it and somebody has restarted it", async () => {
    const scale = { spec: { replicas: 4 } };
    await command.act(
      "PATCH",
      `${deployments("taxpayers")}/taxpayer-registry/scale`,
      "kube-controller-manager",
      scale,
      merge,
    );
    const restart = { "kubectl.kubernetes.io/restartedAt": new Date().toISOString() };
    const template = { spec: { template: { metadata: { annotations: restart } } } };
    await command.act("PATCH", `${deployments("declarations")}/receipts`, "kubectl-rollout", template, strategic);
    expect(await command.find()).toMatchObject({ code: 0, differences: [], unknown: [], containers: [] });
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
    await command.act("PATCH", card, "kubectl-edit", priority, strategic);
    const deny = "apis/networking.k8s.io/v1/namespaces/payments/networkpolicies/default-deny";
    await command.act("PATCH", deny, "kubectl-edit", { spec: { ingress: [{}] } }, merge);
    const sidecar = { spec: { template: { spec: { containers: [debugContainer("debug")] } } } };
    await command.act("PATCH", `${deployments("notifications")}/notifications`, "kubectl-patch", sidecar, strategic);
    const note = { metadata: { annotations: { "example.org/nota": "añadida a mano" } } };
    await command.act("PATCH", "api/v1/namespaces/declarations/services/receipts", "helm", note, merge);
    await command.settled("declarations", "receipts");
    pod = await podOf("declarations", "receipts");
    const ephemeral = { spec: { ephemeralContainers: [debugContainer("debugger")] } };
    const place = `api/v1/namespaces/declarations/pods/${pod}/ephemeralcontainers`;
    await command.act("PATCH", place, "kubectl-debug", ephemeral, strategic);
    for (const [collection, object] of strangers) await command.act("POST", collection, "kubectl-create", object);

    const found = await command.find();
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
    const { code, stdout } = await command.run();
    expect(stdout).toMatch(
      /^drift: 4 fields in 4 objects not as rendered, 5 objects unknown to the program, 1 container/,
    );
    expect(stdout).toMatch(
      /card-payments +spec\.template\.spec\.priorityClassName +citizen-facing +batch +kubectl-edit +20/,
    );
    expect(stdout).toMatch(/añadida a mano +helm +20/);
    const context = describedSite(command.dc1.site.stack).kubernetes.context;
    expect(stdout).toContain(
      `kubectl --context ${context} --namespace payments delete networkpolicies.networking.k8s.io open-all`,
    );
    expect(stdout).toContain(`kubectl --context ${context} --namespace declarations delete pod ${pod}`);
    expect(code).toBe(1);
  });

  test("is put right by --heal, which says what it did; what the program does not know is left and stays listed", async () => {
    const { code, stdout } = await command.run(["--heal"]);
    expect(stdout).toContain("Deployment notifications/notifications: removed spec.template.spec.containers[debug]");
    expect(stdout).toContain("Deployment payments/card-payments: restored spec.template.spec.priorityClassName");
    expect(stdout).toContain("NetworkPolicy payments/default-deny: restored spec.ingress[0].from");
    expect(stdout).toContain("Service declarations/receipts: removed metadata.annotations[example.org/nota]");
    expect(code).toBe(1);
    const found = await command.find();
    expect(found).toMatchObject({ code: 1, differences: [], unknown });

    const { cluster } = command.dc1;
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
    const { counts } = await command.dc1.succeed("up", { refresh: true });
    // The cluster's UID and what it needs are read; everything else is as it was.
    expect(Object.keys(counts).toSorted()).toEqual(["read", "same"]);
  });

  test("leaves nothing once somebody has run those commands", async () => {
    for (const [collection, { metadata }] of strangers) {
      await command.act("DELETE", `${collection}/${metadata.name}?gracePeriodSeconds=0`, "kubectl-delete");
    }
    await command.dc1.cluster.delete("Pod", "declarations", pod);
    await command.settled("notifications", "notifications");
    await command.settled("declarations", "receipts");
    expect(await command.find()).toMatchObject({ code: 0, differences: [], unknown: [], containers: [] });
  });
});
