import * as kubernetes from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import * as vaultProvider from "@pulumi/vault";
import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  Datacenter,
  type DatacenterTransforms,
  JavaMicroservice,
  type MicroserviceManifests,
} from "../../components/index.ts";
import { at, secretMark } from "../../recorder/registeredResource.ts";
import { catalogueArbitrary } from "../support/arbitraries.ts";
import { gatewaySite, manifestsOf, microservice, vault } from "../support/fixtures.ts";
import { clusterUid, managed, type Recorded, record } from "../support/record.ts";

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
        "hostCertificates",
        "limitRange",
        "namespace",
        "quota",
        "registrySecret",
        "servicesAuthority",
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

describe("the authority of the services' certificates", () => {
  const servicesCaCertificate = "-----BEGIN CERTIFICATE-----";
  const registry = microservice({ name: "registry", namespace: "registry", tls: true });
  const caller = microservice({ name: "caller", calls: () => [registry] });
  const exposed = microservice({ name: "exposed", namespace: "cards", tls: true, exposure: { host: "api" } });

  /** The objects with the authority's certificate, by namespace, and what a service of the namespace waits for. */
  async function authorities(...manifests: readonly MicroserviceManifests[]): Promise<string[]> {
    const recorded = await record(() => {
      const providers = [
        new kubernetes.Provider("cluster", {}),
        new vaultProvider.Provider("vault", { address: vault.address }),
        new random.Provider("random"),
      ];
      const args = { clusterUid, services: manifests, vault, servicesCaCertificate };
      const datacenter = new Datacenter("datacenter", args, { providers });
      for (const manifest of manifests) {
        const { name, namespace } = manifest.microservice;
        new JavaMicroservice(name, manifest, {
          providers,
          dependsOn: datacenter.namespaceResources(namespace),
        });
      }
    });
    const held = recorded.registrations.filter(({ inputs }) => at(inputs, "metadata", "name") === "services-ca");
    for (const { name, inputs } of held) {
      // Of a Secret nothing is shown, not even the key.
      expect(inputs["kind"] === "Secret" ? inputs["stringData"] : inputs["data"]).toEqual(
        inputs["kind"] === "Secret" ? secretMark : { "ca.crt": servicesCaCertificate },
      );
      for (const { microservice: service } of manifests) {
        if (service.namespace !== at(inputs, "metadata", "namespace")) continue;
        expect(recorded.awaitedBy(`${service.name}-deployment`)).toContain(name);
      }
    }
    return held.map(({ inputs }) => `${String(at(inputs, "metadata", "namespace"))}: ${String(inputs["kind"])}`);
  }

  test("is where callers are, and for the ingress controller beside what it must verify", async () => {
    const found = await authorities(manifestsOf(registry), manifestsOf(caller), manifestsOf(exposed));
    expect(found.toSorted()).toEqual(["cards: Secret", "declarations: ConfigMap"]);
  });

  test("is a ConfigMap for the Gateway", async () => {
    expect(await authorities(manifestsOf(exposed, gatewaySite))).toEqual(["cards: ConfigMap"]);
  });

  test("is nowhere where nobody speaks TLS", async () => {
    expect(await authorities(manifestsOf(microservice({ exposure: { host: "api" } })))).toEqual([]);
  });
});

test("a transform that opens a namespace is refused, and all of them at once", async () => {
  const transforms: DatacenterTransforms = {
    namespace: (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, labels: {} } }),
    networkPolicy: (manifest) => ({ ...manifest, spec: { podSelector: {}, egress: [{}] } }),
  };
  const said: string[] = [];
  await record(() => {
    const cluster = new kubernetes.Provider("cluster", {});
    try {
      new Datacenter("datacenter", { clusterUid, services, transforms }, { providers: [cluster] });
    } catch (error) {
      said.push(String(error));
    }
  });
  expect(said[0]).toMatch(/Datacenter: transforms\.namespace: lifts the protection podSecurity of Namespace payments/);
  expect(said[0]).toMatch(/Datacenter: transforms\.networkPolicy: lifts .* networkRules of NetworkPolicy default-deny/);
});
