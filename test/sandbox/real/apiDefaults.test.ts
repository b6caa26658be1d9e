import { beforeAll, expect, test } from "vitest";
import { withApiDefaults } from "../../../cli/adopt/additions/apiDefaults.ts";
import { isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import type { Cluster } from "../../support/cluster.ts";
import { LiveSite } from "../../support/liveSites.ts";

// What `cli/adopt` takes for an absent field is what this API server fills in. Nothing is created: each request is a dry run.

let cluster: Cluster;

beforeAll(async () => {
  ({ cluster } = await LiveSite.open("dc1"));
});

const labels = { app: "orders" };

/** A Deployment with one container, and what its pod has beside it. */
function deployment(container: PlainObject, pod: PlainObject = {}, spec: PlainObject = {}): PlainObject {
  const containers = [{ name: "orders", image: "example.test/orders:1.0", ...container }];
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    spec: {
      ...spec,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { ...pod, containers } },
    },
  };
}

function service(spec: PlainObject): PlainObject {
  return { apiVersion: "v1", kind: "Service", spec: { selector: labels, ...spec } };
}

function autoscaler(spec: PlainObject): PlainObject {
  const scaleTargetRef = { apiVersion: "apps/v1", kind: "Deployment", name: "orders" };
  return {
    apiVersion: "autoscaling/v2",
    kind: "HorizontalPodAutoscaler",
    spec: { scaleTargetRef, maxReplicas: 4, ...spec },
  };
}

function networkPolicy(spec: PlainObject): PlainObject {
  return { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", spec: { podSelector: {}, ...spec } };
}

function httpRoute(spec: PlainObject): PlainObject {
  return { apiVersion: "gateway.networking.k8s.io/v1", kind: "HTTPRoute", spec };
}

const backend = { service: { name: "orders", port: { number: 80 } } };

test.each<[string, string, PlainObject]>([
  ["a bare Deployment", "apis/apps/v1/namespaces/default/deployments", deployment({})],
  [
    "a Deployment's probes, ports, variables and image without a tag",
    "apis/apps/v1/namespaces/default/deployments",
    deployment({
      image: "example.test/orders",
      ports: [{ containerPort: 8080 }],
      env: [
        { name: "NODE", valueFrom: { fieldRef: { fieldPath: "spec.nodeName" } } },
        { name: "CPUS", valueFrom: { resourceFieldRef: { resource: "limits.cpu" } } },
      ],
      resources: { limits: { cpu: "1" } },
      startupProbe: { httpGet: { port: 8080 } },
      readinessProbe: { grpc: { port: 8080 } },
      livenessProbe: { tcpSocket: { port: 8080 } },
    }),
  ],
  [
    "a Deployment's volumes, account and init container",
    "apis/apps/v1/namespaces/default/deployments",
    deployment(
      {},
      {
        serviceAccountName: "orders",
        initContainers: [{ name: "wait", image: "example.test/wait:latest" }],
        volumes: [
          { name: "a", configMap: { name: "a" } },
          { name: "b", secret: { secretName: "b" } },
          { name: "c", emptyDir: {} },
          { name: "d", hostPath: { path: "/d" } },
          {
            name: "e",
            projected: { sources: [{ configMap: { name: "e" } }, { serviceAccountToken: { path: "token" } }] },
          },
          { name: "f", downwardAPI: { items: [{ path: "f", fieldRef: { fieldPath: "metadata.name" } }] } },
        ],
      },
    ),
  ],
  [
    "a Deployment that replaces its pods at once",
    "apis/apps/v1/namespaces/default/deployments",
    deployment({}, {}, { strategy: { type: "Recreate" } }),
  ],
  [
    "a Deployment that says half of its strategy",
    "apis/apps/v1/namespaces/default/deployments",
    deployment({}, {}, { strategy: { rollingUpdate: { maxSurge: 1 } } }),
  ],
  ["a bare Service", "api/v1/namespaces/default/services", service({ ports: [{ port: 80 }] })],
  [
    "a Service of the type NodePort",
    "api/v1/namespaces/default/services",
    service({ type: "NodePort", ports: [{ port: 80 }] }),
  ],
  [
    "a Service of the type LoadBalancer",
    "api/v1/namespaces/default/services",
    service({ type: "LoadBalancer", ports: [{ port: 80 }] }),
  ],
  ["a bare autoscaler", "apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers", autoscaler({})],
  [
    "an autoscaler that says half of its behaviour",
    "apis/autoscaling/v2/namespaces/default/horizontalpodautoscalers",
    autoscaler({ behavior: { scaleUp: { stabilizationWindowSeconds: 60 } } }),
  ],
  [
    "a bare disruption budget",
    "apis/policy/v1/namespaces/default/poddisruptionbudgets",
    {
      apiVersion: "policy/v1",
      kind: "PodDisruptionBudget",
      spec: { minAvailable: 1, selector: { matchLabels: labels } },
    },
  ],
  [
    "a bare NetworkPolicy",
    "apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
    networkPolicy({ ingress: [{ ports: [{ port: 80 }] }] }),
  ],
  [
    "a NetworkPolicy with rules for both directions",
    "apis/networking.k8s.io/v1/namespaces/default/networkpolicies",
    networkPolicy({ ingress: [{}], egress: [{ ports: [{ port: 80 }] }] }),
  ],
  [
    "a bare Ingress",
    "apis/networking.k8s.io/v1/namespaces/default/ingresses",
    {
      apiVersion: "networking.k8s.io/v1",
      kind: "Ingress",
      spec: { rules: [{ host: "orders.example", http: { paths: [{ pathType: "Prefix", path: "/", backend }] } }] },
    },
  ],
  [
    "a bare HTTPRoute",
    "apis/gateway.networking.k8s.io/v1/namespaces/default/httproutes",
    httpRoute({ parentRefs: [{ name: "web" }], rules: [{ backendRefs: [{ name: "orders", port: 80 }] }] }),
  ],
])("%s gets the defaults that cli/adopt knows", async (_, place, bare) => {
  const object = { ...bare, metadata: { name: "defaults" } };
  const { status, body } = await cluster.request("POST", `${place}?dryRun=All`, object);
  expect(status, JSON.stringify(body)).toBe(201);
  expect(withoutAssigned(body)).toEqual(withoutAssigned(withApiDefaults(String(bare["kind"]), object)));
});

/** What a cluster assigns and writes itself, which is no default. */
const assigned = ["clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy", "nodePort", "creationTimestamp"];

function withoutAssigned(object: unknown): unknown {
  if (!isObject(object)) return object;
  const { metadata: _, status: __, ...rest } = object;
  return JSON.parse(JSON.stringify(rest, (key, value: unknown) => (assigned.includes(key) ? undefined : value)));
}
