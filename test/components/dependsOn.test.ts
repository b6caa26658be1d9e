import * as kubernetes from "@pulumi/kubernetes";
import type * as pulumi from "@pulumi/pulumi";
import * as random from "@pulumi/random";
import * as vaultProvider from "@pulumi/vault";
import { expect, test } from "vitest";
import {
  certificate,
  Datacenter,
  generated,
  JavaMicroservice,
  microserviceManifests,
  VaultSecrets,
} from "../../components/index.ts";
import { release, resolved, site, vault } from "../support/fixtures.ts";
import { type Recorded, record } from "../support/record.ts";

/** A service that has every kind of child, in Vault too. */
const manifests = microserviceManifests({
  service: resolved({
    exposure: { host: "api" },
    secrets: { DB_PASSWORD: generated(), TLS: certificate({ keyStorePassword: "DB_PASSWORD" }) },
  }),
  site,
  release,
  configuration: { "application.yaml": "a: 1\n" },
});

/** What is made below a component of that name, however deep: everything that a provider makes or reads. */
function belowComponent({ registrations }: Recorded, name: string): string[] {
  const parents = new Map(registrations.map(({ urn, parent }) => [urn, parent]));
  const component = registrations.find((each) => each.name === name)?.urn;
  const isBelow = (urn: string): boolean => {
    const parent = parents.get(urn) ?? "";
    return parent !== "" && (parent === component || isBelow(parent));
  };
  return registrations.filter(({ custom, urn }) => custom && isBelow(urn)).map((each) => each.name);
}

test.each<[string, number, (options: pulumi.ComponentResourceOptions) => pulumi.ComponentResource]>([
  ["JavaMicroservice", 15, (options) => new JavaMicroservice("made", manifests, options)],
  [
    "VaultSecrets",
    7,
    (options) => {
      if (manifests.vault === undefined) throw new Error("the service needs nothing of Vault");
      return new VaultSecrets("made", manifests.vault, options);
    },
  ],
  [
    "Datacenter",
    15,
    (options) =>
      new Datacenter("made", { clusterUid: "uid", services: [manifests], vault, registry: site.registry }, options),
  ],
])("everything that a %s makes or reads comes after what its options name (%d resources)", async (_, count, make) => {
  const recorded = await record(
    () => {
      const cluster = new kubernetes.Provider("kubernetes", {});
      const secrets = new vaultProvider.Provider("vault", { address: vault.address });
      const first = new kubernetes.core.v1.ConfigMap("first", {}, { provider: cluster });
      make({ providers: [cluster, secrets, new random.Provider("random")], dependsOn: [first] });
    },
    { uid: "uid" },
  );
  const below = belowComponent(recorded, "made");
  const early = below.filter((name) => !recorded.awaitedBy(name).has("first"));
  expect(early).toEqual([]);
  expect(below).toHaveLength(count);
});
