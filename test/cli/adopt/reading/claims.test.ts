import { describe, expect, test } from "vitest";
import { adoptService } from "../../../../cli/adopt/adopt.ts";
import { adoptRun, plainDeployment, sites } from "../manifests.ts";

const claim = `---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: orders-data
  namespace: shop
  finalizers: [kubernetes.io/pvc-protection]
  annotations: { pv.kubernetes.io/bind-completed: "yes" }
spec:
  accessModes: [ReadWriteOnce]
  storageClassName: fast
  volumeMode: Filesystem
  volumeName: pvc-1
  resources: { requests: { storage: 20Gi } }
status: { phase: Bound }
`;

const mounts = "[{ name: data, mountPath: /var/lib/orders/ }]";
const volume = "{ name: data, persistentVolumeClaim: { claimName: orders-data } }";

function adoptWith({
  mount = mounts,
  source = volume,
  more = claim,
  spec = "",
  namespace,
}: Partial<Record<"mount" | "source" | "more" | "spec" | "namespace", string>> = {}) {
  const text = plainDeployment
    .replace("metadata: { name: orders }", "metadata: { name: orders, namespace: shop }")
    .replace("spec:\n", `spec:\n${spec}`)
    .replace("          resources:", `          volumeMounts: ${mount}\n          resources:`)
    .concat(`      volumes: [${source}]\n`, more);
  const wishes = { name: "orders", namespace, description: undefined, owner: undefined };
  const adopted = adoptService([{ file: "orders.yaml", text }], wishes, { catalogue: [], sites });
  const { rows, findings } = adopted.compare(adopted.service);
  const lost = rows.flatMap(({ object, path, verdict }) =>
    verdict.list === "not carried over" ? [[`${object} ${path}`, verdict.reason, verdict.remedy]] : [],
  );
  return { ...adopted, rows, lost, moved: findings.filter(({ list }) => list === "references that move") };
}

describe("a Deployment whose claim is among the files", () => {
  test("becomes one with a volume of that size, class and mode, and nothing of the claim is lost", () => {
    const { service, lost } = adoptWith();
    expect(service.volumes).toEqual({ "/var/lib/orders": { size: "20Gi", storageClass: "fast" } });
    expect(lost).toEqual([]);
  });

  test("leaves its files behind: that is a loss, with the commands that bring them along", () => {
    const { moved } = adoptWith();
    expect(moved).toEqual([
      {
        list: "references that move",
        place: "Deployment/orders spec.template.spec.volumes[0].persistentVolumeClaim.claimName",
        what: "orders-data (20Gi) at /var/lib/orders -> the new claim shop/orders.dir-var-lib-orders",
        outcome: "the new claim is empty: the files stay in the volume of orders-data",
        remedy: expect.stringContaining("kubectl delete pvc orders-data -n shop"),
        isLoss: true,
      },
    ]);
    expect(moved[0]?.remedy).toContain('"name":"orders.dir-var-lib-orders"');
  });

  test("that others mount too is told of them", () => {
    const other = plainDeployment
      .replaceAll("orders", "reports")
      .replace("metadata: { name: reports }", "metadata: { name: reports, namespace: shop }")
      .concat(`      volumes: [${volume}]\n`);
    const { moved } = adoptWith({ more: `${claim}---\n${other}`.replace("kind: Deployment", "kind: StatefulSet") });
    expect(moved[0]?.outcome).toContain("StatefulSet reports mounts that too, and will not see what is written here");
  });

  test("is a rolling update no longer, and of more replicas one is left, which is a loss", () => {
    const strategy = "  replicas: 3\n  strategy: { type: RollingUpdate, rollingUpdate: { maxSurge: 1 } }\n";
    const { service, lost, rows } = adoptWith({ spec: strategy });
    expect(service.autoscaling).toBeUndefined();
    expect(service.rollout?.maxSurge).toBeUndefined();
    expect(lost).toEqual([
      [
        "Deployment/orders spec.replicas",
        "one replica runs: only one node can mount its volume",
        "state accessMode: ReadWriteMany under volumes, with a storage class that offers it, and autoscaling",
      ],
    ]);
    const type = rows.find(({ path }) => path === "spec.strategy.type");
    expect(type?.verdict).toEqual({
      list: "replaced",
      by: "Recreate: one node mounts the volume, so the old replica goes first",
    });
  });

  test("keeps its replicas where they share the volume", () => {
    const { service, lost } = adoptWith({
      spec: "  replicas: 3\n",
      more: claim.replace("[ReadWriteOnce]", "[ReadWriteOnce, ReadWriteMany]"),
    });
    expect(service.volumes).toMatchObject({ "/var/lib/orders": { accessMode: "ReadWriteMany" } });
    expect(service.autoscaling).toMatchObject({ minReplicas: 3 });
    expect(lost).toEqual([]);
  });
});

test.each<[string, Parameters<typeof adoptWith>[0], string]>([
  [
    "whose size nobody knows",
    { more: "" },
    "its claim orders-data is not among the files, so that its size is not known",
  ],
  ["in part", { mount: "[{ name: data, mountPath: /data, subPath: a }]" }, "a volume is mounted whole, at one path"],
  [
    "to read only",
    { mount: "[{ name: data, mountPath: /data, readOnly: true }]" },
    "a service can write to its volumes, and this one is mounted read-only",
  ],
  [
    "that nobody can write to",
    { more: claim.replace("ReadWriteOnce", "ReadOnlyMany") },
    "nobody can write to a claim whose access modes are ReadOnlyMany",
  ],
  ["of blocks", { more: claim.replace("Filesystem", "Block") }, "a JVM needs files, and this is a block device"],
  ["without a size", { more: claim.replace("20Gi", '"0"') }, "its claim states no size"],
  [
    "at a path of the component's own",
    { mount: "[{ name: data, mountPath: /tmp }]" },
    "no description accepts a volume at /tmp, or of this size or class",
  ],
])("a claim %s is not carried over, and the reason is said", (_, options, reason) => {
  const { service, lost, moved } = adoptWith(options);
  expect(service.volumes).toBeUndefined();
  expect(lost.map(([, why]) => why)).toContain(reason);
  expect(moved).toEqual([]);
});

test("a claim whose namespace changes is told once", () => {
  const { moved } = adoptWith({ namespace: "elsewhere" });
  expect(moved).toEqual([
    expect.objectContaining({ what: expect.stringContaining("elsewhere/orders.dir-var-lib-orders") }),
  ]);
});

test("a claim that no service mounts stays where it is", () => {
  const { left } = adoptRun(`${plainDeployment}${claim}`);
  expect(left.map(({ document }) => document.kind)).toEqual(["PersistentVolumeClaim"]);
});
