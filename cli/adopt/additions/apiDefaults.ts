import { isObject, type Plain, type PlainObject } from "../../../recorder/registeredResource.ts";

/** What stands for an absent field: a value, or one that follows from the object in which the field is missing. */
type Default = Plain | ((parent: PlainObject) => Plain | undefined);

/** A field by its keys, joined by dots (`[]` is each item of a list), and its default. It is filled in where its parent exists. */
type DefaultRule = readonly [pattern: string, value: Default];

/** `SetDefaults_Probe`, `_HTTPGetAction` and the gRPC action's in `pkg/apis/core/v1`. */
const probe: readonly DefaultRule[] = [
  ["timeoutSeconds", 1],
  ["periodSeconds", 10],
  ["successThreshold", 1],
  ["failureThreshold", 3],
  ["httpGet.path", "/"],
  ["httpGet.scheme", "HTTP"],
  ["grpc.service", ""],
];

/** `SetDefaults_Container` and the like in `pkg/apis/core/v1`. */
const container: readonly DefaultRule[] = [
  ["imagePullPolicy", ({ image }) => (isLatest(String(image ?? "")) ? "Always" : "IfNotPresent")],
  ["terminationMessagePath", "/dev/termination-log"],
  ["terminationMessagePolicy", "File"],
  ["resources", {}],
  ["ports.[].protocol", "TCP"],
  ["env.[].valueFrom.fieldRef.apiVersion", "v1"],
  ["env.[].valueFrom.resourceFieldRef.divisor", "0"],
  ...below("startupProbe", probe),
  ...below("readinessProbe", probe),
  ...below("livenessProbe", probe),
];

/** `SetDefaults_PodSpec` and those of volumes in `pkg/apis/core/v1`. 420 is 0644. */
const pod: readonly DefaultRule[] = [
  ["restartPolicy", "Always"],
  ["dnsPolicy", "ClusterFirst"],
  ["schedulerName", "default-scheduler"],
  ["terminationGracePeriodSeconds", 30],
  ["securityContext", {}],
  ["serviceAccount", ({ serviceAccountName }) => serviceAccountName],
  ["volumes.[].configMap.defaultMode", 420],
  ["volumes.[].secret.defaultMode", 420],
  ["volumes.[].projected.defaultMode", 420],
  ["volumes.[].projected.sources.[].serviceAccountToken.expirationSeconds", 3600],
  ["volumes.[].downwardAPI.defaultMode", 420],
  ["volumes.[].downwardAPI.items.[].fieldRef.apiVersion", "v1"],
  ["volumes.[].hostPath.type", ""],
  ...below("containers.[]", container),
  ...below("initContainers.[]", container),
];

const isReachedFromOutside = ({ type }: PlainObject) => type === "NodePort" || type === "LoadBalancer";

/**
 * What an API server fills in, kind by kind. The rules are those of Kubernetes itself, `pkg/apis/<group>/<version>/defaults.go`,
 * and for an HTTPRoute the defaults in its definition. What a cluster assigns (addresses, node ports) is no default.
 */
const rules: Readonly<Record<string, readonly DefaultRule[]>> = {
  Deployment: [
    ["spec.replicas", 1],
    ["spec.revisionHistoryLimit", 10],
    ["spec.progressDeadlineSeconds", 600],
    ["spec.strategy", {}],
    ["spec.strategy.type", "RollingUpdate"],
    ["spec.strategy.rollingUpdate", ({ type }) => (type === "RollingUpdate" ? {} : undefined)],
    ["spec.strategy.rollingUpdate.maxUnavailable", "25%"],
    ["spec.strategy.rollingUpdate.maxSurge", "25%"],
    ...below("spec.template.spec", pod),
  ],
  Service: [
    ["spec.type", "ClusterIP"],
    ["spec.sessionAffinity", "None"],
    ["spec.internalTrafficPolicy", ({ type }) => (type === "ExternalName" ? undefined : "Cluster")],
    ["spec.externalTrafficPolicy", (spec) => (isReachedFromOutside(spec) ? "Cluster" : undefined)],
    ["spec.allocateLoadBalancerNodePorts", ({ type }) => (type === "LoadBalancer" ? true : undefined)],
    ["spec.ports.[].protocol", "TCP"],
    ["spec.ports.[].targetPort", ({ port }) => port],
  ],
  HorizontalPodAutoscaler: [
    ["spec.minReplicas", 1],
    [
      "spec.metrics",
      [{ type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 80 } } }],
    ],
    ["spec.behavior.scaleUp", {}],
    ["spec.behavior.scaleUp.stabilizationWindowSeconds", 0],
    ["spec.behavior.scaleUp.selectPolicy", "Max"],
    [
      "spec.behavior.scaleUp.policies",
      [
        { type: "Pods", value: 4, periodSeconds: 15 },
        { type: "Percent", value: 100, periodSeconds: 15 },
      ],
    ],
    ["spec.behavior.scaleDown", {}],
    ["spec.behavior.scaleDown.selectPolicy", "Max"],
    ["spec.behavior.scaleDown.policies", [{ type: "Percent", value: 100, periodSeconds: 15 }]],
  ],
  NetworkPolicy: [
    ["spec.policyTypes", ({ egress }) => (egress === undefined ? ["Ingress"] : ["Ingress", "Egress"])],
    ["spec.ingress.[].ports.[].protocol", "TCP"],
    ["spec.egress.[].ports.[].protocol", "TCP"],
  ],
  HTTPRoute: [
    ["spec.parentRefs.[].group", "gateway.networking.k8s.io"],
    ["spec.parentRefs.[].kind", "Gateway"],
    ["spec.rules.[].matches", [{}]],
    ["spec.rules.[].matches.[].path", {}],
    ["spec.rules.[].matches.[].path.type", "PathPrefix"],
    ["spec.rules.[].matches.[].path.value", "/"],
    ["spec.rules.[].backendRefs.[].group", ""],
    ["spec.rules.[].backendRefs.[].kind", "Service"],
    ["spec.rules.[].backendRefs.[].weight", 1],
  ],
};

/** The object as an API server stores it: with every default of its kind. A kind without defaults stays as it is. */
export function withApiDefaults(kind: string, object: PlainObject): PlainObject {
  const own = Object.hasOwn(rules, kind) ? (rules[kind] ?? []) : [];
  const filled = own.reduce<Plain>((whole, [pattern, value]) => fill(whole, pattern.split("."), value), object);
  return isObject(filled) ? filled : object;
}

function fill(value: Plain, [key = "", ...rest]: readonly string[], missing: Default): Plain {
  if (key === "[]") return Array.isArray(value) ? value.map((item: Plain) => fill(item, rest, missing)) : value;
  if (!isObject(value)) return value;
  const inner = Object.hasOwn(value, key) ? value[key] : undefined;
  if (rest.length > 0) return inner === undefined ? value : { ...value, [key]: fill(inner, rest, missing) };
  const filled = typeof missing === "function" ? missing(value) : missing;
  return inner !== undefined || filled === undefined ? value : { ...value, [key]: filled };
}

function below(pattern: string, fields: readonly DefaultRule[]): DefaultRule[] {
  return fields.map(([field, value]): DefaultRule => [`${pattern}.${field}`, value]);
}

/** Whether an image is pulled each time: its tag is `latest`, or it has neither tag nor digest. */
function isLatest(image: string): boolean {
  const name = image.slice(image.lastIndexOf("/") + 1);
  return !image.includes("@") && (!name.includes(":") || name.endsWith(":latest"));
}
