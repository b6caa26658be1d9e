import { at } from "../../../recorder/registeredResource.ts";
import {
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  holds,
  kept,
  keptIf,
  notCarriedOver,
  rendered,
  replacedBy,
  showRendered,
} from "./fieldOutcome.ts";
import { metadataRules } from "./metadataFieldRules.ts";
import type { RenderedObjects } from "./renderedObjects.ts";

/** The kind by which a site exposes the service, whatever kind the original is. */
function kindOf({ comparison }: FieldContext): string {
  const kinds = comparison.sites.map(({ objects }) => (objects["HTTPRoute"] === undefined ? "Ingress" : "HTTPRoute"));
  return kinds[0] ?? "Ingress";
}

/** Host, path and target of what is rendered, of either kind. */
function exposed(objects: RenderedObjects): {
  readonly host: unknown;
  readonly path: unknown;
  readonly pathType: unknown;
  readonly backend: unknown;
  readonly port: unknown;
} {
  const route = at(objects, "HTTPRoute", "spec");
  if (route !== undefined) {
    const rule = at(route, "rules", 0);
    return {
      host: at(route, "hostnames", 0),
      path: at(rule, "matches", 0, "path", "value"),
      pathType: at(rule, "matches", 0, "path", "type"),
      backend: at(rule, "backendRefs", 0, "name"),
      port: at(rule, "backendRefs", 0, "port"),
    };
  }
  const rule = at(objects, "Ingress", "spec", "rules", 0);
  const path = at(rule, "http", "paths", 0);
  return {
    host: at(rule, "host"),
    path: at(path, "path"),
    pathType: at(path, "pathType"),
    backend: at(path, "backend", "service", "name"),
    port: at(objects, "Service", "spec", "ports", 0, "port"),
  };
}

const exposedClass = (question: FieldContext) =>
  replacedBy(
    kindOf(question) === "Ingress"
      ? `the site's class ${showRendered(question, (objects) => at(objects, "Ingress", "spec", "ingressClassName"))}`
      : "the site's Gateway",
  );

const another = notCarriedOver(
  "a service is exposed at one host and one path prefix",
  "add the rule in transforms.ingress, or expose a service of its own",
);

function isPlace(question: FieldContext, rule: number | undefined, path: number | undefined): boolean {
  const place = question.comparison.reading.exposed;
  return place !== undefined && rule === place.rule && (path === undefined || path === place.path);
}

function judgeHost(question: FieldContext): FieldOutcome {
  const find = (objects: RenderedObjects) => exposed(objects).host;
  if (holds(question, find)) return kept;
  const host = showRendered(question, find);
  if (String(question.leaf.value).startsWith("*"))
    return notCarriedOver("a host has no wildcard", `correct exposure.host (now ${host})`);
  return replacedBy(`${host}: the site adds its own domain`);
}

function judgePath(question: FieldContext): FieldOutcome {
  const find = (objects: RenderedObjects) => exposed(objects).path;
  return keptIf(question, find, undefined) ?? replacedBy(`${showRendered(question, find)}, as a prefix`);
}

function judgePathType(question: FieldContext): FieldOutcome {
  const same = { Prefix: ["Prefix", "PathPrefix"], PathPrefix: ["Prefix", "PathPrefix"] };
  const { value } = question.leaf;
  const names = value === "Prefix" || value === "PathPrefix" ? same[value] : [value];
  if (
    holds(
      question,
      (objects) => exposed(objects).pathType,
      (_, found) => names.includes(String(found)),
    )
  ) {
    return holds(question, (objects) => exposed(objects).pathType)
      ? kept
      : replacedBy("PathPrefix, the same by another name");
  }
  if (value === "Exact" || value === "RegularExpression")
    return notCarriedOver("a path is a prefix", "set the path's type in transforms.ingress");
  return replacedBy(`${showRendered(question, (objects) => exposed(objects).pathType)}`);
}

function judgeBackend(question: FieldContext, port: boolean): FieldOutcome {
  const { service } = question.comparison.originals;
  const { ports } = question.comparison.reading;
  if (!port) {
    const find = (objects: RenderedObjects) => exposed(objects).backend;
    const same = keptIf(question, find, undefined);
    if (same !== undefined) return same;
    if (service === undefined || question.leaf.value === service.document.name)
      return replacedBy(`the Service ${showRendered(question, find)}`);
    return notCarriedOver("it leads to another Service", "expose that service by its own description");
  }
  const { value } = question.leaf;
  const reference = typeof value === "string" && /^\d+$/.test(value) ? Number(value) : value;
  const known = typeof reference === "string" || typeof reference === "number";
  // Without a Service among the files, a number is the pod's.
  const number = known
    ? (ports.behindService(reference) ?? (service === undefined ? reference : undefined))
    : undefined;
  const found = rendered(question, (objects) => exposed(objects).port);
  if (number !== undefined && found.every((each) => each === number)) {
    return number === reference || typeof reference === "string"
      ? kept
      : replacedBy(`port ${number}, which the Service has now`);
  }
  return notCarriedOver(
    "only the http port is ever exposed",
    "expose a service of its own, or change the backend in transforms.ingress",
  );
}

