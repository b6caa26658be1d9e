import { at } from "../../../recorder/registeredResource.ts";
import { backingServiceOf } from "../reading/backingServices.ts";
import {
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  kept,
  keptIf,
  notCarriedOver,
  replacedBy,
  showRendered,
} from "./fieldOutcome.ts";
import { metadataRules } from "./metadataFieldRules.ts";
import type { RenderedObjects } from "./renderedObjects.ts";

const assigned = "what the cluster assigns itself";

/** Rules for the Service. */
export const serviceRules: readonly FieldRule[] = [
  ...metadataRules(() => "Service", "service"),
  ["spec.type", judgeType],
  [
    "spec.selector.*",
    (question) =>
      keptIf(
        question,
        (objects) => at(objects, "Service", ...question.leaf.path),
        replacedBy(
          `app.kubernetes.io/name: ${showRendered(question, (objects) => at(objects, "Service", "spec", "selector", "app.kubernetes.io/name"))} and /instance`,
        ),
      ),
  ],
  ["spec.ports.[].**", judgeServicePort],
  [
    "spec.clusterIP",
    (question) =>
      question.leaf.value === "None"
        ? notCarriedOver(
            "the Service has an address of its own, over which it balances",
            "set it in transforms.service",
          )
        : replacedBy(assigned),
  ],
  ...["clusterIPs.**", "ipFamilies.**", "ipFamilyPolicy", "healthCheckNodePort"].map(
    (field): FieldRule => [`spec.${field}`, () => replacedBy(assigned)],
  ),
  ["spec.externalTrafficPolicy", (question) => (question.leaf.value === "Cluster" ? replacedBy(assigned) : undefined)],
  [
    "spec.allocateLoadBalancerNodePorts",
    (question) => (question.leaf.value === true ? replacedBy(assigned) : undefined),
  ],
  ["spec.sessionAffinity", (question) => (question.leaf.value === "None" ? kept : undefined)],
  ["spec.internalTrafficPolicy", (question) => (question.leaf.value === "Cluster" ? kept : undefined)],
  ["spec.publishNotReadyAddresses", (question) => (question.leaf.value === false ? kept : undefined)],
  ["spec.**", () => notCarriedOver("the component has no field for it", "add it in transforms.service")],
];

function judgeType(question: FieldContext): FieldOutcome | undefined {
  const exposed = question.comparison.sites.every(({ objects }) => exposureKind(objects) !== undefined);
  const otherwise = exposed
    ? replacedBy("ClusterIP behind the service's exposure")
    : notCarriedOver("a service is reached from outside by its exposure only", 'state exposure: { host: "..." }');
  return keptIf(question, (objects) => at(objects, "Service", "spec", "type"), otherwise);
}

function exposureKind(objects: RenderedObjects): string | undefined {
  return ["Ingress", "HTTPRoute"].find((kind) => objects[kind] !== undefined);
}

function judgeServicePort(question: FieldContext, [index]: readonly number[]): FieldOutcome | undefined {
  const { ports } = question.comparison.reading;
  const target = targetOf(question, at(question.document.object, "spec", "ports", index ?? 0));
  const field = String(question.leaf.path[3]);
  const rendered = (objects: RenderedObjects) => servicePortTo(objects, target);
  const find = (objects: RenderedObjects) => at(rendered(objects), field);
  const isThere = question.comparison.sites.every(({ objects }) => rendered(objects) !== undefined);
  if (!isThere || index !== firstTo(question, target)) {
    return notCarriedOver(
      ports.nameOf(target) === "management"
        ? "the management port is not in the Service: the kubelet and Prometheus reach the pods themselves"
        : "the Service has the callers' ports, http and grpc",
      "add the port in transforms.service, and what may reach it in transforms.networkPolicy",
    );
  }
  const shown = showRendered(question, find);
  switch (field) {
    case "name":
      return keptIf(question, find, replacedBy(`the port name ${shown}`));
    case "port":
      return keptIf(
        question,
        find,
        replacedBy(`${shown}, the port in the pod: callers use <service>.<namespace>.svc:${shown}`),
      );
    case "targetPort":
      // The rendered target is the name of the container's port with that number.
      return kept;
    case "appProtocol":
      return keptIf(question, find, replacedBy(`${shown}, which says the same`));
    case "nodePort":
      return replacedBy("nothing: it goes with the Service's type, which is listed for itself");
    default:
      return keptIf(question, find, undefined);
  }
}

/** The number in the pod to which a port of the original Service leads. */
function targetOf({ comparison }: FieldContext, port: unknown): number | undefined {
  const reference = at(port, "targetPort") ?? at(port, "port");
  return typeof reference === "string" || typeof reference === "number"
    ? comparison.reading.ports.inPod(reference)
    : undefined;
}

