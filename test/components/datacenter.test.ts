import * as kubernetes from "@pulumi/kubernetes";
import * as vaultProvider from "@pulumi/vault";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  certificate,
  Datacenter,
  generated,
  type Microservice,
  type MicroserviceManifests,
} from "../../components/index.ts";
import { existingState } from "../../recorder/offlineReads.ts";
import { at } from "../../recorder/registeredResource.ts";
import { catalogueArbitrary } from "../support/arbitraries.ts";
import { manifestsOf, microservice, vault } from "../support/fixtures.ts";
import { clusterUid, type Recorded, record } from "../support/record.ts";
import { rejectionsOf } from "../support/rejections.ts";

const services = [
  manifestsOf(microservice({ name: "receipts", namespace: "declarations" })),
  manifestsOf(microservice({ name: "card-payments", namespace: "payments", cardholderData: true })),
];

async function make(expectedUid: string = clusterUid, look: (made: Datacenter) => void = () => {}): Promise<Recorded> {
  return record(() => {
    const cluster = new kubernetes.Provider("cluster", { context: "tax-dc1" });
    look(new Datacenter("datacenter", { clusterUid: expectedUid, services }, { providers: [cluster] }));
  });
}

/** What somebody asked of a provider to make: no component, no provider, nothing that is only read. */
function managed({ registrations }: Recorded) {
  return registrations.filter(
    ({ custom, type, read }) => custom && read === undefined && !type.startsWith("pulumi:providers:"),
  );
}

test("each namespace has its boundary: quota, limits, closed by default but for DNS", async () => {
  const recorded = await make();
  for (const namespace of ["declarations", "payments"]) {
    expect(at(recorded.manifest("Namespace", namespace), "metadata", "labels")).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
      "gemelos.dev/cardholder-data": String(namespace === "payments"),
    });
    const inside = recorded.registrations.filter(({ inputs }) => at(inputs, "metadata", "namespace") === namespace);
    const names = inside.map(({ inputs }) => `${String(inputs["kind"])} ${String(at(inputs, "metadata", "name"))}`);
    expect(names.toSorted()).toEqual([
      "LimitRange containers",
      "NetworkPolicy allow-dns",
      "NetworkPolicy default-deny",
      "ResourceQuota services",
    ]);
    const urn = recorded.registrations.find(({ name }) => name === `datacenter-${namespace}`)?.urn ?? "";
    for (const { dependencies } of inside) expect(dependencies).toContain(urn);
  }
});

test("namespaces come in the order of their names, and nothing changes with the order of the services", async () => {
  const registered = (members: readonly MicroserviceManifests[]) =>
    record(() => {
      const cluster = new kubernetes.Provider("cluster", {});
      new Datacenter("datacenter", { clusterUid, services: members }, { providers: [cluster] });
    });
  await fc.assert(
    fc.asyncProperty(catalogueArbitrary(), async (catalogue) => {
      const members = catalogue.map((service) => manifestsOf(service));
      const { registrations } = await registered(members);
      const namespaces = registrations.filter(({ inputs }) => inputs["kind"] === "Namespace");
      expect(namespaces.map(({ inputs }) => at(inputs, "metadata", "name"))).toEqual(
        [...new Set(catalogue.map(({ namespace }) => namespace))].sort(),
      );
      expect((await registered(members.toReversed())).registrations).toEqual(registrations);
    }),
    { numRuns: 20 },
  );
});

test("namespaces stay when their last service goes, and nothing is protected that a removal would stumble over", async () => {
  const recorded = await make();
  const protectedNames = managed(recorded).flatMap(({ options, name }) => (options["protect"] === true ? [name] : []));
  expect(protectedNames).toEqual([]);
  const kept = managed(recorded).flatMap(({ options, name }) => (options["retainOnDelete"] === true ? [name] : []));
  expect(kept).toEqual(["datacenter-declarations", "datacenter-payments"]);
});

test("the priority classes of the descriptions exist", async () => {
  const { registrations } = await make();
  const classes = registrations.filter(({ inputs }) => inputs["kind"] === "PriorityClass");
  expect(classes.map(({ inputs }) => at(inputs, "metadata", "name"))).toEqual(["citizen-facing", "standard", "batch"]);
});

test("every object is a child with the component's name, has the provider, and is in its resources", async () => {
  const recorded = await make(clusterUid, ({ resources }) => {
    expect([...resources.namespaces.keys()]).toEqual(["declarations", "payments"]);
    for (const inside of resources.namespaces.values()) {
      expect(Object.keys(inside).sort()).toEqual([
        "allowDns",
        "defaultDeny",
        "limitRange",
        "namespace",
        "quota",
        "registrySecret",
      ]);
    }
    expect(resources.priorityClasses).toHaveLength(3);
  });
  const component = recorded.registrations.find(({ type }) => type === "gemelos:index:Datacenter");
  const provider = recorded.registrations.find(({ type }) => type === "pulumi:providers:kubernetes");
  expect(managed(recorded)).toHaveLength(13);
  for (const each of managed(recorded)) {
    expect(each.parent).toBe(component?.urn);
    expect(each.name).toMatch(/^datacenter-/);
    expect(each.provider.startsWith(`${provider?.urn}::`)).toBe(true);
  }
  expect(recorded.outputs.get(component?.urn ?? "")).toEqual({
    clusterUid,
    namespaces: ["declarations", "payments"],
  });
});

