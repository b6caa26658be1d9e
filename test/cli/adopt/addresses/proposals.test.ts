import { expect, test } from "vitest";
import { parse } from "yaml";
import { formatProposals } from "../../../../cli/adopt/addresses/proposals.ts";

const files = ["Pulumi.dc1.yaml", "Pulumi.dc2.yaml"];

test("entries that the sites lack are printed as they are pasted, with what a person fills in", () => {
  const text = formatProposals(
    [
      { name: "broker", host: "broker", port: 9092, pods: undefined, cidrs: [] },
      { name: "at-10-1-2-3", host: "10.1.2.3", port: 6379, pods: undefined, cidrs: ["10.1.2.3/32"] },
      {
        name: "basket-db",
        host: "basket-db.shop.svc.cluster.local",
        port: 5432,
        pods: {
          namespace: "shop",
          podLabels: { "app.kubernetes.io/name": "db", rev: "1" },
          podPort: 5433,
          isClosed: false,
        },
        cidrs: [],
      },
    ],
    files,
  );
  const [title, ...lines] = text.split("\n");
  expect(title).toBe(
    "Proposed for gemelos:site.backingServices in Pulumi.dc1.yaml and Pulumi.dc2.yaml, with each site's own values",
  );
  expect(text).toContain("cidrs: [] # the networks behind the host; or namespace and podLabels of its pods");
  expect(text).toContain("host: broker # from any namespace: broker.NAMESPACE.svc.cluster.local");
  expect(parse(lines.join("\n"))).toEqual({
    broker: { host: "broker", port: 9092, cidrs: [] },
    "at-10-1-2-3": { host: "10.1.2.3", port: 6379, cidrs: ["10.1.2.3/32"] },
    "basket-db": {
      host: "basket-db.shop.svc.cluster.local",
      port: 5432,
      namespace: "shop",
      podLabels: { "app.kubernetes.io/name": "db", rev: "1" },
      podPort: 5433,
    },
  });
});

test("nothing is printed where nothing is missing", () => {
  expect(formatProposals([], files)).toBe("");
});
