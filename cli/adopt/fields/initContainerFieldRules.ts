import { at } from "../../../recorder/registeredResource.ts";
import type { SourceContainer } from "../input/schemas.ts";
import { volumeOf, withoutSlash } from "../reading/configFiles.ts";
import { openDigest, splitImage } from "../reading/image.ts";
import { sameQuantity } from "../reading/quantities.ts";
import { holdSecret } from "../reading/secretText.ts";
import { isWaiting } from "../reading/waitContainers.ts";
import {
  clearWords,
  type FieldContext,
  type FieldOutcome,
  holds,
  kept,
  keptIf,
  notCarriedOver,
  replacedBy,
  showRendered,
  siblings,
} from "./fieldOutcome.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { named, renderedPod } from "./renderedPod.ts";

const transform = "add it in transforms.deployment";

/** The verdict on a field of an init container. */
export function initContainerOutcome(question: FieldContext, [index = 0]: readonly number[]): FieldOutcome | undefined {
  const { originals, reading } = question.comparison;
  const container = originals.deployment.content.spec.template.spec.initContainers?.[index];
  if (container === undefined) return undefined;
  if (container.restartPolicy === "Always") {
    return notCarriedOver(
      `a service has one container that runs, the Java one; ${container.name} runs beside it`,
      "add the container in transforms.deployment",
    );
  }
  if (isWaiting(container)) {
    return replacedBy("nothing: the start-up probe waits, and the service must try again until what it needs answers");
  }
  const there = (objects: RenderedObjects) => named(at(renderedPod(objects), "initContainers"), container.name);
  if (
    !holds(
      question,
      (objects) => there(objects) !== undefined,
      (_, found) => found === true,
    )
  ) {
    const refused = [...reading.refused].find(([field]) => field.startsWith("initContainers"))?.[1];
    return notCarriedOver(refused ?? "its name or another field is none that initContainers accepts", transform);
  }
  return ofContainer(question, container, there);
}

function ofContainer(
  question: FieldContext,
  container: SourceContainer,
  there: (objects: RenderedObjects) => unknown,
): FieldOutcome | undefined {
  const path = question.leaf.path.slice(5);
  const [field, item] = path;
  const find = (objects: RenderedObjects) => at(there(objects), ...path);
  if (holds(question, find)) return kept;
  switch (field) {
    case "image": {
      const { tag, digest } = splitImage(String(at(there(question.comparison.sites[0]?.objects ?? {}), "image")));
      const release = digest === openDigest ? `${tag}@sha256:... with the digest to be filled in` : `${tag}@${digest}`;
      return replacedBy(`registry -> the site's; ${release}`);
    }
    case "imagePullPolicy":
      return replacedBy("IfNotPresent: a digest never changes its content");
    case "command":
    case "args":
      return holdSecret(siblings(question)) ? clearWords : undefined;
    case "env":
      return typeof item === "number" ? ofVariable(question, container, there, item) : undefined;
    case "resources":
      return (
        keptIf(question, find, undefined, (value, found) => sameQuantity(String(value), String(found))) ??
        (["cpu", "memory"].includes(String(path.at(-1))) ? replacedBy(showRendered(question, find)) : undefined)
      );
    case "volumeMounts":
      return typeof item === "number" ? ofMount(question, there) : undefined;
    case "terminationMessagePath":
      return question.leaf.value === "/dev/termination-log" ? kept : undefined;
    case "terminationMessagePolicy":
      return replacedBy("FallbackToLogsOnError, which says more");
    case "securityContext":
      return (
        keptIf(question, (objects) => at(renderedPod(objects), ...path), undefined) ??
        notCarriedOver("an init container runs as the service's own container does", transform)
      );
    default:
      return undefined;
  }
}

function ofVariable(
  question: FieldContext,
  { env = [] }: SourceContainer,
  there: (objects: RenderedObjects) => unknown,
  index: number,
): FieldOutcome {
  const { name = "", valueFrom } = env[index] ?? {};
  const path = question.leaf.path.slice(7);
  const variable = (objects: RenderedObjects) => named(at(there(objects), "env"), name);
  const same = keptIf(question, (objects) => at(variable(objects), ...path), undefined);
  if (same !== undefined) return same;
  if (
    holds(
      question,
      (objects) => variable(objects) !== undefined,
      (_, found) => found === true,
    )
  ) {
    return replacedBy(
      `the value itself, under initContainers: ${showRendered(question, (objects) => at(variable(objects), "value"))}`,
    );
  }
  return valueFrom?.secretKeyRef === undefined
    ? notCarriedOver(
        "its value is not known, or is a secret in the clear",
        "state it under env or secrets of the init container",
      )
    : notCarriedOver(
        "an init container gets secrets of the service only",
        `add ${name} under secrets, and name it in secrets of the init container`,
      );
}

/** A mount of one of the service's own volumes, at the place where the service has it. */
function ofMount(question: FieldContext, there: (objects: RenderedObjects) => unknown): FieldOutcome {
  const { originals, reading } = question.comparison;
  const mount = at(question.document.object, ...question.leaf.path.slice(0, 7));
  const volume = String(at(mount, "name"));
  const main = originals.deployment.content.spec.template.spec.containers[reading.container];
  const place = withoutSlash(String(at(named(main?.volumeMounts, volume), "mountPath") ?? ""));
  const role = reading.files.roles.get(volume);
  const rendered = volumeOf(role, place);
  const isThere = holds(
    question,
    (objects) =>
      at(named(at(there(objects), "volumeMounts"), rendered), "mountPath") ===
      withoutSlash(String(at(mount, "mountPath"))),
    (_, found) => found === true,
  );
  if (role === undefined || !isThere) {
    return notCarriedOver(
      "an init container has the service's directories at the service's own paths, and no others",
      "let it use those paths, or add volume and mount in transforms.deployment",
    );
  }
  return question.leaf.path[7] === "name" ? replacedBy(`the volume ${rendered}`) : kept;
}
