import { at } from "../../../recorder/registeredResource.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { volumeOf, withoutSlash } from "../reading/configFiles.ts";
import { sameQuantity } from "../reading/quantities.ts";
import {
  type FieldContext,
  type FieldOutcome,
  holds,
  kept,
  keptIf,
  notCarriedOver,
  replacedBy,
  showRendered,
} from "./fieldOutcome.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { container, named, renderedPod } from "./renderedPod.ts";
import { secretMountOutcome, secretVolumeOutcome } from "./secretFileFieldRules.ts";

/** The verdict on a field of a volume. */
export function volumeOutcome(question: FieldContext, [index]: readonly number[]): FieldOutcome | undefined {
  const [source, ...rest] = question.leaf.path.slice(5);
  const volume = at(question.document.object, "spec", "template", "spec", "volumes", index ?? 0);
  const secret = secretVolumeOutcome(question, volume);
  if (secret !== undefined) return secret;
  const role = question.comparison.reading.files.roles.get(String(at(volume, "name")));
  const lost = question.comparison.reading.files.lostClaims.get(String(at(volume, "name")));
  if (lost !== undefined) return notCarriedOver(lost.reason, lost.remedy);
  if (role === undefined) {
    const mounted = mountedVolumes(question.comparison.originals).has(String(at(volume, "name")));
    return notCarriedOver(
      mounted
        ? "a service mounts its files of config/ and writable directories of its own, and no other volume"
        : "no container mounts it",
      mounted
        ? "add volume and mount in transforms.deployment; a Secret's keys can become variables under secrets"
        : "leave it out",
    );
  }
  const name = volumeOf(role, mountPathOf(question, String(at(volume, "name"))));
  const find = (objects: RenderedObjects) => {
    return named(at(renderedPod(objects), "volumes"), name);
  };
  if (question.comparison.sites.some(({ objects }) => find(objects) === undefined)) return undefined;
  if (source === "name")
    return keptIf(question, (objects) => at(find(objects), "name"), replacedBy(`the volume ${name}`));
  if (role === "claim") {
    if (rest[0] === "readOnly") return kept;
    const claim = (objects: RenderedObjects) => at(find(objects), "persistentVolumeClaim", "claimName");
    return keptIf(question, claim, replacedBy(`the new claim ${showRendered(question, claim)}`));
  }
  if (role === "temporary" || role === "dumps" || role === "directory") {
    const shown = showRendered(question, (objects) => at(find(objects), "emptyDir", "sizeLimit"));
    if (rest[0] === "sizeLimit") {
      return keptIf(
        question,
        (objects) => at(find(objects), "emptyDir", "sizeLimit"),
        replacedBy(shown),
        (value, found) => sameQuantity(String(value), String(found)),
      );
    }
    if (rest[0] === "medium" && question.leaf.value !== "") {
      return (
        keptIf(question, (objects) => at(find(objects), "emptyDir", "medium"), undefined) ??
        notCarriedOver(
          "/tmp, /dumps and huge pages are not kept in memory",
          "name another directory under emptyDirs, with medium Memory, and let the service write there",
        )
      );
    }
    return rest.length === 0 ? replacedBy(`an emptyDir of ${shown}, as every volume is bounded`) : undefined;
  }
  const map = showRendered(question, (objects) => at(find(objects), "configMap", "name"));
  if (source === "hostPath")
    return replacedBy(`ConfigMap ${map}, rendered from config/ (put the files there, as templates)`);
  if (rest[0] === "name") {
    if (holds(question, (objects) => at(find(objects), "configMap", "name"))) return kept;
    return role === "files"
      ? replacedBy(`ConfigMap ${map}, rendered from config/ and named by its content`)
      : replacedBy(`ConfigMap ${map}, rendered from config/ (its files were not given; put them there)`);
  }
  if (rest[0] === "items") return judgeItem(question, volume);
  if (rest[0] === "defaultMode") return question.leaf.value === 420 ? kept : undefined;
  if (rest[0] === "optional") return replacedBy("a ConfigMap that is always there");
  return undefined;
}

/** The verdict on a file, and where it is mounted, whose path `config/` cannot have. */
export const misnamedFile: FieldOutcome = notCarriedOver(
  "config/ is one folder, and its files' names have only letters, digits, - _ .",
  "put the file into config/ under such a name, and write /config/FILE where the old path is named",
);

const mounts = new WeakMap<SourceManifests, ReadonlySet<string>>();

/** Volumes that any container mounts. */
function mountedVolumes(originals: SourceManifests): ReadonlySet<string> {
  const known = mounts.get(originals);
  if (known !== undefined) return known;
  const { containers } = originals.deployment.content.spec.template.spec;
  const found = new Set(containers.flatMap(({ volumeMounts = [] }) => volumeMounts.map(({ name }) => name)));
  mounts.set(originals, found);
  return found;
}

/** Where the chosen container mounts a volume, at its first mount. */
function mountPathOf({ comparison: { originals, reading } }: FieldContext, volume: string): string {
  const chosen = originals.deployment.content.spec.template.spec.containers[reading.container];
  return withoutSlash(String(at(named(chosen?.volumeMounts, volume), "mountPath") ?? ""));
}

/** A file of a ConfigMap that is mounted under a name of its own: rendered under that name. */
function judgeItem(question: FieldContext, volume: unknown): FieldOutcome | undefined {
  const number = question.leaf.path[7];
  const item = at(volume, "configMap", "items", typeof number === "number" ? number : 0);
  const { files } = question.comparison.reading;
  const source = `${String(at(volume, "configMap", "name"))}/${String(at(item, "key"))}`;
  const place = files.places.get(source);
  if (place === undefined) return files.misnamed.has(source) ? misnamedFile : undefined;
  const found = (objects: RenderedObjects) => at(objects, "ConfigMap", "data", place) !== undefined;
  return question.comparison.sites.every(({ objects }) => found(objects))
    ? replacedBy(`the file config/${place}`)
    : undefined;
}

/** The verdict on a field of one of the chosen container's mounts. */
export function volumeMountOutcome(question: FieldContext): FieldOutcome | undefined {
  const [, index, field] = question.leaf.path.slice(5);
  if (typeof index !== "number") return undefined;
  const mount = at(question.document.object, ...question.leaf.path.slice(0, 7));
  const secret = secretMountOutcome(question, mount);
  if (secret !== undefined) return secret;
  const role = question.comparison.reading.files.roles.get(String(at(mount, "name")));
  const volume = volumeOf(role, withoutSlash(String(at(mount, "mountPath"))));
  const find = (objects: RenderedObjects) => {
    return named(at(container(objects), "volumeMounts"), volume);
  };
  if (role === undefined || question.comparison.sites.some(({ objects }) => find(objects) === undefined)) {
    return notCarriedOver("its volume is not carried over", "add volume and mount in transforms.deployment");
  }
  const there = (objects: RenderedObjects) => at(find(objects), String(field));
  const shown = showRendered(question, there);
  switch (field) {
    case "name":
      return keptIf(question, there, replacedBy(`the volume ${shown}`));
    case "mountPath":
      return keptIf(
        question,
        there,
        replacedBy(`${shown}, where all configuration is; correct paths in the application that name the old place`),
        (value, found) => withoutSlash(String(value)) === found,
      );
    case "subPath":
      return replacedBy("the file of that name in /config");
    case "readOnly":
      return keptIf(question, (objects) => there(objects) ?? false, replacedBy(`readOnly: ${shown}`));
    default:
      return undefined;
  }
}
