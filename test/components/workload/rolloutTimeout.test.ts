import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { DeploymentManifest } from "../../../components/kubernetes/manifests.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { podsPerWave } from "../../../components/workload/rolloutTimeout.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { deploymentOf, manifestsOf, microservice } from "../../support/fixtures.ts";
import { surgeOf } from "../../support/rollout.ts";

type DeploymentSpec = NonNullable<DeploymentManifest["spec"]>;

/** A Deployment that a transform has left nothing of but what it must have, and these fields. */
function bare(spec: Pick<DeploymentSpec, "strategy">): DeploymentManifest {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "receipts" },
    spec: { selector: {}, template: {}, ...spec },
  };
}

test.each([
  ["25%" as const, 4, 1],
  ["25%" as const, 5, 2],
  ["1%" as const, 4, 1],
  ["100%" as const, 7, 7],
  [3, 2, 3],
])("a surge of %s over %d replicas is %d, and none of those is taken away before", (maxSurge, replicas, surge) => {
  const deployment = deploymentOf(microservice({ rollout: { maxSurge } }));
  expect(podsPerWave(deployment, replicas)).toEqual({ surge, unavailable: 0 });
});

test.each<[string, Pick<DeploymentSpec, "strategy">, number, number]>([
  ["no strategy, which is a quarter: of a surge rounded up, of missing replicas down", {}, 2, 1],
  ["one that takes all away first", { strategy: { type: "Recreate" } }, 0, 5],
  ["missing replicas only", { strategy: { rollingUpdate: { maxSurge: 0, maxUnavailable: "50%" } } }, 0, 2],
])("where a transform leaves %s", (_, spec, surge, unavailable) => {
  expect(podsPerWave(bare(spec), 5)).toEqual({ surge, unavailable });
});

describe("how long Pulumi waits", () => {
  test("by default, in seconds", () => {
    // Four replicas, one at a time: each waits for its successor and then stops.
    expect(manifestsOf(microservice()).awaitSeconds).toBe(4 * (225 + 45) + 60);
  });

  test("it is longer than Kubernetes does, and long enough for a rollout at the most replicas", () => {
    fc.assert(
      fc.property(microserviceArbitrary, (service) => {
        const { timeouts, autoscaling, rollout } = resolveMicroservice(service);
        const { awaitSeconds } = manifestsOf(service);
        expect(awaitSeconds).toBeGreaterThan(timeouts.progressDeadline);
        let replaced = 0;
        let seconds = 0;
        while (replaced < autoscaling.maxReplicas) {
          // Without a surge (Recreate) there is one replica, and it goes first.
          replaced += Math.max(1, surgeOf(resolveMicroservice(service)));
          seconds += timeouts.startupBudget + rollout.minReadySeconds + timeouts.terminationGracePeriod;
        }
        expect(awaitSeconds).toBeGreaterThan(seconds);
      }),
    );
  });

  test.each<[string, NonNullable<Microservice["transforms"]>, number]>([
    [
      "a later deadline",
      { deployment: ({ spec, ...rest }) => withSpec(rest, spec, { progressDeadlineSeconds: 7200 }) },
      4 * (7200 + 45) + 60,
    ],
    [
      "another strategy",
      { deployment: ({ spec, ...rest }) => withSpec(rest, spec, { strategy: { type: "Recreate" } }) },
      225 + 45 + 60,
    ],
    [
      "more replicas",
      { horizontalPodAutoscaler: (manifest) => ({ ...manifest, spec: { ...manifest.spec, maxReplicas: 8 } }) },
      4 * (225 + 45) + 60,
    ],
    [
      "replicas of the Deployment's own",
      { deployment: ({ spec, ...rest }) => withSpec(rest, spec, { replicas: 5 }) },
      3 * (225 + 45) + 60,
    ],
  ])("counts %s that a transform states", (_, transforms, seconds) => {
    expect(manifestsOf(microservice({ transforms })).awaitSeconds).toBe(seconds);
  });
});

function withSpec(
  rest: Omit<DeploymentManifest, "spec">,
  spec: DeploymentManifest["spec"],
  change: Partial<DeploymentSpec>,
): DeploymentManifest {
  if (spec === undefined) throw new Error("the Deployment has no spec");
  return { ...rest, spec: { ...spec, ...change } };
}
