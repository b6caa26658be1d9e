import { entriesAt, fieldAt } from "./plainField.ts";
import { containersOf, gap, isStated, podOf, probes, volumesOf } from "./podPlaces.ts";
import type { Check, Gap } from "./protection.ts";

/** What keeps a pod from harming its neighbours or itself: name -> where nothing does any more. */
export const podBoundProtections = {
  limits: (manifest, generated) => [
    ...lost(containersOf(generated), containersOf(manifest), ({ value }) =>
      entriesAt(value, "resources", "limits").map(([resource]) => ["resources", "limits", resource]),
    ),
    ...volumesOf(manifest).flatMap((volume) =>
      fieldAt(volume.value, "emptyDir") === undefined
        ? []
        : gap(volume, "emptyDir.sizeLimit", (size) => !isStated(size)),
    ),
  ],
  probes: (manifest, generated) =>
    lost(containersOf(generated), containersOf(manifest), ({ value }) =>
      probes.filter((probe) => isStated(fieldAt(value, probe))).map((probe) => [probe]),
    ),
  priorityClassName: (manifest, generated) => [
    ...gap(
      podOf(manifest),
      "priorityClassName",
      (name) => isStated(name) && name !== fieldAt(generated, "spec", "template", "spec", "priorityClassName"),
    ),
    ...gap(podOf(manifest), "priority", isStated),
  ],
} satisfies Readonly<Record<string, Check>>;

/** The fields that parts of the generated manifest state, and the parts of the same path no longer do. */
function lost(
  before: ReturnType<typeof containersOf>,
  after: ReturnType<typeof containersOf>,
  fieldsOf: (part: { readonly value: unknown }) => readonly (readonly string[])[],
): Gap[] {
  // Whoever checks the manifest says what is wrong with a Deployment that makes no pod.
  if (after.length === 0) return [];
  const found = new Map(after.map(({ path, value }) => [path, value]));
  return before.flatMap((part) =>
    fieldsOf(part)
      .filter((field) => !isStated(fieldAt(found.get(part.path), ...field)))
      .map((field) => ({ field: `${part.path}.${field.join(".")}`, value: undefined })),
  );
}