/** Rules for an Ingress, in the form of `networking.k8s.io/v1`. */
export const ingressRules: readonly FieldRule[] = [
  [
    "metadata.annotations.*",
    (question) => (question.leaf.path.at(-1) === "kubernetes.io/ingress.class" ? exposedClass(question) : undefined),
  ],
  ...metadataRules(kindOf, "ingress"),
  [
    "spec.ingressClassName",
    (question) =>
      keptIf(question, (objects) => at(objects, "Ingress", "spec", "ingressClassName"), exposedClass(question)),
  ],
  ["spec.rules.[].host", (question, [rule]) => (isPlace(question, rule, undefined) ? judgeHost(question) : another)],
  [
    "spec.rules.[].http.paths.[].path",
    (question, [rule, path]) => (isPlace(question, rule, path) ? judgePath(question) : another),
  ],
  [
    "spec.rules.[].http.paths.[].pathType",
    (question, [rule, path]) => (isPlace(question, rule, path) ? judgePathType(question) : another),
  ],
  [
    "spec.rules.[].http.paths.[].backend.service.name",
    (question, [rule, path]) => (isPlace(question, rule, path) ? judgeBackend(question, false) : another),
  ],
  [
    "spec.rules.[].http.paths.[].backend.service.port.*",
    (question, [rule, path]) => (isPlace(question, rule, path) ? judgeBackend(question, true) : another),
  ],
  ["spec.rules.**", () => another],
  ["spec.tls.[].hosts.[]", judgeTlsHost],
  ["spec.tls.[].secretName", judgeTlsSecret],
  [
    "spec.defaultBackend.**",
    () => notCarriedOver("a service answers for its own host and path only", "set it in transforms.ingress"),
  ],
  ["spec.**", () => notCarriedOver("the component has no field for it", "add it in transforms.ingress")],
];

function judgeTlsHost(question: FieldContext): FieldOutcome {
  const { reading, originals } = question.comparison;
  const host = originals.ingress?.content.spec.rules?.[reading.exposed?.rule ?? 0]?.host;
  if (question.leaf.value !== host) return another;
  return judgeHost(question);
}

function judgeTlsSecret(question: FieldContext): FieldOutcome {
  const find = (objects: RenderedObjects) => at(objects, "Ingress", "spec", "tls", 0, "secretName");
  const shown = showRendered(question, find);
  return (
    keptIf(question, find, undefined) ??
    replacedBy(shown === "nothing" ? "the certificate that the controller has" : `the Secret ${shown}`)
  );
}

/** Rules for an HTTPRoute. */
export const httpRouteRules: readonly FieldRule[] = [
  ...metadataRules(kindOf, "httpRoute"),
  [
    "spec.parentRefs.**",
    (question) =>
      keptIf(question, (objects) => at(objects, "HTTPRoute", ...question.leaf.path), exposedClass(question)),
  ],
  ["spec.hostnames.[]", (question, [index]) => (index === 0 ? judgeHost(question) : another)],
  [
    "spec.rules.[].matches.[].path.type",
    (question, [rule, match]) => (isPlace(question, rule, match) ? judgePathType(question) : another),
  ],
  [
    "spec.rules.[].matches.[].path.value",
    (question, [rule, match]) => (isPlace(question, rule, match) ? judgePath(question) : another),
  ],
  [
    "spec.rules.[].backendRefs.[].name",
    (question, [rule, reference]) => (isPlace(question, rule, reference) ? judgeBackend(question, false) : another),
  ],
  [
    "spec.rules.[].backendRefs.[].port",
    (question, [rule, reference]) => (isPlace(question, rule, reference) ? judgeBackend(question, true) : another),
  ],
  [
    "spec.rules.[].backendRefs.[].kind",
    (question, [rule, reference]) =>
      isPlace(question, rule, reference) && question.leaf.value === "Service" ? kept : another,
  ],
  [
    "spec.rules.[].backendRefs.[].group",
    (question, [rule, reference]) =>
      isPlace(question, rule, reference) && question.leaf.value === "" ? kept : another,
  ],
  [
    "spec.rules.[].backendRefs.[].weight",
    (question, [rule, reference]) =>
      isPlace(question, rule, reference) ? replacedBy("all of the traffic, as it is the only backend") : another,
  ],
  ["spec.rules.[].filters.**", () => notCarriedOver("a route has no filters", "add them in transforms.httpRoute")],
  ["spec.rules.**", () => another],
  ["spec.**", () => notCarriedOver("the component has no field for it", "add it in transforms.httpRoute")],
];
