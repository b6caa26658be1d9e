import { listAt } from "../../../components/kubernetes/index.ts";
import { secretFileVolume } from "../../../components/workload/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { withoutSlash } from "../reading/configFiles.ts";
import { filesOfMount } from "../reading/secretFiles.ts";
import { type FieldContext, type FieldOutcome, holds, kept, notCarriedOver, replacedBy } from "./fieldOutcome.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { container, named, renderedPod } from "./renderedPod.ts";

const lost = notCarriedOver(
  "a path or a name of it is none that secretFiles accepts, or the container does not mount it",
  "state secretFiles with another path, and name that path where the service reads it",
);

/** Whether the description has every file that a mount of a volume brings, and there are some. */
function isStated({ comparison }: FieldContext, volume: string): boolean {
  const { reading, originals } = comparison;
  const { containers, volumes = [] } = originals.deployment.content.spec.template.spec;
  const mounts = (containers[reading.container]?.volumeMounts ?? []).filter(({ name }) => name === volume);
  const source = volumes.find(({ name }) => name === volume);
  const files = mounts.flatMap((mount) => filesOfMount(source, mount));
  const stated = reading.service.secretFiles ?? {};
  return (
    files.length > 0 &&
    files.every(([path, { secretName, key }]) => stated[path]?.secretName === secretName && stated[path].key === key)
  );
}

/** The verdict on a field of a Secret's volume; undefined for a volume of another kind. */
export function secretVolumeOutcome(question: FieldContext, volume: unknown): FieldOutcome | undefined {
  if (at(volume, "secret") === undefined) return undefined;
  if (!isStated(question, String(at(volume, "name")))) return lost;
  const name = secretFileVolume(String(at(volume, "secret", "secretName")));
  const path = question.leaf.path.slice(5);
  const there = (objects: RenderedObjects) => at(named(at(renderedPod(objects), "volumes"), name), ...path);
  if (holds(question, there)) return kept;
  const [first, field] = path;
  if (first === "name") return replacedBy("the volume that is named after its Secret");
  switch (field) {
    case "items":
      return replacedBy("the files under secretFiles");
    case "defaultMode":
      return question.leaf.value === 420
        ? kept
        : replacedBy("0644, which lets the service read it as the user that it is; nobody else is in the pod");
    case "optional":
      return question.leaf.value === false
        ? kept
        : notCarriedOver("a pod does not start without the Secrets that it names", "make sure that the Secret exists");
    default:
      return kept;
  }
}

/** The verdict on a field of a mount of a Secret's volume; undefined for a mount of another volume. */
export function secretMountOutcome(question: FieldContext, mount: unknown): FieldOutcome | undefined {
  const name = String(at(mount, "name"));
  const { volumes = [] } = question.comparison.originals.deployment.content.spec.template.spec;
  if (volumes.find((volume) => volume.name === name)?.secret === undefined) return undefined;
  if (!isStated(question, name)) return lost;
  const field = String(question.leaf.path[7]);
  const place = withoutSlash(String(at(mount, "mountPath")));
  const there = (objects: RenderedObjects) =>
    at(
      listAt(container(objects), "volumeMounts").find((each) => at(each, "mountPath") === place),
      field,
    );
  if (holds(question, there)) return kept;
  switch (field) {
    case "name":
      return replacedBy("the volume that is named after its Secret");
    case "subPath":
      return replacedBy("the key under secretFiles");
    case "readOnly":
      return question.leaf.value === true ? kept : replacedBy("true: nobody can write to a Secret");
    default:
      return kept;
  }
}
