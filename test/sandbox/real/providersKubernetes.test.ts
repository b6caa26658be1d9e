import { randomBytes } from "node:crypto";
import { KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { conditionOf } from "../../../sandbox/providers/kubernetes/await/readiness.ts";
import { Cluster } from "../../../sandbox/providers/kubernetes/cluster.ts";
import { Objects } from "../../../sandbox/providers/kubernetes/objects.ts";
import { kubernetes } from "../../../sandbox/providers/kubernetes/provider.ts";
import { type Properties, unknownValue, valueAt } from "../../../sandbox/providers/protocol/values.ts";
import { notReadyDetail, ProviderClient, type Resource } from "../../support/providerClient.ts";
import { sandboxSite } from "../../support/sandboxSites.ts";

const namespaceType = "kubernetes:core/v1:Namespace";
const configMapType = "kubernetes:core/v1:ConfigMap";
const secretType = "kubernetes:core/v1:Secret";
const serviceType = "kubernetes:core/v1:Service";
const quotaType = "kubernetes:core/v1:ResourceQuota";
const deploymentType = "kubernetes:apps/v1:Deployment";

const configMap = { apiVersion: "v1", kind: "ConfigMap" };
const deployment = { apiVersion: "apps/v1", kind: "Deployment" };
const service = { apiVersion: "v1", kind: "Service" };

const namespace = `providers-${randomBytes(4).toString("hex")}`;
const { kubeconfig, context } = sandboxSite();
const cancelled = new AbortController();
let client: ProviderClient;
let objects: Objects;
let space: Resource;

beforeAll(async () => {
  client = await ProviderClient.start(kubernetes);
  expect(await client.configure({ kubeconfig, context, enableServerSideApply: "true" })).toEqual([]);
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  objects = new Objects(new Cluster(config), cancelled.signal, "default");
  space = await client.create(namespaceType, { metadata: { name: namespace } });
});

afterAll(async () => {
  await client.delete(namespaceType, space);
  cancelled.abort();
  client.close();
});

const metadata = (name: string, more: Properties = {}) => ({ name, namespace, ...more });
const place = (name: string) => ({ namespace, name });

function workload(name: string, container: Properties = {}, spec: Properties = {}): Properties {
  const labels = { app: name };
  const containers = [{ name: "main", image: "registry.example/main:1", ...container }];
  return {
    metadata: metadata(name),
    spec: {
      replicas: 2,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers } },
      ...spec,
    },
  };
}

/** What another owner writes into an object, as `kubectl edit` does. */
async function editByHand(kind: { apiVersion: string; kind: string }, name: string, patch: Properties): Promise<void> {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  config.setCurrentContext(context);
  const { KubernetesObjectApi, PatchStrategy } = await import("@kubernetes/client-node");
  const api = KubernetesObjectApi.makeApiClient(config);
  await api.patch(
    { ...kind, ...patch, metadata: { name, namespace } },
    undefined,
    undefined,
    "kubectl-edit",
    undefined,
    PatchStrategy.StrategicMergePatch,
  );
}

describe("a preview", () => {
  test("tries an object on the API server and keeps nothing", async () => {
    const inputs = { metadata: metadata("tried"), data: { a: "1" } };
    const { outputs } = await client.create(configMapType, inputs, { preview: true });
    expect(valueAt(outputs.value, ["metadata", "uid"])).toBe(unknownValue);
    expect(await objects.get(configMap, place("tried"))).toBeUndefined();
  });

  test("of an object in a namespace, or of a kind, that is made in the same update shows its inputs", async () => {
    const inputs = { metadata: { name: "a", namespace: "not-there-yet" }, data: { a: "1" } };
    expect((await client.create(configMapType, inputs, { preview: true })).outputs.value["data"]).toEqual({ a: "1" });
    const widget = { apiVersion: "widgets.test.example/v1", kind: "Widget", metadata: metadata("w"), spec: {} };
    const made = await client.create("kubernetes:widgets.test.example/v1:Widget", widget, { preview: true });
    expect(made.outputs.value["spec"]).toEqual({});
    await expect(client.create("kubernetes:widgets.test.example/v1:Widget", widget)).rejects.toThrow(
      /serves no kind Widget of widgets\.test\.example\/v1; install its CustomResourceDefinition first/,
    );
  });

  test.each([false, true])(
    "and an update (%s) refuse a field that the API server does not know, by its path",
    async (preview) => {
      const inputs = workload("misspelt", { imagePulPolicy: "Always" });
      const made = client.create(deploymentType, inputs, { preview });
      await expect(made).rejects.toThrow(/imagePulPolicy/);
      expect(await objects.get(deployment, place("misspelt"))).toBeUndefined();
    },
  );
});

