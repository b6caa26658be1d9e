import * as kubernetes from "@pulumi/kubernetes";
import { describe, expect, test } from "vitest";
import { Datacenter } from "../../../components/index.ts";
import { pullSecretManifests } from "../../../components/vault/pullSecret.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { manifestsOf, microservice, vault } from "../../support/fixtures.ts";
import { clusterUid, record } from "../../support/record.ts";

const registry = "registry.dc1.tax.example:5000";
const { serviceAccount, secretStore, externalSecret } = pullSecretManifests("payments", vault, registry);

describe("the registry's credentials in a namespace", () => {
  test("are read by an account of their own, with a login that reads nothing else", () => {
    expect(serviceAccount.metadata.name).toBe("registry-credentials");
    expect(at(secretStore.spec, "provider", "vault", "auth", "kubernetes")).toEqual({
      mountPath: "kubernetes-dc1",
      role: "gemelos-registry",
      serviceAccountRef: { name: "registry-credentials", audiences: ["vault"] },
    });
  });

  test("their account is no pod's: no token of it is mounted anywhere", () => {
    expect(serviceAccount.automountServiceAccountToken).toBe(false);
  });

  test("become the pull Secret, for this registry", () => {
    const { target, data } = externalSecret.spec;
    expect(target.name).toBe("registry");
    expect(at(target, "template", "type")).toBe("kubernetes.io/dockerconfigjson");
    expect(data?.map(({ remoteRef }) => remoteRef.key)).toEqual(["sites/registry"]);
    const template = String(at(target, "template", "data", ".dockerconfigjson"));
    const filled = template.replace("{{ .value | b64enc }}", btoa("puller:secret"));
    expect(JSON.parse(filled)).toEqual({ auths: { [registry]: { auth: btoa("puller:secret") } } });
  });

  test.each([
    ["a Datacenter with a registry", registry, ["declarations", "payments"]],
    ["a Datacenter without", undefined, []],
  ])("are in each namespace of %s", async (_, host, namespaces) => {
    const services = [
      manifestsOf(microservice({ name: "receipts", namespace: "declarations" })),
      manifestsOf(microservice({ name: "card-payments", namespace: "payments" })),
    ];
    const { registrations } = await record(() => {
      const cluster = new kubernetes.Provider("cluster", {});
      const args = { clusterUid, services, vault, ...(host === undefined ? {} : { registry: host }) };
      new Datacenter("datacenter", args, { providers: [cluster] });
    });
    const made = registrations.filter(({ inputs }) => inputs["kind"] === "ExternalSecret");
    expect(made.map(({ inputs }) => at(inputs, "metadata", "namespace"))).toEqual(namespaces);
  });
});
