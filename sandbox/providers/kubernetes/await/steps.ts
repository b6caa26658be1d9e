import { listAt, type Properties, propertiesAt, textAt } from "../../protocol/values.ts";
import { isAnnotated, type Kind, type ObjectName } from "../kinds.ts";
import { rolloutOf } from "./deployment.ts";
import { type Readiness, ready, type Step, stepOnItself, waiting } from "./readiness.ts";

/** What to wait for before an object counts as created, as in the official provider; empty for most kinds. */
export function stepsOf(kind: Kind, name: ObjectName, object: Properties): readonly Step[] {
  if (isAnnotated(object, "skipAwait")) return [];
  switch (`${kind.apiVersion} ${kind.kind}`) {
    case "v1 Namespace":
      return [stepOnItself(kind, name, phaseOf)];
    case "apps/v1 Deployment":
      return [stepOnItself(kind, name, (live) => rolloutOf(live, object))];
    case "networking.k8s.io/v1 Ingress":
      return [stepOnItself(kind, name, addressOf)];
    case "v1 Service":
      return serviceSteps(kind, name, object);
    default:
      return [];
  }
}

function serviceSteps(kind: Kind, name: ObjectName, service: Properties): Step[] {
  const { type, clusterIP } = propertiesAt(service, "spec");
  const hasPods = Object.keys(propertiesAt(service, "spec", "selector")).length > 0;
  const endpoints: Step = {
    kind: { apiVersion: "discovery.k8s.io/v1", kind: "EndpointSlice" },
    selector: { labelSelector: `kubernetes.io/service-name=${name.name}` },
    judge: endpointsOf,
  };
  return [
    ...(hasPods && clusterIP !== "None" && type !== "ExternalName" ? [endpoints] : []),
    ...(type === "LoadBalancer" ? [stepOnItself(kind, name, addressOf)] : []),
  ];
}

/** Whether a Namespace is active, so that objects can be created in it. */
export function phaseOf(namespace: Properties): Readiness {
  const phase = textAt(namespace, "status", "phase") ?? "new";
  return phase === "Active" ? ready : waiting(`it is ${phase}`);
}

/** Whether an Ingress, or a Service of type LoadBalancer, has an address. */
export function addressOf(object: Properties): Readiness {
  return listAt(object, "status", "loadBalancer", "ingress").length > 0
    ? ready
    : waiting(
        'it has no address yet; where no controller publishes one, annotate it with pulumi.com/skipAwait: "true"',
      );
}

/** Whether any of a Service's EndpointSlices has a ready endpoint. */
export function endpointsOf(slices: readonly Properties[]): Readiness {
  const isReady = slices
    .flatMap((slice) => listAt(slice, "endpoints"))
    .some((endpoint) => propertiesAt(endpoint, "conditions")["ready"] !== false);
  return isReady ? ready : waiting("none of its endpoints is ready");
}
