import { expect, it } from "vitest";
import { listWith } from "../../clusterClient/index.ts";
import { ApiServer } from "../support/apiServer.ts";

it("lists each kind in a namespace, and of events only warnings", async () => {
  const server = await ApiServer.start(({ path }) => [200, { items: [{ metadata: { name: path } }] }]);
  try {
    const list = listWith(await server.client());
    const kinds = ["Deployment", "ReplicaSet", "Pod", "Event"] as const;
    const found = await Promise.all(kinds.map((kind) => list(kind, "payments")));
    expect(found.map((items) => (items as object[])[0])).toEqual(
      [
        "/apis/apps/v1/namespaces/payments/deployments",
        "/apis/apps/v1/namespaces/payments/replicasets",
        "/api/v1/namespaces/payments/pods",
        "/api/v1/namespaces/payments/events",
      ].map((name) => ({ metadata: { name } })),
    );
    const events = server.asked.find(({ path }) => path.endsWith("/events"));
    expect(events?.query.get("fieldSelector")).toBe("type=Warning");
  } finally {
    await server.stop();
  }
});
