import { expect, test } from "vitest";
import { findDrift } from "../../../cli/drift/findDrift.ts";
import { isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import { manifestsOf, microservice, site } from "../../support/fixtures.ts";

/** A cluster that serves Jobs, and has these. */
function clusterWith(...items: PlainObject[]) {
  const resource = { resource: "jobs", responseKind: { kind: "Job" }, scope: "Namespaced", verbs: ["list"] };
  const versions = [{ version: "v1", resources: [resource] }];
  return {
    send: async ({ path }: { readonly path: string }): Promise<PlainObject> => {
      if (path === "/apis") return { items: [{ metadata: { name: "batch" }, versions }] };
      if (path === "/api") return { items: [] };
      return { metadata: {}, items };
    },
  };
}

const job = (spec: PlainObject): PlainObject => ({
  ...{ apiVersion: "batch/v1", kind: "Job", metadata: { name: "receipts-migration-0a1b", namespace: "declarations" } },
  spec: { backoffLimit: 2, ...spec },
});

test("a Job that the cluster removes once it has ended is not missing, and any other is", async () => {
  expect(await findDrift(clusterWith(), [job({ ttlSecondsAfterFinished: 3600 })])).toMatchObject({ missing: [] });
  expect(await findDrift(clusterWith(), [job({})])).toMatchObject({ missing: [{ name: "receipts-migration-0a1b" }] });
});

test("a Job that is there is compared, whether or not it goes by itself", async () => {
  const stated = job({ ttlSecondsAfterFinished: 3600 });
  expect(await findDrift(clusterWith(stated), [stated])).toMatchObject({ drifted: [], missing: [], unknown: [] });
  const edited = job({ ttlSecondsAfterFinished: 3600, backoffLimit: 0 });
  expect((await findDrift(clusterWith(edited), [stated])).drifted).toMatchObject([{ fields: [{ kind: "changed" }] }]);
});

test("a migration that has run and is kept is no drift: the API server's defaults and the controller's marks are none", async () => {
  const service = microservice({
    backingServices: ["receipts-database"],
    migration: { command: ["/migrate"], phase: "expand" },
  });
  const rendered: unknown = JSON.parse(JSON.stringify(manifestsOf(service, site).migration?.job));
  expect.assert(isObject(rendered) && isObject(rendered["spec"]) && isObject(rendered["metadata"]));
  const { metadata, spec } = rendered;
  expect.assert(isObject(spec["template"]) && isObject(spec["template"]["metadata"]));
  const { template } = spec;
  const uid = "5454db5d-8863-4416-a34b-68a298e7f1a9";
  const marks = {
    ...{ "batch.kubernetes.io/controller-uid": uid, "batch.kubernetes.io/job-name": String(metadata["name"]) },
    ...{ "controller-uid": uid, "job-name": String(metadata["name"]) },
  };
  const labels = { ...(isObject(template["metadata"]) ? asObject(template["metadata"]["labels"]) : {}), ...marks };
  // As an API server 1.36 has it after the engine has applied it and the controller has seen it end.
  const entry = { apiVersion: "batch/v1", fieldsType: "FieldsV1", time: "2026-11-26T23:40:00Z" };
  const managedFields = [
    {
      ...{ manager: "pulumi-kubernetes-366fe29f", operation: "Apply", ...entry },
      fieldsV1: { "f:metadata": { "f:annotations": {}, "f:labels": {} }, "f:spec": { "f:backoffLimit": {} } },
    },
    {
      ...{ manager: "kube-controller-manager", operation: "Update", subresource: "status", ...entry },
      fieldsV1: { "f:status": { "f:conditions": {}, "f:succeeded": {}, "f:completionTime": {} } },
    },
  ];
  const live: PlainObject = {
    ...rendered,
    metadata: { ...metadata, uid, generation: 1, creationTimestamp: "2026-11-26T23:39:00Z", managedFields },
    spec: {
      ...{ parallelism: 1, completions: 1, manualSelector: false, completionMode: "NonIndexed", suspend: false },
      ...spec,
      selector: { matchLabels: { "batch.kubernetes.io/controller-uid": uid } },
      template: { ...template, metadata: { ...asObject(template["metadata"]), labels, creationTimestamp: null } },
    },
    status: { succeeded: 1, conditions: [{ type: "Complete", status: "True" }], uncountedTerminatedPods: {} },
  };
  expect(await findDrift(clusterWith(live), [rendered])).toMatchObject({ drifted: [], missing: [], unknown: [] });
  const edited = { ...live, spec: { ...asObject(live["spec"]), activeDeadlineSeconds: 7 } };
  expect((await findDrift(clusterWith(edited), [rendered])).drifted).toHaveLength(1);
});

function asObject(value: unknown): PlainObject {
  return isObject(value) ? value : {};
}
