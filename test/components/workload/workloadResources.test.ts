import { describe, expect, test } from "vitest";
import { limitRangeManifest } from "../../../components/cluster/limitRange.ts";
import { resourceQuotaManifest } from "../../../components/cluster/resourceQuota.ts";
import type { Container, DeploymentManifest } from "../../../components/kubernetes/manifests.ts";
import type { Microservice, Transforms } from "../../../components/microservice.ts";
import { manifestsOf, microservice, podOf, sidecar } from "../../support/fixtures.ts";

const proxy = sidecar({ requests: { cpu: "1", memory: "4Gi" }, limits: { memory: "4Gi" } });

function beside(container: Container): (manifest: DeploymentManifest) => DeploymentManifest {
  return (manifest) => {
    podOf(manifest).containers.push(container);
    return manifest;
  };
}

function hard(stated: Partial<Microservice>): Readonly<Record<string, string>> {
  return resourceQuotaManifest("declarations", [manifestsOf(microservice(stated)).resources]).spec?.hard ?? {};
}

describe("what a service asks of its namespace, after its transforms", () => {
  test("a sidecar counts in the quota, in every pod of a rollout", () => {
    // 9 pods of 500m and 2Gi, and 9 sidecars of 1 and 4Gi.
    expect(hard({ transforms: { deployment: beside(proxy) } })).toMatchObject({
      pods: "9",
      "requests.cpu": "13500m",
      "requests.memory": "54Gi",
      "limits.memory": "54Gi",
    });
  });

  test("a container that is larger than the service's own fits the limits", () => {
    const service = microservice({ transforms: { deployment: beside(proxy) } });
    expect(limitRangeManifest("declarations", [manifestsOf(service).resources]).spec?.limits[0]?.max).toMatchObject({
      memory: "4Gi",
    });
  });

  test("more replicas and another strategy count", () => {
    const autoscaler: Transforms = {
      horizontalPodAutoscaler: (manifest) => ({ ...manifest, spec: { ...manifest.spec, maxReplicas: 8 } }),
    };
    expect(hard({ transforms: autoscaler })["pods"]).toBe("18");
    const recreate = (manifest: DeploymentManifest): DeploymentManifest => ({
      ...manifest,
      spec: { ...manifest.spec, strategy: { type: "Recreate" } },
    });
    expect(hard({ transforms: { ...autoscaler, deployment: recreate } })["pods"]).toBe("16");
  });

  test("a pod that the API server would refuse is a problem of the service", () => {
    const greedy = sidecar({ requests: { memory: "4Gi" } });
    expect(() => manifestsOf(microservice({ transforms: { deployment: beside(greedy) } }))).toThrow(
      / {2}receipts: transforms\.deployment: container proxy: the request of memory "4Gi" is above its limit 256Mi, the namespace's default/,
    );
  });

  test("a pod that a transform takes away asks for nothing: whoever checks the manifest says what is wrong", () => {
    const without = (manifest: DeploymentManifest): DeploymentManifest => ({
      ...manifest,
      spec: { ...manifest.spec, template: {} },
    });
    expect(hard({ transforms: { deployment: without } })).toMatchObject({ pods: "9", "requests.cpu": "0" });
  });

  test("a Service opens no port on the nodes and asks for no load balancer, unless a transform says why", () => {
    const counts = (type: "ClusterIP" | "NodePort" | "LoadBalancer", more: object = {}) => {
      const { "services.nodeports": ports, "services.loadbalancers": balancers } = hard({
        transforms: {
          service: {
            transform: (manifest) => ({ ...manifest, spec: { ...manifest.spec, type, ...more } }),
            securityExceptions: { serviceType: { reason: "The mainframe knows the nodes alone" } },
          },
        },
      });
      return [ports, balancers];
    };
    expect(counts("ClusterIP")).toEqual(["0", "0"]);
    expect(counts("NodePort")).toEqual(["1", "0"]);
    expect(counts("LoadBalancer")).toEqual(["1", "1"]);
    expect(counts("LoadBalancer", { allocateLoadBalancerNodePorts: false })).toEqual(["0", "1"]);
  });
});
