import * as fc from "fast-check";
import { expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import { microserviceSchema } from "../../../components/description/schema.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { orders } from "../../support/wrongInput.ts";

const file = "services/orders";
const pathsOf = (service: object) =>
  checkMicroservice({ ...orders, ...service } as Microservice, file).diagnostics.map(({ path }) => path);

test("a field that is not valid hides no contradiction of others", () => {
  expect(
    pathsOf({
      description: "",
      replica: 3,
      autoscaling: { minReplicas: 5, maxReplicas: 3 },
      shutdown: { preStopSeconds: 9999 },
      securityContext: { runAsUser: 1000 },
      securityExceptions: { runAsRoot: { reason: "The image of the vendor needs it" } },
      env: { DB_PASSWORD: "correct-horse-7-battery" },
    }),
  ).toEqual([
    "description",
    "shutdown.preStopSeconds",
    "replica",
    "env.DB_PASSWORD",
    "autoscaling.maxReplicas",
    "securityContext.runAsUser",
  ]);
});

test.each<[what: string, service: object, paths: string[]]>([
  ["no memory", { resources: { requests: { cpu: "1" } } }, ["resources.requests.memory"]],
  [
    "ports of no number, and a probe of one",
    { ports: { grpc: "x" }, probes: { readiness: { grpc: { port: "grpc" } } } },
    ["ports"],
  ],
  ["calls that fail", { calls: () => JSON.parse("nothing") }, ["calls"]],
  ["a name with blanks", { name: "Order Service" }, ["name"]],
])("%s has no consequences", (_, service, paths) => {
  expect(pathsOf(service)).toEqual(paths);
});

test("of a sound description with one wrong field, that field alone is named", () => {
  const field = fc.constantFrom(...Object.keys(microserviceSchema.shape));
  const wrong = fc.constantFrom<unknown>(42, "", { nothing: {} }, ["", {}], null);
  fc.assert(
    fc.property(microserviceArbitrary, field, wrong, (service, name, value) => {
      const changed = { ...service, [name]: value };
      fc.pre(!microserviceSchema.safeParse(changed).success);
      const { diagnostics } = checkMicroservice(changed as Microservice, file);
      expect(diagnostics.length).toBeGreaterThan(0);
      for (const { path } of diagnostics) expect(path).toMatch(new RegExp(`^${name}\\b`));
    }),
    { numRuns: 500 },
  );
});
