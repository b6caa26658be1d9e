import * as kubernetes from "@pulumi/kubernetes";
import * as vaultProvider from "@pulumi/vault";
import { describe, expect, test } from "vitest";
import { Datacenter } from "../../components/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import { manifestsOf, microservice, vault } from "../support/fixtures.ts";
import { clusterUid, type Recorded, record } from "../support/record.ts";
import { rejectionsOf } from "../support/rejections.ts";

const services = [
  manifestsOf(microservice({ name: "receipts", namespace: "declarations" })),
  manifestsOf(microservice({ name: "card-payments", namespace: "payments", cardholderData: true })),
];

describe("the site's Vault", () => {
  const site = {
    ...vault,
    auditLog: "/var/log/vault/audit.log",
    kubernetes: { address: "https://kubernetes.dc1.tax.example:6443", caCertificate: vault.caCertificate },
  };
  const withVault = (expectedUid: string = clusterUid, registry?: string) =>
    record(() => {
      const cluster = new kubernetes.Provider("cluster", {});
      const secrets = new vaultProvider.Provider("vault", { address: vault.address });
      const args = {
        ...{ clusterUid: expectedUid, services, vault: site },
        ...(registry === undefined ? {} : { registry }),
      };
      const datacenter = new Datacenter("datacenter", args, { providers: [cluster, secrets] });
      new kubernetes.core.v1.ServiceAccount(
        "first-object",
        { metadata: { namespace: "payments" } },
        { provider: cluster, dependsOn: [...datacenter.namespaceResources("payments")] },
      );
    });
  const named = ({ registrations }: Recorded, name: string) => registrations.find((each) => each.name === name);

  test("has the mounts of values and keys, the login of this cluster, the authority and the audit log", async () => {
    const recorded = await withVault();
    expect(named(recorded, "datacenter-vault-services")?.inputs).toMatchObject({
      path: "services",
      type: "kv",
      options: { version: "2" },
    });
    expect(named(recorded, "datacenter-vault-pki")?.inputs).toMatchObject({ path: "pki", type: "pki" });
    expect(named(recorded, "datacenter-vault-auth")?.inputs).toMatchObject({
      path: "kubernetes-dc1",
      type: "kubernetes",
    });
    expect(named(recorded, "datacenter-vault-auth-config")?.inputs).toMatchObject({
      kubernetesHost: site.kubernetes.address,
      kubernetesCaCert: site.kubernetes.caCertificate,
      disableLocalCaJwt: true,
    });
    expect(named(recorded, "datacenter-vault-audit")?.inputs).toMatchObject({
      type: "file",
      options: { file_path: "/var/log/vault/audit.log" },
    });
    expect(named(recorded, "datacenter-vault-authority")?.inputs).toMatchObject({ type: "internal" });
  });

  test.each([undefined, "registry.dc1.tax.example:5000"])(
    "is there before the first object of a service, also where the registry is %s",
    async (registry) => {
      const { registrations } = await withVault(clusterUid, registry);
      const before = new Map(registrations.map(({ urn, dependencies }) => [urn, dependencies]));
      const awaited = new Set<string>();
      const follow = (urn: string) => {
        if (awaited.has(urn)) return;
        awaited.add(urn);
        before.get(urn)?.forEach(follow);
      };
      follow(registrations.find(({ name }) => name === "first-object")?.urn ?? "");
      for (const part of ["services", "pki", "auth", "auth-config", "audit", "authority"]) {
        expect(
          [...awaited].some((urn) => urn.endsWith(`::datacenter-vault-${part}`)),
          part,
        ).toBe(true);
      }
    },
  );

  test("never loses a mount by a side effect: each is protected and stays when it is taken out", async () => {
    const recorded = await withVault();
    for (const part of ["services", "pki", "auth", "audit", "authority"]) {
      expect(named(recorded, `datacenter-vault-${part}`)?.options, part).toMatchObject({
        protect: true,
        retainOnDelete: true,
      });
    }
  });

  test("has the registry's credentials, which become the pull Secret of each namespace and nothing else", async () => {
    const registry = "registry.dc1.tax.example:5000";
    const recorded = await withVault(clusterUid, registry);
    expect(named(recorded, "datacenter-vault-registry-role")?.inputs).toMatchObject({
      boundServiceAccountNames: ["registry-credentials"],
      boundServiceAccountNamespaces: ["declarations", "payments"],
      audience: "vault",
      tokenPolicies: ["site-registry"],
    });
    const policy = String(named(recorded, "datacenter-vault-registry-policy")?.inputs["policy"]);
    expect(policy.match(/services[^"]*/g)).toEqual(["services/data/sites/registry"]);
    for (const namespace of ["declarations", "payments"]) {
      const spec = at(named(recorded, `datacenter-${namespace}-registry-secret`)?.inputs, "spec");
      expect(at(spec, "target", "name")).toBe("registry");
      expect(at(spec, "target", "template", "type")).toBe("kubernetes.io/dockerconfigjson");
      const template = String(at(spec, "target", "template", "data", ".dockerconfigjson"));
      const filled = template.replace("{{ .value | b64enc }}", btoa("puller:secret"));
      expect(JSON.parse(filled)).toEqual({ auths: { [registry]: { auth: btoa("puller:secret") } } });
    }
    expect(named(await withVault(), "datacenter-payments-registry-secret")).toBeUndefined();
  });

  test("holds no reviewer's token in any input", async () => {
    const { registrations } = await withVault();
    expect(JSON.stringify(registrations.map(({ inputs }) => inputs))).not.toMatch(/tokenReviewerJwt/i);
  });

  test("is not touched where the cluster is another one", async () => {
    const { result, messages } = await rejectionsOf(() => withVault("00000000-0000-4000-8000-000000000000"));
    expect(result.registrations.filter(({ type }) => type.startsWith("vault:"))).toEqual([]);
    expect(messages.join()).toContain("wrong cluster");
  });
});
