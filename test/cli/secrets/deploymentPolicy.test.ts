import { describe, expect, it } from "vitest";
import { deploymentPolicy, secretsPolicy } from "../../../cli/secrets/deploymentPolicy.ts";
import { readSecrets } from "../../../cli/secrets/targets.ts";
import { requestsOfGate, requestsOfProvider, source } from "../../fixtures/vaultRequests.ts";
import {
  deniedBy,
  named,
  readVaultResources,
  requestsFor,
  requestsOfRun,
  unneededIn,
} from "../../support/vaultRequests.ts";

const resources = await readVaultResources("dc1");
const secrets = await readSecrets({ site: "dc1" });
const supplied = [
  ...secrets.targets.flatMap(({ kind, path }) => (kind === "supplied" && path !== undefined ? [{ path }] : [])),
  ...secrets.hosts.flatMap(({ host, certificate }) =>
    certificate.source === "supplied" ? [{ path: `hosts/${host}` }] : [],
  ),
];
const policy = deploymentPolicy(secrets);

/** Every request of a deployment in which each resource is created and read. */
const requests = [
  ...requestsOfProvider,
  ...requestsOfRun(supplied, resources),
  ...requestsFor(resources, "create", "refresh"),
  ...requestsOfGate,
];

describe(`the policy of a deployment, beside the ${source}`, () => {
  it("allows each request", () => {
    expect(requests.length).toBeGreaterThan(30);
    expect(deniedBy(policy, requests)).toEqual([]);
  });

  it("allows nothing that is not requested", () => {
    expect(unneededIn(policy, requests)).toEqual([]);
  });

  it.each(policy.map((rule) => [rule.path, rule] as const))("stops a deployment if it lacks %s", (_, rule) => {
    const without = policy.filter((each) => each !== rule);
    expect(deniedBy(without, requests)).not.toEqual([]);
  });

  it("cannot overwrite a value that exists, nor read one that an operator supplies but that with which the gate asks for alerts", () => {
    expect(supplied.length).toBeGreaterThan(3);
    for (const { path } of supplied) {
      const value = [`read services/data/${path}`, `create services/data/${path}`, `update services/data/${path}`];
      expect(deniedBy(policy, value)).toEqual(value.filter((request) => !requestsOfGate.includes(request)));
    }
    const overwriting = resources
      .filter(({ type }) => type === "vault:kv/secretV2:SecretV2")
      .map(({ inputs }) => named("update {mount}/data/{name}", inputs));
    expect(overwriting.length).toBeGreaterThan(3);
    expect(deniedBy(policy, overwriting)).toEqual(overwriting);
  });
});

it("lets the command put a host's pair, say when it expires, and never read it", () => {
  const rules = secretsPolicy(secrets).filter(({ path }) => path.includes("/hosts/api.tax.example"));
  expect(rules).toEqual([
    { path: "services/data/hosts/api.tax.example", capabilities: ["create", "update"] },
    {
      path: "services/metadata/hosts/api.tax.example",
      capabilities: ["create", "read", "update"],
      allowedParameters: ["custom_metadata"],
    },
  ]);
});

describe.each([
  ["a deployment", policy],
  ["the command secrets", secretsPolicy(secrets)],
])("the policy of %s", (_, rules) => {
  it("writes nothing outside the values: who may read them is an operator's decision", () => {
    const writing = rules.filter(({ capabilities }) => capabilities.some((capability) => capability !== "read"));
    // Of a host's pair the metadata say when it expires, and may say nothing else.
    const outside = writing
      .filter(({ allowedParameters }) => allowedParameters?.join() !== "custom_metadata")
      .map(({ path }) => path)
      .filter((path) => !path.startsWith("services/data/"));
    expect(outside.filter((path) => path !== "auth/token/create")).toEqual([]);
  });

  it("has no pattern, no sudo, no list and no delete", () => {
    expect(rules.filter(({ path }) => /[*+]/.test(path))).toEqual([]);
    const capabilities = new Set(rules.flatMap((rule) => rule.capabilities));
    expect([...capabilities].filter((capability) => !["create", "read", "update"].includes(capability))).toEqual([]);
  });
});
