import { expect, test } from "vitest";
import { adoptText, plainDeployment } from "./manifests.ts";

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
