import { describe, expect, it, test } from "vitest";
import { type CutOverService, type CutOverSite, cutOver, formatCutOver } from "../../../../cli/adopt/report/cutOver.ts";

const site: CutOverSite = { name: "dc1", context: "tax-dc1", refusesSecondEntrance: false };
const other: CutOverSite = { name: "dc2", context: "tax-dc2", refusesSecondEntrance: false };

const orders: CutOverService = {
  name: "orders",
  namespace: "shop-services",
  from: "shop",
  deployment: "orders",
  replicas: 3,
  check: { port: 8080, path: "/ready", scheme: "http" },
  entrances: [{ urls: ["shop.tax.example/orders"], object: "ingress/shop", patch: undefined }],
  objects: ["deployment/orders", "service/orders", "ingress/shop"],
  callersLeft: [],
};

function commands(services: readonly CutOverService[], sites = [site, other]): string[] {
  return cutOver(services, sites).flatMap((step) => step.commands);
}

describe("the plan for services in a namespace of their own", () => {
  it("deploys, tries, switches the entrance, stops and removes, in this order", () => {
    expect(cutOver([orders], [site, other]).map(({ title }) => title)).toEqual([
      "Deploy beside what runs",
      "Smoke test",
      "Switch the entrance",
      "Stop the old pods",
      "Remove the old objects",
    ]);
    expect(commands([orders])).toEqual([
      "CONTEXT=tax-dc1",
      "npm run check && npm run render && npm run parity",
      "npm run deploy -- --site dc1",
      'for NAME in orders; do kubectl --context "$CONTEXT" --namespace shop-services rollout status "deployment/$NAME" --timeout 10m; done',
      'kubectl --context "$CONTEXT" --namespace shop-services port-forward deployment/orders 18080:8080 # http://127.0.0.1:18080/ready',
      'kubectl --context "$CONTEXT" --namespace shop delete ingress/shop',
      'kubectl --context "$CONTEXT" --namespace shop scale --replicas=0 deployment/orders',
      'kubectl --context "$CONTEXT" --namespace shop delete --ignore-not-found deployment/orders ingress/shop service/orders',
    ]);
  });

  it("says how to go back from each step that takes something away", () => {
    const text = formatCutOver(cutOver([orders], [site, other]));
    expect(text).toContain('Back: kubectl --context "$CONTEXT" --namespace shop scale --replicas=3 deployment/orders');
    expect(text).toContain("Back: apply the old manifest again, and remove exposure");
    expect(text).toContain("then the same for dc2 (CONTEXT=tax-dc2)");
  });

  it("changes an entrance that others use too once, however many services leave it", () => {
    const patch =
      '[{"op":"remove","path":"/spec/rules/0/http/paths/1"},{"op":"remove","path":"/spec/rules/0/http/paths/0"}]';
    const entrances = [{ urls: ["shop.tax.example/a"], object: "ingress/shop", patch }];
    const lines = commands([
      { ...orders, entrances },
      { ...orders, name: "carts", deployment: "carts", entrances },
    ]);
    expect(lines.filter((line) => line.includes("patch ingress/shop"))).toEqual([
      `kubectl --context "$CONTEXT" --namespace shop patch ingress/shop --type json --patch '${patch}'`,
    ]);
  });

  it("asks once where the originals run if their manifests do not say it", () => {
    const lines = commands([{ ...orders, from: undefined }]);
    expect(lines[1]).toMatch(/^OLD_NAMESPACE=default #/);
    expect(lines.at(-1)).toContain('--namespace "$OLD_NAMESPACE" delete');
  });

  it("leaves exposure out until the switch where the entrance refuses a second Ingress", () => {
    const plan = cutOver([orders], [{ ...site, refusesSecondEntrance: true }, other]);
    expect(plan[0]?.text.join()).toContain("refuses a second Ingress of the same host and path");
    expect(plan[2]?.commands.at(-1)).toBe("npm run deploy -- --site dc1");
  });

  it("stops nothing that is switched off, and switches no entrance of a service that has none", () => {
    const titles = cutOver([{ ...orders, replicas: 0, entrances: [] }], [site]).map(({ title }) => title);
    expect(titles).toEqual(["Deploy beside what runs", "Smoke test", "Remove the old objects"]);
  });

  it("grows with the number of services only by their names", () => {
    const many = Array.from({ length: 64 }, (_, index) => ({ ...orders, name: `s${index}`, deployment: `s${index}` }));
    expect(formatCutOver(cutOver(many, [site])).split("\n").length).toBeLessThan(
      formatCutOver(cutOver([orders], [site])).split("\n").length + 2 * 64 + 2,
    );
  });
});

test("a service that keeps its namespace is told why it cannot run beside its original", () => {
  const [step, ...more] = cutOver([{ ...orders, namespace: "shop" }], [site]);
  expect(more).toEqual([]);
  expect(step?.title).toBe("Not side by side");
  expect(step?.text.join("\n")).toMatch(/shop: orders\n.*selector of a Deployment is immutable[\s\S]*--namespace/);
});
