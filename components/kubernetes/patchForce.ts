/** Annotation with which Pulumi's Kubernetes provider takes a field over that somebody else has set. */
const annotation = "pulumi.com/patchForce";

/**
 * The manifest with the annotation that makes Git win over a hand edit. Without it, server-side apply refuses every later
 * update of the object, with a conflict. A manifest that states the annotation itself keeps its value.
 */
export function withPatchForce<
  Manifest extends { metadata: { name: string; annotations?: Record<string, string> | undefined } },
>(manifest: Manifest): Manifest {
  const { metadata } = manifest;
  const annotations = { [annotation]: "true", ...metadata.annotations };
  return { ...manifest, metadata: { ...metadata, annotations } };
}
