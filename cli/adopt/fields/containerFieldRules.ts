import { heapDumpPath } from "../../../components/description/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { openDigest, splitImage } from "../reading/image.ts";
import { sameQuantity } from "../reading/quantities.ts";
import { preStopSeconds } from "../reading/scaling.ts";
import { holdSecret } from "../reading/secretText.ts";
import { environmentRules } from "./environmentFieldRules.ts";
import {
  applyFieldRules,
  clearWords,
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  kept,
  keptIf,
  notCarriedOver,
  replacedBy,
  showRendered,
  siblings,
} from "./fieldOutcome.ts";
import { heapRules } from "./heapFieldRules.ts";
import { probeRules } from "./probeFieldRules.ts";
import type { RenderedObjects } from "./renderedObjects.ts";
import { container } from "./renderedPod.ts";
import { volumeMountOutcome } from "./volumeFieldRules.ts";

/** The verdict on a field of the chosen container; `path` counts from the container. */
export function containerOutcome(question: FieldContext): FieldOutcome | undefined {
  const path = question.leaf.path.slice(5);
  return (
    applyFieldRules([...rules, ...environmentRules], question, path) ??
    keptIf(question, (objects) => at(container(objects), ...path), undefined)
  );
}

function original(question: FieldContext, ...path: (string | number)[]): unknown {
  return at(question.document.object, ...question.leaf.path.slice(0, 5), ...path);
}

const rules: readonly FieldRule[] = [
  [
    "name",
    (question) =>
      keptIf(
        question,
        (objects) => at(container(objects), "name"),
        replacedBy(`the service's name: ${showRendered(question, (objects) => at(container(objects), "name"))}`),
      ),
  ],
  ["image", judgeImage],
  [
    "imagePullPolicy",
    (question) =>
      keptIf(
        question,
        (objects) => at(container(objects), "imagePullPolicy"),
        replacedBy("IfNotPresent: a digest never changes its content"),
      ),
  ],
  ...heapRules,
  ["command.[]", judgeWords],
  ["args.[]", judgeWords],
  ["ports.[].**", judgePort],
  ["resources.*.cpu", (question) => judgeQuantity(question)],
  ["resources.*.memory", (question) => judgeQuantity(question)],
  ["resources.*.ephemeral-storage", (question) => judgeQuantity(question)],
  ...(["startupProbe", "readinessProbe", "livenessProbe"] as const).flatMap(probeRules),
  ["lifecycle.preStop.exec.command.[]", judgePreStop],
  ["securityContext.**", judgeSecurity],
  ["terminationMessagePath", (question) => (question.leaf.value === "/dev/termination-log" ? kept : undefined)],
  [
    "terminationMessagePolicy",
    (question) =>
      keptIf(
        question,
        (objects) => at(container(objects), "terminationMessagePolicy"),
        replacedBy("FallbackToLogsOnError, which says more"),
      ),
  ],
  ["volumeMounts.[].**", volumeMountOutcome],
];

function judgeWords(question: FieldContext): FieldOutcome | undefined {
  const path = question.leaf.path.slice(5);
  const find = (objects: RenderedObjects) => at(container(objects), ...path);
  const stated = at(question.comparison.reading.service, ...path);
  if (stated === undefined) return holdSecret(siblings(question)) ? clearWords : undefined;
  const followed = question.comparison.reading.connections.rewritten.get(`${path[0]}: ${question.leaf.value}`);
  if (followed !== undefined) return replacedBy(`${followed}, by which each site names what it leads to`);
  return (
    keptIf(question, find, undefined) ??
    (keptIf(question, find, undefined, (_, found) => found === stated) && replacedBy(showRendered(question, find)))
  );
}

