import { afterEach, beforeEach, expect, it } from "vitest";
import { type ApiClient, ApiError } from "../../clusterClient/index.ts";
import { RemoteError } from "../../command/errors.ts";
import { ApiServer } from "../support/apiServer.ts";
import type { Answer, Asked } from "../support/httpsServer.ts";

let server: ApiServer;
let client: ApiClient;
let answers: (asked: Asked) => Answer;

beforeEach(async () => {
  server = await ApiServer.start((asked) => answers(asked));
  client = await server.client();
});

afterEach(() => server.stop());

it("creates and deletes with the body that it is given", async () => {
  answers = ({ body }) => [201, body];
  const job = { kind: "Job", metadata: { name: "tests" } };
  const path = "/apis/batch/v1/namespaces/payments/jobs";
  expect(await client.send({ method: "POST", path, body: job })).toEqual(job);
  await client.send({ method: "DELETE", path: `${path}/tests`, body: { propagationPolicy: "Background" } });
  expect(server.asked.slice(-2)).toMatchObject([
    { method: "POST", path, body: job },
    { method: "DELETE", path: `${path}/tests`, body: { propagationPolicy: "Background" } },
  ]);
});

it("reads text that is no JSON object, as logs are", async () => {
  answers = () => [200, "first line"];
  expect(await client.read({ path: "/api/v1/namespaces/payments/pods/tests/log" })).toBe('"first line"');
});

it.each(["send", "read"] as const)("tells what the API server says where it refuses to %s", async (how) => {
  answers = () => [403, { kind: "Status", message: "pods is forbidden" }];
  const refused = client[how]({ path: "/api/v1/namespaces/payments/pods" });
  await expect(refused).rejects.toThrow(new ApiError(403, "pods is forbidden"));
});

it("ends a request whose signal is aborted", async () => {
  answers = () => [200, {}];
  const asked = client.send({ path: "/version", signal: AbortSignal.abort() });
  await expect(asked).rejects.toThrow(RemoteError);
});
