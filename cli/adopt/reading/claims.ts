import { microserviceSchema } from "../../../components/description/index.ts";
import { listAt } from "../../../components/kubernetes/index.ts";
import type { VolumeClaim } from "../../../components/microservice.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { ManifestDocument } from "../input/documents.ts";
import type { SourceContainer } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { bytesText, isAboveZero } from "./quantities.ts";
import { stated } from "./stated.ts";

type SourceMount = NonNullable<SourceContainer["volumeMounts"]>[number];

/** What a mounted claim becomes, or why a description cannot say it and what to do. */
export type ReadClaim = { readonly claim: VolumeClaim } | { readonly reason: string; readonly remedy: string };

const own = "leave it under its own manifests, and add volume and mount in transforms.deployment";

/** The claim of that name among a service's manifests. */
export function claimDocument({ documents }: SourceManifests, name: string): ManifestDocument | undefined {
  return documents.find((document) => document.kind === "PersistentVolumeClaim" && document.name === name);
}

/**
 * Reads a claim that a container mounts.
 * @param mounts every mount of the volume
 * @param path where it is mounted, without a slash at its end
 */
export function readClaim(
  originals: SourceManifests,
  source: { readonly claimName: string; readonly readOnly?: boolean | undefined },
  mounts: readonly SourceMount[],
  path: string,
): ReadClaim {
  const document = claimDocument(originals, source.claimName);
  if (document === undefined) {
    return {
      reason: `its claim ${source.claimName} is not among the files, so that its size is not known`,
      remedy: `add it: kubectl get persistentvolumeclaim ${source.claimName} -o yaml; or state its size under volumes`,
    };
  }
  const [mount, ...more] = mounts;
  if (mount === undefined || more.length > 0 || mount.subPath !== undefined)
    return { reason: "a volume is mounted whole, at one path", remedy: own };
  if (source.readOnly === true || mount.readOnly === true)
    return { reason: "a service can write to its volumes, and this one is mounted read-only", remedy: own };
  const spec = at(document.object, "spec");
  const size = String(at(spec, "resources", "requests", "storage"));
  const storageClass = at(spec, "storageClassName");
  const modes = listAt(spec, "accessModes");
  const accessMode = (["ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"] as const).find((mode) =>
    modes.includes(mode),
  );
  if (accessMode === undefined)
    return { reason: `nobody can write to a claim whose access modes are ${modes.join(", ") || "none"}`, remedy: own };
  if (at(spec, "volumeMode") === "Block")
    return { reason: "a JVM needs files, and this is a block device", remedy: own };
  if (!isAboveZero(size)) return { reason: "its claim states no size", remedy: "state its size under volumes" };
  const claim = {
    size: bytesText(size),
    ...stated({
      storageClass: typeof storageClass === "string" && storageClass !== "" ? storageClass : undefined,
      accessMode: accessMode === "ReadWriteOnce" ? undefined : accessMode,
    }),
  };
  return microserviceSchema.shape.volumes.safeParse({ [path]: claim }).success
    ? { claim }
    : {
        reason: `no description accepts a volume at ${path}, or of this size or class`,
        remedy: "state another path under volumes, and name that where the service reads it",
      };
}