test("a Deployment is made, found as it is, changed and deleted", async () => {
  const inputs = workload("rolled", {
    resources: { requests: { memory: "1024Mi", cpu: "0.1" }, limits: { memory: "1024Mi" } },
  });
  const made = await client.create(deploymentType, inputs);
  expect(valueAt(made.outputs.value, ["status", "availableReplicas"])).toBe(2);
  expect(await client.read(deploymentType, made)).toMatchObject({ inputs: { value: made.inputs.value } });

  const next = workload("rolled", { image: "registry.example/main:2" });
  expect(await client.diff(deploymentType, made, next)).toEqual({
    changes: ["spec.template.spec.containers[0].image: UPDATE", "spec.template.spec.containers[0].resources: DELETE"],
    deleteBeforeReplace: true,
  });
  const changed = await client.update(deploymentType, made, next);
  expect(valueAt(changed.outputs.value, ["status", "updatedReplicas"])).toBe(2);
  expect(valueAt(changed.outputs.value, ["spec", "template", "spec", "containers", 0, "resources"])).toEqual({});

  await client.delete(deploymentType, changed);
  expect(await objects.get(deployment, place("rolled"))).toBeUndefined();
  await client.delete(deploymentType, changed);
  expect(await client.read(deploymentType, changed)).toBeUndefined();
});

test("a hand edit is found by a refresh and healed by an update, and the autoscaler's replicas are left alone", async () => {
  const { replicas: _autoscaled, ...spec } = { ...(workload("edited")["spec"] as Properties) };
  const inputs = { ...workload("edited"), spec };
  const made = await client.create(deploymentType, inputs);
  await editByHand(deployment, "edited", {
    spec: { replicas: 3, template: { spec: { containers: [{ name: "main", image: "evil:1" }] } } },
  });
  const found = await client.read(deploymentType, made).catch((error: unknown) => error);
  // Its rollout may be going on: then the state says so.
  const detail = notReadyDetail(found);
  const refreshed =
    detail === undefined ? (found as Resource) : { ...made, outputs: { value: detail.outputs, secrets: [] } };
  expect(valueAt(refreshed.outputs.value, ["spec", "template", "spec", "containers", 0, "image"])).toBe("evil:1");
  const healed = await client.update(deploymentType, refreshed, inputs);
  expect(valueAt(healed.outputs.value, ["spec", "template", "spec", "containers", 0, "image"])).toBe(
    "registry.example/main:1",
  );
  expect(valueAt(healed.outputs.value, ["spec", "replicas"])).toBe(3);
  await client.delete(deploymentType, healed);
});

test("a rollout that a quota refuses is recorded with the reasons, and goes on when there is room", async () => {
  const quota = await client.create(quotaType, {
    metadata: metadata("full"),
    spec: { hard: { "requests.cpu": "100m" } },
  });
  const inputs = workload("refused", { resources: { requests: { cpu: "100m" } } }, { progressDeadlineSeconds: 2 });
  const error = await client.create(deploymentType, inputs).catch((reason: unknown) => reason);
  const detail = notReadyDetail(error);
  expect(detail?.id).toBe(`${namespace}/refused`);
  expect(detail?.reasons.join("\n")).toMatch(/exceeded quota: full/);

  await client.update(quotaType, quota, { metadata: metadata("full"), spec: { hard: { "requests.cpu": "1" } } });
  const known = {
    id: `${namespace}/refused`,
    inputs: { value: inputs, secrets: [] },
    outputs: { value: detail?.outputs ?? {}, secrets: [] },
  };
  const more = { ...inputs, spec: { ...(inputs["spec"] as Properties), progressDeadlineSeconds: 60 } };
  const works = await client.update(deploymentType, known, more);
  expect(valueAt(works.outputs.value, ["status", "availableReplicas"])).toBe(2);
  await client.delete(deploymentType, works);
  await client.delete(quotaType, quota);
});

test("a Service waits for an endpoint, no longer than its timeout", async () => {
  const inputs = { metadata: metadata("alone"), spec: { selector: { app: "nobody" }, ports: [{ port: 80 }] } };
  const error = await client.create(serviceType, inputs, { timeout: 1 }).catch((reason: unknown) => reason);
  expect(notReadyDetail(error)?.reasons).toEqual(["not ready after 1 s: none of its endpoints is ready"]);
  const found = await objects.get(service, place("alone"));
  expect(found).toBeDefined();
  const skipping = { ...inputs, metadata: metadata("alone", { annotations: { "pulumi.com/skipAwait": "true" } }) };
  const known = await client.create(serviceType, skipping);
  await client.delete(serviceType, known);
});

