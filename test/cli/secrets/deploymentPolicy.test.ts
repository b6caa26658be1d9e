import { describe, expect, it } from "vitest";
import { deploymentPolicy, readVaultResources, secretsPolicy } from "../../../cli/secrets/deploymentPolicy.ts";
import { readSecrets } from "../../../cli/secrets/targets.ts";
import { source } from "../../fixtures/vaultRequests.ts";
import { deniedBy, named, requestsFor, requestsOfRun, unneededIn, withToken } from "../../support/vaultRequests.ts";

const resources = await readVaultResources("dc1");
const secrets = await readSecrets({ site: "dc1" });
const supplied = secrets.targets.flatMap(({ kind, path }) =>
  kind === "supplied" && path !== undefined ? [{ path }] : [],
);
const policy = deploymentPolicy(resources, secrets);

/** Every request of a deployment in which each resource is created, changed, read and, if it can be, deleted. */
const requests = withToken([
  ...requestsOfRun(supplied, resources),
  ...requestsFor(resources, "create", "update", "refresh", "delete"),
]);

describe(`the policy of a deployment, beside the ${source}`, () => {
  it("allows each request", () => {
    expect(requests.length).toBeGreaterThan(100);
    expect(deniedBy(policy, requests)).toEqual([]);
  });

  it("allows nothing that is not requested", () => {
    expect(unneededIn(policy, requests)).toEqual([]);
  });

  it("allows what the removal of a service needs, although the service is not in the catalogue any more", () => {
    const gone = ["sys/policies/acl/service-gone", "auth/kubernetes-dc1/role/gone", "pki/roles/gone.TLS"];
    const removal = gone.map((path) => `delete ${path}`);
    expect(deniedBy(policy, removal)).toEqual([]);
  });

  it.each(policy.map((rule) => [rule.path, rule] as const))("stops a deployment if it lacks %s", (_, rule) => {
    const without = policy.filter((each) => each !== rule);
    expect(deniedBy(without, requests)).not.toEqual([]);
  });

  it("cannot overwrite a value that exists, nor read one that an operator supplies", () => {
    expect(supplied.length).toBeGreaterThan(3);
    for (const { path } of supplied) {
      const value = [`read services/data/${path}`, `create services/data/${path}`, `update services/data/${path}`];
      expect(deniedBy(policy, value)).toEqual(value);
    }
    const overwriting = resources
      .filter(({ type }) => type === "vault:kv/secretV2:SecretV2")
      .map(({ inputs }) => named("update {mount}/data/{name}", inputs));
    expect(overwriting.length).toBeGreaterThan(3);
    expect(deniedBy(policy, overwriting)).toEqual(overwriting);
  });
});

describe("the policy of the command secrets", () => {
  it("leaves the configuration of the login alone: set-token-reviewer needs the deployment's policy", () => {
    const request = "update auth/kubernetes-dc1/config";
    expect(deniedBy(secretsPolicy(secrets), [request])).toEqual([request]);
    expect(deniedBy(policy, [request])).toEqual([]);
  });
});
