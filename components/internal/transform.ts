import type { Transform } from "../microservice.ts";
import { configMapName } from "./configuration.ts";
import type { ResolvedMicroservice } from "./defaults.ts";
import type { ConfigMapManifest } from "./manifests.ts";

/** Gives a service's transform the last word on a manifest. @throws TypeError where it returns no manifest. */
export function applyTransform<Manifest extends { kind: string; metadata: { name: string } }>(
  transform: Transform<Manifest> | undefined,
  planned: Manifest,
): Manifest {
  if (transform === undefined) return planned;
  const result = transform(structuredClone(planned));
  if (typeof result !== "object" || result === null || typeof result.metadata?.name !== "string") {
    throw new TypeError(
      `the transform of ${planned.kind} ${planned.metadata.name} returned no manifest; return the manifest that it was given, changed or not`,
    );
  }
  return result;
}

/** The ConfigMap after its transform, named by the content that it has then, unless the transform chose a name. */
export function configMapWithTransform(
  { name, transforms }: ResolvedMicroservice,
  planned: ConfigMapManifest,
): ConfigMapManifest {
  const manifest = applyTransform(transforms?.configMap, planned);
  if (manifest.metadata.name !== planned.metadata.name) return manifest;
  return { ...manifest, metadata: { ...manifest.metadata, name: configMapName(name, manifest.data ?? {}) } };
}
