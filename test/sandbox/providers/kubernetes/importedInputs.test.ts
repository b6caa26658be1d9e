import { expect, test } from "vitest";
import { importedInputs } from "../../../../sandbox/providers/kubernetes/importedInputs.ts";

const spec = {
  replicas: 1,
  strategy: { type: "RollingUpdate" },
  template: {
    spec: {
      dnsPolicy: "ClusterFirst",
      containers: [
        { name: "a", image: "a:1", imagePullPolicy: "Always" },
        { name: "b", image: "b:1" },
      ],
    },
  },
};
const metadata = {
  name: "a",
  namespace: "play",
  uid: "u",
  resourceVersion: "7",
  creationTimestamp: "2026-01-01T00:00:00Z",
  generation: 2,
  labels: { app: "a" },
  annotations: { "deployment.kubernetes.io/revision": "2", team: "tax" },
};

test("of an object that somebody else made, all that a person could have stated", () => {
  expect(
    importedInputs({ apiVersion: "apps/v1", kind: "Deployment", metadata, spec, status: { replicas: 1 } }),
  ).toEqual({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a", namespace: "play", labels: { app: "a" }, annotations: { team: "tax" } },
    spec,
  });
});

test("of an object that this provider applied before, exactly what it applied", () => {
  const managedFields = [
    { manager: "kube-controller-manager", operation: "Update", fieldsV1: { "f:status": {} } },
    {
      manager: "pulumi-kubernetes",
      operation: "Apply",
      fieldsV1: {
        "f:metadata": { "f:labels": { "f:app": {} } },
        "f:spec": {
          "f:replicas": {},
          "f:template": {
            "f:spec": { "f:containers": { 'k:{"name":"a"}': { ".": {}, "f:name": {}, "f:image": {} } } },
          },
        },
      },
    },
  ];
  expect(
    importedInputs({ apiVersion: "apps/v1", kind: "Deployment", metadata: { ...metadata, managedFields }, spec }),
  ).toEqual({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "a", namespace: "play", labels: { app: "a" } },
    spec: { replicas: 1, template: { spec: { containers: [{ name: "a", image: "a:1" }] } } },
  });
});