describe("what a namespace needs first", () => {
  test("has to exist before an object is put into it", async () => {
    await make(clusterUid, (datacenter) => {
      const inside = datacenter.resources.namespaces.get("payments");
      expect(datacenter.namespaceResources("payments")).toEqual([
        inside?.quota,
        inside?.limitRange,
        inside?.defaultDeny,
        inside?.allowDns,
      ]);
    });
  });

  test("is unknown of a namespace that no service has: an error names those there are", async () => {
    await make(clusterUid, (datacenter) => {
      expect(() => datacenter.namespaceResources("elsewhere")).toThrow(
        /"elsewhere" is not one of declarations, payments/,
      );
    });
  });
});

describe("the cluster's UID", () => {
  test("it is read, never managed", async () => {
    const recorded = await make();
    const reads = recorded.registrations.filter(({ read }) => read !== undefined);
    expect(reads.map(({ read, type }) => [type, read])).toEqual([["kubernetes:core/v1:Namespace", "kube-system"]]);
  });

  test("another cluster fails the program, with both UIDs in the message, and nothing is managed there", async () => {
    const expected = "00000000-1111-2222-3333-444444444444";
    const { result, messages } = await rejectionsOf(() => make(expected));
    const about = messages.filter((message) => message.includes("wrong cluster"));
    expect(about.length).toBeGreaterThan(0);
    expect(about[0]).toContain(expected);
    expect(about[0]).toContain(clusterUid);
    expect(managed(result)).toEqual([]);
  });
});

test("each transform has the last word on its kind of object", async () => {
  const labelled = <Manifest extends { metadata: object }>(manifest: Manifest): Manifest => ({
    ...manifest,
    metadata: { ...manifest.metadata, annotations: { touched: "yes" } },
  });
  const transforms = {
    namespace: labelled,
    resourceQuota: labelled,
    limitRange: labelled,
    networkPolicy: labelled,
    priorityClass: labelled,
  };
  const recorded = await record(() => {
    const cluster = new kubernetes.Provider("cluster", {});
    new Datacenter("datacenter", { clusterUid, services, transforms }, { providers: [cluster] });
  });
  for (const { inputs, name } of managed(recorded)) {
    expect(at(inputs, "metadata", "annotations", "touched"), name).toBe("yes");
  }
});

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

describe("what the deliveries need of the cluster", () => {
  const byVariables = microservice({ secrets: { DB_PASSWORD: generated() } });
  const withKey = microservice({ secrets: { TLS: certificate() } });
  const byFiles: Microservice = { ...byVariables, secretDelivery: "files" };
  const read = async (service: Microservice, readState?: typeof existingState) =>
    record(
      () => {
        const cluster = new kubernetes.Provider("cluster", {});
        new Datacenter("datacenter", { clusterUid, services: [manifestsOf(service)] }, { providers: [cluster] });
      },
      readState === undefined ? {} : { readState },
    );
  const needs = ({ registrations }: Recorded) =>
    registrations.flatMap(({ read: id, name }) => (id === undefined || id === "kube-system" ? [] : [`${name}: ${id}`]));

  test.each<[string, Microservice, readonly string[]]>([
    ["nothing for a service without secrets", microservice(), []],
    [
      "the External Secrets Operator for variables",
      byVariables,
      ["datacenter-needs-external-secrets-operator-0.17-or-newer: v1.external-secrets.io"],
    ],
    ["the injector for files", byFiles, ["datacenter-needs-vault-agent-injector: vault-agent-injector-cfg"]],
    [
      "the operator's generators for issued keys",
      withKey,
      [
        "datacenter-needs-external-secrets-operator-0.17-or-newer: v1.external-secrets.io",
        "datacenter-needs-external-secrets-operator-generators: v1alpha1.generators.external-secrets.io",
      ],
    ],
  ])("is read before the first change: %s", async (_, service, expected) => {
    expect(needs(await read(service))).toEqual(expected);
  });

  test.each([
    ["the operator", byVariables, /needs-external-secrets-operator-0\.17-or-newer.*does not exist/],
    ["the injector", byFiles, /needs-vault-agent-injector.*does not exist/],
  ])("without %s nothing is changed, and the name of what is needed is said", async (_, service, says) => {
    const bare: typeof existingState = (config, type, id) =>
      id === "kube-system" ? existingState(config, type, id) : undefined;
    const { result, messages } = await rejectionsOf(() => read(service, bare));
    expect(managed(result)).toEqual([]);
    expect(messages.join()).toMatch(says);
  });
});
