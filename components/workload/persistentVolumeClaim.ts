import type { ResolvedMicroservice } from "../description/index.ts";
import { compareText } from "../diagnostic.ts";
import { commonLabels, type PersistentVolumeClaimManifest } from "../kubernetes/index.ts";
import type { MicroserviceSite } from "../siteData.ts";
import { directoryVolume } from "./writableVolumes.ts";

/** A directory of a service whose files last. */
export interface ClaimedVolume {
  /** The pod's volume. */
  readonly name: string;
  readonly mountPath: string;
  /** The claim, as it is generated. No service's name has a dot, so no two services have the same. */
  readonly claim: string;
}

/** The directories whose files last, ordered by path, so that a reordered description changes nothing. */
export function claimedVolumes({
  name: service,
  volumes,
}: Pick<ResolvedMicroservice, "name" | "volumes">): ClaimedVolume[] {
  return Object.keys(volumes)
    .sort(compareText)
    .map((mountPath) => {
      const name = directoryVolume(mountPath);
      return { name, mountPath, claim: `${service}.${name}` };
    });
}

/** The claims of a service, by the path of the directory. A paused service keeps them. */
export function persistentVolumeClaimManifests(
  service: ResolvedMicroservice,
  site: Pick<MicroserviceSite, "storageClass">,
): Map<string, PersistentVolumeClaimManifest> {
  const { name, namespace, volumes } = service;
  return new Map(
    claimedVolumes(service).flatMap(({ mountPath, claim }) => {
      const volume = volumes[mountPath];
      if (volume === undefined) return [];
      const storageClassName = volume.storageClass ?? site.storageClass;
      return [
        [
          mountPath,
          {
            apiVersion: "v1",
            kind: "PersistentVolumeClaim",
            metadata: {
              name: claim,
              namespace,
              labels: commonLabels(name, namespace),
              // A class may wait for the first pod, which waits for this claim; and a claim that grows is never pending again,
              // for which Pulumi would wait. The Deployment's pods wait for their claims.
              annotations: { "pulumi.com/skipAwait": "true" },
            },
            spec: {
              accessModes: [volume.accessMode],
              resources: { requests: { storage: volume.size } },
              ...(storageClassName === undefined ? {} : { storageClassName }),
            },
          },
        ],
      ];
    }),
  );
}