function judgeImage(question: FieldContext): FieldOutcome {
  const find = (objects: RenderedObjects) => at(container(objects), "image");
  if (keptIf(question, find, undefined) !== undefined) return kept;
  const { registry = "docker.io", repository, tag, digest } = splitImage(String(question.leaf.value));
  const parts = [`registry ${registry} -> the site's`];
  const images = question.comparison.sites.map(({ objects }) => splitImage(String(find(objects))));
  if (images.some((image) => image.repository !== repository)) {
    return notCarriedOver("the repository's name is not accepted", "state image in the description");
  }
  if (images.every((image) => image.digest === openDigest)) {
    parts.push(
      `tag ${tag ?? "(none)"} -> gemelos:releases, ${images[0]?.tag}@sha256:... with the digest to be filled in`,
    );
  } else if (images.some((image) => image.digest !== digest))
    parts.push(`release -> ${images[0]?.tag}@${images[0]?.digest}`);
  return replacedBy(parts.join("; "));
}

function judgePort(question: FieldContext): FieldOutcome | undefined {
  const [, index, field] = question.leaf.path.slice(5);
  if (typeof index !== "number") return undefined;
  const number = original(question, "ports", index, "containerPort");
  const find = (objects: RenderedObjects) => {
    const ports = at(container(objects), "ports");
    return Array.isArray(ports) ? ports.find((port) => at(port, "containerPort") === number) : undefined;
  };
  if (question.comparison.sites.some(({ objects }) => find(objects) === undefined)) {
    return notCarriedOver(
      "a service has the ports http and grpc for callers, management for probes, and metrics",
      "add the port in transforms.deployment, and what must reach it in transforms.networkPolicy",
    );
  }
  if (field === "name")
    return keptIf(
      question,
      (objects) => at(find(objects), "name"),
      replacedBy(`the name ${showRendered(question, (objects) => at(find(objects), "name"))}`),
    );
  return keptIf(question, (objects) => at(find(objects), field ?? ""), undefined);
}

function judgeQuantity(question: FieldContext): FieldOutcome | undefined {
  const find = (objects: RenderedObjects) => at(container(objects), ...question.leaf.path.slice(5));
  const same = keptIf(question, find, undefined, (value, found) => sameQuantity(String(value), String(found)));
  if (same !== undefined) return same;
  const value = showRendered(question, find);
  if (value === "nothing") return undefined;
  const storage = question.leaf.path.at(-1) === "ephemeral-storage";
  return replacedBy(
    storage
      ? `${value}: the volumes /tmp and ${heapDumpPath}, and the logs`
      : `${value}, the nearest value that is accepted`,
  );
}

function judgePreStop(question: FieldContext): FieldOutcome | undefined {
  const { originals, reading } = question.comparison;
  const chosen = originals.deployment.content.spec.template.spec.containers[reading.container];
  const seconds = chosen === undefined ? undefined : preStopSeconds(chosen);
  const found = question.comparison.sites.map(
    ({ objects }) => at(container(objects), "lifecycle", "preStop", "sleep", "seconds") ?? 0,
  );
  return seconds !== undefined && found.every((value) => value === seconds)
    ? replacedBy(`the kubelet's own sleep of ${seconds} seconds, which needs no shell`)
    : undefined;
}

function judgeSecurity(question: FieldContext): FieldOutcome | undefined {
  const path = question.leaf.path.slice(6);
  const { value } = question.leaf;
  const pod = (objects: RenderedObjects) => at(objects, "Deployment", "spec", "template", "spec", "securityContext");
  const find = (objects: RenderedObjects) =>
    at(container(objects), "securityContext", ...path) ?? at(pod(objects), ...path);
  if (path[0] === "capabilities" && path[1] === "drop") {
    const dropped = (objects: RenderedObjects) =>
      JSON.stringify(at(container(objects), "securityContext", "capabilities", "drop"));
    return keptIf(
      question,
      dropped,
      undefined,
      (name, list) => String(list).includes(`"${String(name)}"`) || String(list).includes('"ALL"'),
    );
  }
  if (path[0] === "privileged" && value === false) return kept;
  const same = keptIf(question, find, undefined);
  if (same !== undefined) return same;
  if ((path[0] === "allowPrivilegeEscalation" && value === true) || (path[0] === "runAsNonRoot" && value === false)) {
    return replacedBy(`${showRendered(question, find)}: Pod Security restricted asks for it`);
  }
  return undefined;
}
