import { describe, expect, test } from "vitest";
import type { LiveObject, LiveObjects } from "../../../cli/drift/liveObjects.ts";
import { objectKey, objectName } from "../../../cli/drift/objectName.ts";
import { podContainers } from "../../../cli/drift/podContainers.ts";
import { unknownObjects } from "../../../cli/drift/unknownObjects.ts";
import type { PlainObject } from "../../../recorder/registeredResource.ts";

/** A live object of a namespace. */
function live(kind: string, name: string, more: PlainObject = {}, metadata: PlainObject = {}): LiveObject {
  const served = { apiVersion: "v1", kind, resource: `${kind.toLowerCase()}s`, namespaced: true, preferred: true };
  return {
    served,
    object: { ...more, metadata: { name, namespace: "payments", uid: `${kind}-${name}`, ...metadata } },
  };
}

const ownedBy = (uid: string): PlainObject => ({ ownerReferences: [{ uid, controller: true }] });

function cluster(objects: readonly LiveObject[], clusterRoleBindings: readonly LiveObject[] = []): LiveObjects {
  const keyed = objects.map((each): [string, LiveObject] => [objectKey(objectName(each.served, each.object)), each]);
  return { objects: new Map(keyed), clusterRoleBindings, unreadable: [], unread: () => false };
}

const deployment: PlainObject = {
  ...{ apiVersion: "v1", kind: "Deployment", metadata: { name: "card", namespace: "payments" } },
  spec: { template: { spec: { containers: [{ env: [{ valueFrom: { secretKeyRef: { name: "given" } } }] }] } } },
};

function unknown(objects: readonly LiveObject[], bindings: readonly LiveObject[] = []): string[] {
  const found = unknownObjects(cluster(objects, bindings), [deployment], ["payments"]);
  return found.map(({ object }) => `${object.kind} ${object.name}`);
}

describe("objects that the program does not know", () => {
  test("are neither rendered, nor made by a controller for another one, nor of every namespace, nor named", () => {
    const made = [
      live("Deployment", "card"),
      live("ReplicaSet", "card-1", {}, ownedBy("Deployment-card")),
      live("Pod", "card-1-a", {}, ownedBy("ReplicaSet-card-1")),
      live("ExternalSecret", "card"),
      live("Secret", "card", {}, ownedBy("ExternalSecret-card")),
      live("Secret", "given"),
      live("ServiceAccount", "default"),
      live("ConfigMap", "kube-root-ca.crt"),
    ];
    expect(unknown(made)).toEqual(["ExternalSecret card"]);
  });

  test("are not the claims that a removed service left behind, as it must; those of others are", () => {
    const labels = { "app.kubernetes.io/managed-by": "pulumi", "app.kubernetes.io/instance": "archive" };
    const claims = [
      live("PersistentVolumeClaim", "archive.dir-data", {}, { labels }),
      live("PersistentVolumeClaim", "other.dir-data", {}, { labels }),
      live("PersistentVolumeClaim", "by-hand"),
      live("Secret", "archive.dir-data", {}, { labels }),
    ];
    expect(unknown(claims)).toEqual([
      "PersistentVolumeClaim by-hand",
      "PersistentVolumeClaim other.dir-data",
      "Secret archive.dir-data",
    ]);
  });

  test("cannot hide behind an owner: neither one that is not there, nor one whose controller makes no such thing", () => {
    const hidden = [
      live("Deployment", "card"),
      live("Pod", "lonely", {}, ownedBy("ReplicaSet-gone")),
      live("NetworkPolicy", "open", {}, ownedBy("Deployment-card")),
      live("Secret", "taken", {}, ownedBy("Deployment-card")),
    ];
    expect(unknown(hidden)).toEqual(["NetworkPolicy open", "Pod lonely", "Secret taken"]);
  });

  test("have the manager that made them, and no part of a Deployment that nobody rendered", () => {
    const entry = (manager: string, time: string, subresource?: string): PlainObject => ({
      ...{ manager, operation: "Update", time, fieldsV1: {} },
      ...(subresource === undefined ? {} : { subresource }),
    });
    const managedFields = [
      entry("kubectl-edit", "2026-11-26T06:00:00Z"),
      entry("kube-controller-manager", "2026-11-26T04:00:00Z", "status"),
      entry("helm", "2026-11-26T05:00:00Z"),
    ];
    const objects = [
      live("Deployment", "spy", {}, { managedFields, creationTimestamp: "2026-11-26T05:00:00Z" }),
      live("ReplicaSet", "spy-1", {}, ownedBy("Deployment-spy")),
    ];
    expect(unknownObjects(cluster(objects), [deployment], ["payments"])).toMatchObject([
      { object: { kind: "Deployment", name: "spy" }, manager: { name: "helm" }, created: "2026-11-26T05:00:00Z" },
    ]);
  });

  test("are ClusterRoleBindings, too, if they name a ServiceAccount of our namespaces, or all of one", () => {
    const binding = (name: string, subject: PlainObject): LiveObject => {
      const { served, object } = live("ClusterRoleBinding", name, { subjects: [subject] });
      return { served: { ...served, namespaced: false }, object };
    };
    const bindings = [
      binding("account", { kind: "ServiceAccount", name: "card", namespace: "payments" }),
      binding("all", { kind: "Group", name: "system:serviceaccounts:payments" }),
      binding("elsewhere", { kind: "ServiceAccount", name: "card", namespace: "kube-system" }),
      binding("people", { kind: "Group", name: "administrators" }),
    ];
    expect(unknown([live("Deployment", "card")], bindings)).toEqual([
      "ClusterRoleBinding account",
      "ClusterRoleBinding all",
    ]);
  });
});

describe("containers of pods", () => {
  const agent = { "vault.hashicorp.com/agent-inject": "true" };
  const template = (annotations: PlainObject): PlainObject => ({
    metadata: { annotations },
    spec: { containers: [{ name: "card" }] },
  });
  const pod = (spec: PlainObject, metadata: PlainObject = {}) =>
    live("Pod", "card-1-a", { spec }, { ...ownedBy("ReplicaSet-card-1"), ...metadata });
  const names = (annotations: PlainObject, each: LiveObject) =>
    podContainers(cluster([live("ReplicaSet", "card-1", { spec: { template: template(annotations) } }), each])).map(
      ({ list, name }) => `${list} ${name}`,
    );
  const injected: PlainObject = {
    initContainers: [{ name: "vault-agent-init" }],
    containers: [{ name: "card" }, { name: "vault-agent" }],
  };

  test("are found where the template has none of that name, in every list", () => {
    const more: PlainObject = {
      containers: [{ name: "card" }, { name: "proxy", image: "mesh" }],
      ephemeralContainers: [{ name: "debugger" }],
      initContainers: [{ name: "setup" }],
    };
    expect(names({}, pod(more))).toEqual(["initContainers setup", "containers proxy", "ephemeralContainers debugger"]);
  });

  test("of Vault Agent are right where the annotations ask for them, and nowhere else", () => {
    expect(names(agent, pod(injected))).toEqual([]);
    expect(names({}, pod(injected))).toEqual(["initContainers vault-agent-init", "containers vault-agent"]);
    const once = { ...agent, "vault.hashicorp.com/agent-pre-populate-only": "true" };
    expect(names(once, pod(injected))).toEqual(["containers vault-agent"]);
  });

  test("of a pod that is being deleted are nothing to tell of", () => {
    const leaving = pod({ containers: [{ name: "old" }] }, { deletionTimestamp: "2026-11-26T05:00:00Z" });
    expect(names({}, leaving)).toEqual([]);
  });
});