/** The rendered Service's port that ends at a container port of that number. */
function servicePortTo(objects: RenderedObjects, number: number | undefined): unknown {
  const ports = at(objects, "Service", "spec", "ports");
  const own = at(objects, "Deployment", "spec", "template", "spec", "containers", 0, "ports");
  if (!Array.isArray(ports) || !Array.isArray(own)) return undefined;
  const name = at(
    own.find((port) => at(port, "containerPort") === number),
    "name",
  );
  return ports.find((port) => name !== undefined && at(port, "targetPort") === name);
}

/** The original Service's port that stands for all which lead to that number: the one of the component's name, or the first. */
function firstTo(question: FieldContext, number: number | undefined): number {
  const all = at(question.document.object, "spec", "ports");
  if (!Array.isArray(all)) return -1;
  const targets = all.map((port) => targetOf(question, port));
  const name = question.comparison.reading.ports.nameOf(number);
  const named = all.findIndex((port, index) => targets[index] === number && at(port, "name") === name);
  return named === -1 ? targets.indexOf(number) : named;
}

/** Rules for NetworkPolicies: who may speak with whom follows from `calls`, `backingServices`, exposure and metrics. */
export const networkPolicyRules: readonly FieldRule[] = [
  ...metadataRules(() => "NetworkPolicy", "networkPolicy"),
  [
    "spec.podSelector.**",
    (question) =>
      keptIf(
        question,
        (objects) => at(objects, "NetworkPolicy", ...question.leaf.path),
        replacedBy("the service's own labels app.kubernetes.io/name and /instance"),
      ),
  ],
  [
    "spec.policyTypes.[]",
    (question) =>
      keptIf(
        question,
        (objects) => at(objects, "NetworkPolicy", "spec", "policyTypes"),
        undefined,
        (type, types) => Array.isArray(types) && types.includes(type),
      ),
  ],
  ["spec.ingress.[].**", judgePolicyRule],
  ["spec.egress.[].**", judgePolicyRule],
  [
    "spec.ingress",
    (question) =>
      keptIf(
        question,
        (objects) => at(objects, "NetworkPolicy", "spec", "ingress"),
        replacedBy("the rules that follow from calls, exposure and metrics"),
      ),
  ],
  [
    "spec.egress",
    (question) =>
      keptIf(
        question,
        (objects) => at(objects, "NetworkPolicy", "spec", "egress"),
        replacedBy("the rules that follow from calls and backingServices"),
      ),
  ],
];

function judgePolicyRule(question: FieldContext): FieldOutcome {
  const [, direction, index] = question.leaf.path;
  const rule = at(question.document.object, ...question.leaf.path.slice(0, 3));
  const text = JSON.stringify(rule ?? {});
  const ports = at(rule, "ports");
  const numbers = Array.isArray(ports) ? ports.map((port) => at(port, "port")) : [];
  const renderedRules = question.comparison.sites.map(({ objects }) =>
    at(objects, "NetworkPolicy", "spec", String(direction)),
  );
  if (renderedRules.every((rules) => Array.isArray(rules) && rules.some((each) => JSON.stringify(each) === text)))
    return kept;
  if (direction === "egress") {
    if (numbers.length > 0 && numbers.every((port) => port === 53 || port === "dns")) {
      return replacedBy("the namespace's own rule for DNS, to the cluster's resolver only");
    }
    const backingService = backingServiceOf(rule, question.comparison.backingServices);
    if (backingService !== undefined)
      return replacedBy(`the rule of the backingService ${backingService}, with each site's own addresses`);
    return notCarriedOver(
      `where the service connects to (egress rule ${Number(index) + 1}) is said by name, not by address`,
      "name the service in calls, or the site's backing service in backingServices",
    );
  }
  const exposed = question.comparison.sites.every(({ objects }) => exposureKind(objects) !== undefined);
  if (exposed && /ingress|haproxy|nginx|traefik|gateway|contour|istio/i.test(text)) {
    return replacedBy("the rule for the site's exposure controller");
  }
  const scraped = question.comparison.sites.every(({ objects }) =>
    JSON.stringify(at(objects, "NetworkPolicy", "spec", "ingress")).includes("prometheus"),
  );
  if (scraped && /prometheus|monitoring/i.test(text))
    return replacedBy("the rule for the site's Prometheus, to the port of the metrics");
  return notCarriedOver(
    `who may call the service (ingress rule ${Number(index) + 1}) is said by the caller`,
    "name this service in the calls of the service that calls it",
  );
}
