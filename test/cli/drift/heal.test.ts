import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { compareObject } from "../../../cli/drift/compareObject.ts";
import type { DriftedObject } from "../../../cli/drift/findDrift.ts";
import { heal } from "../../../cli/drift/heal.ts";
import type { ApiClient } from "../../../clusterClient/index.ts";
import type { PlainObject } from "../../../recorder/registeredResource.ts";
import { ApiServer } from "../../support/apiServer.ts";
import type { Answer, Asked } from "../../support/httpsServer.ts";

let server: ApiServer;
let client: ApiClient;
let answers: (asked: Asked) => Answer;

beforeAll(async () => {
  server = await ApiServer.start((asked) => answers(asked));
  client = await server.client();
});

beforeEach(() => {
  server.asked.length = 0;
});

afterAll(async () => {
  await server.stop();
});

const path = "/api/v1/namespaces/payments/configmaps/card";

/** A ConfigMap whose only value somebody changed, with a label that somebody added. */
function drifted(manager: string, label: boolean): DriftedObject {
  const object = { apiVersion: "v1", kind: "ConfigMap", namespace: "payments", name: "card" };
  const rendered: PlainObject = {
    ...{ apiVersion: "v1", kind: "ConfigMap", metadata: { name: "card", namespace: "payments" } },
    data: { one: "1" },
  };
  const fieldsV1 = { "f:data": { "f:one": {} }, ...(label ? { "f:metadata": { "f:labels": { "f:mine": {} } } } : {}) };
  const managedFields = [
    { manager: "pulumi-kubernetes-1a2b", operation: "Apply", fieldsV1: { "f:data": { "f:two": {} } } },
    { manager, operation: "Update", time: "2026-11-26T05:00:00Z", fieldsV1 },
  ];
  const metadata = { name: "card", namespace: "payments", resourceVersion: "7", managedFields };
  const labels: PlainObject = label ? { labels: { mine: "yes" } } : {};
  const live: PlainObject = { ...rendered, metadata: { ...metadata, ...labels }, data: { one: "2" } };
  const { drift, target } = compareObject(rendered, live);
  return { object, fields: drift, rendered, live, target, path };
}

const requests = () => server.asked.map(({ method, query }) => `${method} ${query.get("fieldManager") ?? ""}`);

test("a changed field is applied by force, as Pulumi's own manager", async () => {
  answers = () => [200, { metadata: {} }];
  expect(await heal(client, drifted("kubectl-edit", false))).toMatchObject({
    ...{ restored: ["data.one"], removed: [], failure: undefined },
  });
  expect(requests()).toEqual(["PATCH pulumi-kubernetes-1a2b"]);
  expect(server.asked[0]?.query.get("force")).toBe("true");
});

test("an addition is taken away before, of the object as it was read; then this command leaves no trace", async () => {
  const metadata = { resourceVersion: "9", managedFields: [{ manager: "other" }, { manager: "gemelos-drift" }] };
  answers = () => [200, { metadata }];
  const { removed, failure } = await heal(client, drifted("kubectl-edit", true));
  expect({ removed, failure }).toEqual({ removed: ["metadata.labels.mine"], failure: undefined });
  expect(requests()).toEqual(["PUT gemelos-drift", "PATCH pulumi-kubernetes-1a2b", "PATCH "]);
  expect(server.asked[0]?.body).toMatchObject({ metadata: { resourceVersion: "7", labels: {} }, data: { one: "1" } });
  expect(server.asked[2]?.body).toEqual([
    { op: "test", path: "/metadata/managedFields/1/manager", value: "gemelos-drift" },
    { op: "remove", path: "/metadata/managedFields/1" },
  ]);
});

test("a controller that writes meanwhile does not keep this command among the managers", async () => {
  const [other, own] = [{ manager: "other" }, { manager: "gemelos-drift" }];
  const live = (...managedFields: readonly object[]): Answer => [200, { metadata: { managedFields } }];
  answers = ({ method, body }) => {
    if (method === "GET") return live(own, other);
    const moved = JSON.stringify(body).includes("managedFields/1/");
    return moved ? [422, { message: "test failed" }] : live(other, own);
  };
  expect((await heal(client, drifted("kubectl-edit", true))).failure).toBeUndefined();
  expect(server.asked.at(-1)?.body).toMatchObject([{ op: "test" }, { path: "/metadata/managedFields/0" }]);
});

test.each<[string, number, RegExp]>([
  ["changed meanwhile", 409, /^changed meanwhile; run the command again$/],
  ["denied", 403, /^permission denied: no$/],
  ["refused by a webhook", 422, /^no$/],
])("an object that was %s is left, and it is said why", async (_, status, says) => {
  answers = () => [status, { message: "no" }];
  expect((await heal(client, drifted("kubectl-edit", true))).failure).toMatch(says);
  expect(server.asked).toHaveLength(1);
});

test("what another commit deployed is no hand edit, and is left to a deployment", async () => {
  const { failure } = await heal(client, drifted("pulumi-kubernetes-ffff", false));
  expect(failure).toMatch(/another commit .*npm run deploy/);
  expect(server.asked).toEqual([]);
});
