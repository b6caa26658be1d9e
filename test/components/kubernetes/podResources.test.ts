import { describe, expect, test } from "vitest";
import type { Container } from "../../../components/kubernetes/manifests.ts";
import { podResourceErrors, podResources } from "../../../components/kubernetes/podResources.ts";

const gibi = 2 ** 30;

function container(memory: string | undefined, rest: Partial<Container> = {}): Container {
  const resources = memory === undefined ? {} : { requests: { cpu: "1", memory }, limits: { memory } };
  return { name: "app", resources, ...rest };
}

describe("what a pod needs, by Kubernetes' rule", () => {
  test.each<[string, Parameters<typeof podResources>[0], number, number]>([
    ["containers side by side add up", { containers: [container("1Gi"), container("2Gi")] }, 2, 3],
    [
      "an init container that is larger than they are counts in their place",
      { containers: [container("1Gi")], initContainers: [container("4Gi"), container("2Gi")] },
      1,
      4,
    ],
    ["a smaller one counts nothing", { containers: [container("2Gi")], initContainers: [container("1Gi")] }, 1, 2],
    [
      "an init container that is a sidecar stays beside them",
      { containers: [container("2Gi")], initContainers: [container("1Gi", { restartPolicy: "Always" })] },
      2,
      3,
    ],
    [
      "and beside the init containers that follow it",
      {
        containers: [container("1Gi")],
        initContainers: [container("1Gi", { restartPolicy: "Always" }), container("3Gi")],
      },
      2,
      4,
    ],
    ["a runtime's overhead counts", { containers: [container("1Gi")], overhead: { cpu: "1", memory: "1Gi" } }, 2, 2],
  ])("%s", (_, pod, cpu, memory) => {
    expect(podResources(pod)).toMatchObject({
      cpuRequests: cpu,
      memoryRequests: memory * gibi,
      memoryLimits: memory * gibi,
    });
  });

  test("a container that states nothing gets the namespace's defaults, and one that states limits requests them", () => {
    const mebi = 2 ** 20;
    expect(podResources({ containers: [{ name: "proxy" }] })).toEqual({
      cpuRequests: 0.05,
      memoryRequests: 128 * mebi,
      memoryLimits: 256 * mebi,
      storageRequests: 64 * mebi,
      storageLimits: 128 * mebi,
    });
    const limited = { name: "proxy", resources: { limits: { cpu: "2", memory: "1Gi" } } };
    expect(podResources({ containers: [limited] })).toMatchObject({ cpuRequests: 2, memoryRequests: gibi });
  });
});

describe("what the API server would refuse", () => {
  test.each([
    [
      { requests: { memory: "1Gi" } },
      `container app: the request of memory "1Gi" is above its limit 256Mi, the namespace's default; state a limit of at least the request`,
    ],
    [
      { requests: { "ephemeral-storage": "2Gi" }, limits: { "ephemeral-storage": "1Gi" } },
      'container app: the request of ephemeral-storage "2Gi" is above its limit 1Gi; state a limit of at least the request',
    ],
    [{ limits: { memory: "1GB" } }, 'container app: resources.limits.memory "1GB" is no quantity'],
  ])("%j", (resources, message) => {
    expect(podResourceErrors({ containers: [{ name: "app", resources }] })).toEqual([message]);
  });

  test("nothing else", () => {
    expect(podResourceErrors({ containers: [container("1Gi"), { name: "proxy" }] })).toEqual([]);
  });
});
