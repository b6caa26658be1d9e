import { expect, test } from "vitest";
import { checkCatalogue, checkedInputs } from "../../../components/catalogue/index.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { catalogueSite, linesOf, orders } from "../../support/wrongInput.ts";

const folder = (name: string) => `services/${name}`;
const entryOf = (service: Microservice, text = "a: b\n") => ({
  service,
  folder: folder(service.name),
  templates: [{ name: "a.yaml", file: `${folder(service.name)}/config/a.yaml`, text }],
});

/** The places of all that is wrong with a service in the site of the tables, beside a sound one. */
async function placesOf(change: object, text?: string, others: readonly string[] = []): Promise<string[]> {
  const service = { ...orders, name: "refunds", ...change } as Microservice;
  const catalogue = checkCatalogue([entryOf(orders), entryOf(service, text)]);
  const lines = await linesOf(() => checkedInputs(catalogue, ["orders", "refunds", ...others], catalogueSite));
  return lines.map((line) => line.split(": ").slice(0, 2).join(": "));
}

test("a new service that is wrong at every stage is told all of it in one run", async () => {
  const places = await placesOf(
    {
      resources: { requests: { cpu: "500m", memory: "1GB" } },
      replica: 3,
      autoscaling: { minReplicas: 5, maxReplicas: 3 },
      calls: () => [orders, orders],
      backingServices: ["order-database"],
      transforms: { deployment: () => undefined },
    },
    "a: {{ site.nam }}\n",
  );
  expect(places).toEqual([
    "Pulumi.dc1.yaml: gemelos:releases.refunds",
    "services/refunds: autoscaling.maxReplicas",
    "services/refunds: backingServices[0]",
    "services/refunds: calls[1]",
    "services/refunds: replica",
    "services/refunds: resources.requests.memory",
    "services/refunds: transforms.deployment",
    "services/refunds/config/a.yaml:1:4: undefined variable",
  ]);
});

test("a folder that does not load needs its release all the same, and has it without a word", async () => {
  expect(await placesOf({ description: "" }, undefined, ["ledger"])).toEqual([
    "Pulumi.dc1.yaml: gemelos:releases.ledger",
    "Pulumi.dc1.yaml: gemelos:releases.refunds",
    "services/refunds: description",
  ]);
});

test("a host of the site is not called unknown where nobody knows what the service exposes", async () => {
  const exposure = { ...catalogueSite.exposure, tls: { ...catalogueSite.exposure.tls } };
  exposure.tls.public = { source: "supplied", hosts: { api: { source: "issued" } } };
  const catalogue = checkCatalogue([entryOf({ ...orders, exposure: { host: "API" } })]);
  const lines = await linesOf(() => checkedInputs(catalogue, ["orders"], { ...catalogueSite, exposure }));
  expect(lines).toEqual([expect.stringMatching(/^services\/orders: exposure\.host: /)]);
});

test("a name that is near to one that there is is asked about", async () => {
  const service = { ...orders, backingServices: ["order-database"] };
  const lines = await linesOf(() => checkedInputs(checkCatalogue([entryOf(service)]), ["orders"], catalogueSite));
  expect(lines).toEqual([
    expect.stringMatching(/unknown backing service "order-database".* did you mean "orders-database"\?$/),
  ]);
});

test("a backing service that a site lacks is told at the service, and not again where a template names it", async () => {
  const service = { ...orders, backingServices: ["ledger-db"] };
  const template = "a: {{ backingServices.ledger-db.host }}:{{ backingServices.ledger-db.port }}\n";
  const catalogue = checkCatalogue([entryOf(service, template)]);
  const lines = await linesOf(() => checkedInputs(catalogue, ["orders"], catalogueSite));
  expect(lines).toEqual([expect.stringMatching(/^services\/orders: backingServices\[0\]: .* host, port and cidrs/)]);
});
