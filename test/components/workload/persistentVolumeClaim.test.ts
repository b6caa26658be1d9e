import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { checkManifest } from "../../../recorder/kubernetesSchema.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { containerOf, manifestsOf, microservice, podOf, site } from "../../support/fixtures.ts";

const claimsOf = (...input: Parameters<typeof manifestsOf>) => [
  ...manifestsOf(...input).persistentVolumeClaims.values(),
];

test("a directory whose files must last is a claim that the pod mounts, and that the service's group can write to", async () => {
  const service = microservice({ volumes: { "/data": { size: "20Gi" } } });
  const { deployment } = manifestsOf(service);
  const [claim, ...more] = claimsOf(service);
  expect(more).toEqual([]);
  expect(claim).toEqual({
    apiVersion: "v1",
    kind: "PersistentVolumeClaim",
    metadata: {
      name: "receipts.dir-data",
      namespace: "declarations",
      labels: {
        "app.kubernetes.io/name": "receipts",
        "app.kubernetes.io/instance": "receipts",
        "app.kubernetes.io/part-of": "declarations",
        "app.kubernetes.io/managed-by": "pulumi",
      },
      annotations: { "pulumi.com/patchForce": "true", "pulumi.com/skipAwait": "true" },
    },
    spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "20Gi" } } },
  });
  expect(await checkManifest(JSON.parse(JSON.stringify(claim)))).toEqual([]);
  expect(podOf(deployment).volumes).toContainEqual({
    name: "dir-data",
    persistentVolumeClaim: { claimName: "receipts.dir-data" },
  });
  expect(containerOf(deployment).volumeMounts).toContainEqual({ name: "dir-data", mountPath: "/data" });
  expect(podOf(deployment).securityContext).toMatchObject({
    runAsGroup: 10_001,
    fsGroup: 10_001,
    fsGroupChangePolicy: "OnRootMismatch",
  });
});

test("the class is the description's, else the site's, else the cluster's default, which no field states", () => {
  const classOf = (storageClass: string | undefined, sites: string | undefined) => {
    const service = microservice({
      volumes: { "/data": { size: "1Gi", ...(storageClass === undefined ? {} : { storageClass }) } },
    });
    return claimsOf(service, { ...site, ...(sites === undefined ? {} : { storageClass: sites }) })[0]?.spec;
  };
  expect(classOf("fast", "ceph")).toMatchObject({ storageClassName: "fast" });
  expect(classOf(undefined, "ceph")).toMatchObject({ storageClassName: "ceph" });
  expect(classOf(undefined, undefined)).not.toHaveProperty("storageClassName");
});

test("a claim that a transform renames, such as to one that exists already, is the one that the pod mounts", () => {
  const { deployment } = manifestsOf(
    microservice({
      volumes: { "/data": { size: "1Gi" } },
      transforms: {
        persistentVolumeClaim: ({ metadata, ...rest }) => ({ ...rest, metadata: { ...metadata, name: "old-data" } }),
      },
    }),
  );
  expect(podOf(deployment).volumes).toContainEqual({
    name: "dir-data",
    persistentVolumeClaim: { claimName: "old-data" },
  });
});

describe("for every service with volumes", () => {
  const withVolumes = microserviceArbitrary.filter(({ volumes = {} }) => Object.keys(volumes).length > 0);

  test("no second pod ever starts beside one that mounts a volume alone; with ReadWriteMany all stays as it is", () => {
    fc.assert(
      fc.property(withVolumes, (service) => {
        const { deployment, horizontalPodAutoscaler, podDisruptionBudget } = manifestsOf(service);
        const modes = claimsOf(service).flatMap(({ spec }) => spec?.accessModes ?? []);
        const alone = modes.some((mode) => mode !== "ReadWriteMany");
        expect(deployment.spec?.strategy?.type).toBe(alone ? "Recreate" : "RollingUpdate");
        if (!alone) {
          expect(resolveMicroservice(service).autoscaling).toEqual(
            resolveMicroservice({ ...service, volumes: {} }).autoscaling,
          );
          return;
        }
        expect(deployment.spec?.strategy).toEqual({ type: "Recreate" });
        expect(horizontalPodAutoscaler?.spec?.maxReplicas ?? 1).toBe(1);
        expect(podDisruptionBudget).toBeUndefined();
      }),
    );
  });

  test("each is mounted once, at its path, from a claim of its own, that stays while the service is paused", () => {
    fc.assert(
      fc.property(withVolumes, ({ volumes = {}, ...service }) => {
        const manifests = manifestsOf({ ...service, volumes });
        const claims = new Map(
          podOf(manifests.deployment).volumes?.map((each) => [each.name, each.persistentVolumeClaim]),
        );
        const mounted = Object.entries(volumes).map(([path]) => {
          const mounts = containerOf(manifests.deployment).volumeMounts?.filter(({ mountPath }) => mountPath === path);
          expect(mounts).toHaveLength(1);
          return claims.get(mounts?.[0]?.name ?? "")?.claimName;
        });
        const names = claimsOf({ ...service, volumes }).map(({ metadata }) => metadata.name);
        expect(new Set(names).size).toBe(names.length);
        expect(mounted.toSorted()).toEqual(names.toSorted());
        expect(claimsOf({ ...service, volumes, paused: true })).toEqual(claimsOf({ ...service, volumes }));
      }),
    );
  });
});