test("an object that a crash left unrecorded is gone on with, and can be imported exactly as it was applied", async () => {
  const inputs = { metadata: metadata("crashed", { labels: { app: "a" } }), data: { a: "1" } };
  await client.create(configMapType, inputs);
  const again = await client.create(configMapType, { ...inputs, data: { a: "2" } });
  expect(again.outputs.value["data"]).toEqual({ a: "2" });
  const imported = await client.read(configMapType, `${namespace}/crashed`);
  expect(imported?.inputs.value).toEqual({ apiVersion: "v1", kind: "ConfigMap", ...inputs, data: { a: "2" } });
  expect(await client.read(configMapType, `${namespace}/nowhere`)).toBeUndefined();
  await client.delete(configMapType, again);
});

test("changed data makes a ConfigMap anew, the old one first, because the new one has its name", async () => {
  const made = await client.create(configMapType, { metadata: metadata("data"), data: { a: "1" } });
  expect(await client.diff(configMapType, made, { metadata: metadata("data"), data: { a: "2" } })).toEqual({
    changes: ["data.a: UPDATE_REPLACE"],
    deleteBeforeReplace: true,
  });
  await client.delete(configMapType, made);
});

test("a Secret's values never leave unmarked, whatever is read", async () => {
  const made = await client.create(secretType, { metadata: metadata("secret"), stringData: { password: "planted" } });
  for (const { outputs } of [made, await client.read(secretType, made), await client.read(secretType, made.id)].filter(
    (found) => found !== undefined,
  )) {
    expect(outputs.secrets).toContainEqual(["data"]);
  }
  await client.delete(secretType, made);
});

describe("an object of a CustomResourceDefinition", () => {
  const group = `${namespace}.test.example`;
  const definition = { apiVersion: "apiextensions.k8s.io/v1", kind: "CustomResourceDefinition" };
  const name = { namespace: undefined, name: `widgets.${group}` };
  const widgetType = `kubernetes:${group}/v1:Widget`;
  const widget = (spec: Properties) => ({ apiVersion: `${group}/v1`, kind: "Widget", metadata: metadata("w"), spec });

  beforeAll(async () => {
    const spec = {
      type: "object",
      properties: { size: { type: "integer" }, parts: { type: "array", items: { type: "string" } } },
    };
    const openAPIV3Schema = { type: "object", properties: { spec } };
    const versions = [{ name: "v1", served: true, storage: true, schema: { openAPIV3Schema } }];
    const names = { plural: "widgets", singular: "widget", kind: "Widget", listKind: "WidgetList" };
    const body = { metadata: { name: name.name }, spec: { group, scope: "Namespaced", names, versions } };
    await objects.apply(definition, body, { dryRun: false, force: true });
    for await (const [found] of objects.follow(
      definition,
      undefined,
      { fieldSelector: `metadata.name=${name.name}` },
      cancelled.signal,
    )) {
      if (found !== undefined && conditionOf(found, "Established")?.status === "True") break;
    }
  });

  afterAll(() => objects.delete(definition, name));

  test("is made, found, changed and deleted, and a field that its schema does not know is refused", async () => {
    const made = await client.create(widgetType, widget({ size: 1, parts: ["a"] }));
    expect(made.id).toBe(`${namespace}/w`);
    expect(await client.read(widgetType, made)).toMatchObject({ inputs: { value: widget({ size: 1, parts: ["a"] }) } });
    const changed = await client.update(widgetType, made, widget({ size: 2 }));
    expect(changed.outputs.value["spec"]).toEqual({ size: 2 });
    await expect(client.update(widgetType, made, widget({ siz: 2 }))).rejects.toThrow(/siz/);
    await client.delete(widgetType, changed);
    expect(await client.read(widgetType, changed)).toBeUndefined();
  });
});

test("another owner's field is taken over, unless the object says that it is not to be", async () => {
  const inputs = { metadata: metadata("shared"), data: { a: "ours" } };
  const made = await client.create(configMapType, inputs);
  await editByHand(configMap, "shared", { data: { a: "theirs" } });
  const polite = { ...inputs, metadata: metadata("shared", { annotations: { "pulumi.com/patchForce": "false" } }) };
  await expect(client.update(configMapType, made, polite)).rejects.toThrow(/kubectl-edit/);
  expect((await client.update(configMapType, made, inputs)).outputs.value["data"]).toEqual({ a: "ours" });
  await client.delete(configMapType, made);
});

test("an API server that cannot be reached is named, and what could not be done", async () => {
  const lost = await ProviderClient.start(kubernetes);
  const cluster = { server: "https://127.0.0.1:1" };
  const config = {
    clusters: [{ name: "c", cluster }],
    users: [{ name: "u", user: {} }],
    contexts: [{ name: "x", context: { cluster: "c", user: "u" } }],
  };
  await lost.configure({ kubeconfig: JSON.stringify(config), context: "x" });
  await expect(lost.create(configMapType, { metadata: metadata("lost") })).rejects.toThrow(
    /the API server at https:\/\/127\.0\.0\.1:1 cannot be reached: connect ECONNREFUSED/,
  );
  lost.close();
});
