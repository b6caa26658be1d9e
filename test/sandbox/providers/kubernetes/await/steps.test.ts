import { describe, expect, test } from "vitest";
import { addressOf, endpointsOf, phaseOf, stepsOf } from "../../../../../sandbox/providers/kubernetes/await/steps.ts";
import type { Properties } from "../../../../../sandbox/providers/protocol/values.ts";

const place = { namespace: "play", name: "a" };
const kindsOf = (apiVersion: string, kind: string, object: Properties) =>
  stepsOf({ apiVersion, kind }, place, object).map((step) => step.kind.kind);

describe("what is waited for", () => {
  test.each([
    ["apps/v1", "Deployment", {}, ["Deployment"]],
    ["v1", "Namespace", {}, ["Namespace"]],
    ["networking.k8s.io/v1", "Ingress", {}, ["Ingress"]],
    ["v1", "Service", { spec: { selector: { app: "a" }, clusterIP: "10.96.0.1" } }, ["EndpointSlice"]],
    ["v1", "Service", { spec: { selector: { app: "a" }, type: "LoadBalancer" } }, ["EndpointSlice", "Service"]],
    ["v1", "Service", { spec: { selector: { app: "a" }, clusterIP: "None" } }, []],
    ["v1", "Service", { spec: { type: "ExternalName", externalName: "a.example" } }, []],
    ["v1", "Service", { spec: { clusterIP: "10.96.0.1" } }, []],
    ["v1", "ConfigMap", {}, []],
    ["external-secrets.io/v1", "ExternalSecret", {}, []],
  ] as const)("%s %s %j: %j", (apiVersion, kind, object, expected) => {
    expect(kindsOf(apiVersion, kind, object)).toEqual(expected);
  });

  test("nothing where the object says so", () => {
    const metadata = { annotations: { "pulumi.com/skipAwait": "true" } };
    expect(kindsOf("apps/v1", "Deployment", { metadata })).toEqual([]);
    expect(
      kindsOf("apps/v1", "Deployment", { metadata: { annotations: { "pulumi.com/skipAwait": "false" } } }),
    ).toEqual(["Deployment"]);
  });
});

test("an object that is deleted while it is waited for is not waited for any longer", () => {
  const [step] = stepsOf({ apiVersion: "apps/v1", kind: "Deployment" }, place, {});
  expect(step?.judge([])).toEqual({ ready: false, failed: true, message: "it was deleted meanwhile" });
});

test("a Service works with one ready endpoint", () => {
  const endpoint = (ready: boolean) => ({ conditions: { ready } });
  expect(endpointsOf([])).toMatchObject({ ready: false, failed: false });
  expect(endpointsOf([{ endpoints: [endpoint(false)] }])).toMatchObject({ ready: false });
  expect(endpointsOf([{ endpoints: [endpoint(false)] }, { endpoints: [endpoint(true)] }])).toEqual({ ready: true });
});

test("an Ingress works with an address; without one, the way to not wait is told", () => {
  expect(addressOf({ status: { loadBalancer: { ingress: [{ ip: "10.1.1.1" }] } } })).toEqual({ ready: true });
  expect(addressOf({ status: { loadBalancer: {} } })).toMatchObject({
    message: expect.stringContaining("pulumi.com/skipAwait"),
  });
});

test("a Namespace that is ending takes no objects", () => {
  expect(phaseOf({ status: { phase: "Active" } })).toEqual({ ready: true });
  expect(phaseOf({ status: { phase: "Terminating" } })).toMatchObject({ message: "it is Terminating" });
});
