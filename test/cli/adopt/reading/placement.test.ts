import { expect, test } from "vitest";
import { adoptText, plainDeployment } from "../manifests.ts";

function adoptWith(pod: string) {
  const adopted = adoptText(plainDeployment.replace("    spec:\n", `    spec:\n      ${pod}\n`));
  const lists = adopted.compare(adopted.service).rows.filter(({ path }) => /nodeSelector|tolerations/.test(path));
  return { service: adopted.service, lists };
}

test("the labels that a node must carry, and the taints that pods tolerate, are carried over", () => {
  const { service, lists } = adoptWith(
    "nodeSelector: { disk: ssd, kubernetes.io/arch: amd64 }\n      tolerations: [{ key: dedicated, operator: Equal, value: java, effect: NoSchedule }]",
  );
  expect(service.nodeSelector).toEqual({ disk: "ssd", "kubernetes.io/arch": "amd64" });
  expect(service.tolerations).toEqual([{ key: "dedicated", operator: "Equal", value: "java", effect: "NoSchedule" }]);
  expect(lists.map(({ verdict }) => verdict.list)).toEqual(Array(6).fill("carried over"));
});

test("an amount of the container's own resources stays one, and another container's is lost", () => {
  const adopted = adoptText(
    plainDeployment.replace(
      "          resources:",
      `          env:
            - { name: MEM, valueFrom: { resourceFieldRef: { resource: limits.memory, divisor: 1Mi } } }
            - { name: CORES, valueFrom: { resourceFieldRef: { containerName: orders, resource: limits.cpu, divisor: "0" } } }
            - { name: OTHER, valueFrom: { resourceFieldRef: { containerName: proxy, resource: limits.cpu } } }
          resources:`,
    ),
  );
  expect(adopted.service.env).toEqual({
    MEM: { resource: "limits.memory", divisor: "1Mi" },
    CORES: { resource: "limits.cpu" },
  });
  const lost = adopted.compare(adopted.service).rows.filter(({ verdict }) => verdict.list === "not carried over");
  expect(lost.map(({ path }) => path.replace(/.*env/, "env"))).toEqual([
    "env[2].name",
    "env[2].valueFrom.resourceFieldRef.containerName",
    "env[2].valueFrom.resourceFieldRef.resource",
  ]);
});

test("a node's own name and a toleration of everything are lost, and what stands beside them is not", () => {
  const { service, lists } = adoptWith(
    "nodeSelector: { disk: ssd, kubernetes.io/hostname: node-7 }\n      tolerations: [{ operator: Exists }, { key: spot, operator: Exists }]",
  );
  expect(service.nodeSelector).toEqual({ disk: "ssd" });
  expect(service.tolerations).toEqual([{ key: "spot", operator: "Exists" }]);
  expect(lists.map(({ path, verdict }) => `${path.replace(/.*spec\./, "")} ${verdict.list}`)).toEqual([
    "nodeSelector.disk carried over",
    'nodeSelector["kubernetes.io/hostname"] not carried over',
    "tolerations[0].operator not carried over",
    "tolerations[1].key carried over",
    "tolerations[1].operator carried over",
  ]);
});
