import * as kubernetes from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import * as vaultProvider from "@pulumi/vault";
import { describe, expect, test } from "vitest";
import {
  certificate,
  generated,
  JavaMicroservice,
  type Microservice,
  type MicroserviceSite,
  privateKey,
  supplied,
  VaultSecrets,
} from "../../components/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import { manifestsOf, microservice, release, site, vault } from "../support/fixtures.ts";
import { type Recorded, record } from "../support/record.ts";

const service: Microservice = microservice({
  secrets: {
    DB_PASSWORD: generated({ length: 40 }),
    GATEWAY_API_KEY: supplied({ description: "from the acquirer" }),
    SIGNING_KEY: privateKey(),
    TLS: certificate({ validityDays: 60 }),
  },
});
const byFiles: Microservice = { ...service, secretDelivery: "files" };

function providers() {
  return [
    new kubernetes.Provider("kubernetes", {}),
    new vaultProvider.Provider("vault", { address: vault.address }),
    new random.Provider("random"),
  ];
}

function make(described: Microservice): Promise<Recorded> {
  return record(() => {
    const { vault: manifests } = manifestsOf(described);
    if (manifests === undefined) throw new Error(`${described.name} needs nothing of Vault`);
    new VaultSecrets("receipts-secrets", manifests, { providers: providers() });
  });
}

function named({ registrations }: Recorded, name: string) {
  const found = registrations.find((each) => each.name === name);
  if (found === undefined) throw new Error(`no resource ${name}`);
  return found;
}

describe("one service's slice of Vault", () => {
  test("changes nothing that decides who may read: of Vault it makes values alone", async () => {
    const { registrations } = await make(service);
    const types = registrations.map(({ type }) => type).filter((type) => type.startsWith("vault:"));
    expect(types).toEqual(["vault:kv/secretV2:SecretV2"]);
  });

  test("a generated value is written once: neither a new length nor a rotated value is a reason to write again", async () => {
    const recorded = await make(service);
    const value = named(recorded, "receipts-secrets-DB_PASSWORD-value");
    expect(value).toMatchObject({
      type: "random:index/randomPassword:RandomPassword",
      inputs: { length: 40 },
      options: { ignoreChanges: ["length", "overrideSpecial"] },
    });
    expect(named(recorded, "receipts-secrets-DB_PASSWORD")).toMatchObject({
      inputs: { mount: "services", name: "declarations/receipts/DB_PASSWORD" },
      options: { ignoreChanges: ["dataJson"], retainOnDelete: true },
    });
    expect(JSON.stringify(named(recorded, "receipts-secrets-DB_PASSWORD"))).not.toContain("disableRead");
  });

  test("a generated value is drawn from the whole alphabet, and from nothing else", async () => {
    const { inputs } = named(await make(service), "receipts-secrets-DB_PASSWORD-value");
    expect(inputs).toMatchObject({ special: true, upper: false, lower: false, numeric: false });
    const drawn = new Set(String(inputs["overrideSpecial"]));
    const range = (from: string, to: string) =>
      Array.from({ length: to.charCodeAt(0) - from.charCodeAt(0) + 1 }, (_, index) =>
        String.fromCharCode(from.charCodeAt(0) + index),
      );
    expect([...drawn].sort()).toEqual([...range("0", "9"), ...range("A", "Z"), ...range("a", "z")]);
  });

  test("no supplied value passes through the program: nothing is written at its path", async () => {
    const { registrations } = await make(service);
    const written = registrations.filter(({ type }) => type === "vault:kv/secretV2:SecretV2");
    expect(written.map(({ inputs }) => inputs["name"])).toEqual(["declarations/receipts/DB_PASSWORD"]);
  });
});

describe("delivery by variables", () => {
  test("a store of the service's own account, and one Secret with a key for each value", async () => {
    const recorded = await make(service);
    expect(at(recorded.manifest("SecretStore"), "spec", "provider", "vault")).toMatchObject({
      server: vault.address,
      path: "services",
      version: "v2",
      caProvider: { type: "ConfigMap", name: at(recorded.manifest("ConfigMap"), "metadata", "name"), key: "ca.crt" },
      auth: {
        kubernetes: {
          mountPath: "kubernetes-dc1",
          role: "gemelos-services",
          serviceAccountRef: { name: "receipts", audiences: ["vault"] },
        },
      },
    });
    expect(at(recorded.manifest("ExternalSecret", "receipts"), "spec")).toMatchObject({
      target: { name: "receipts-secrets", creationPolicy: "Owner" },
      data: [
        { secretKey: "DB_PASSWORD", remoteRef: { key: "declarations/receipts/DB_PASSWORD", property: "value" } },
        {
          secretKey: "GATEWAY_API_KEY",
          remoteRef: { key: "declarations/receipts/GATEWAY_API_KEY", property: "value" },
        },
      ],
    });
  });

  test("an issued key has a Secret of its own, renewed when a third of its time is left", async () => {
    const recorded = await make(service);
    expect(at(recorded.manifest("VaultDynamicSecret", "receipts-pki-tls"), "spec")).toMatchObject({
      path: "pki/issue/certificate",
      parameters: { common_name: "receipts.declarations.svc", ttl: "1440h" },
    });
    expect(at(recorded.manifest("ExternalSecret", "receipts-pki-tls"), "spec", "refreshInterval")).toBe("960h");
  });

  test("a key store for Java has the password that the service reads, and is made from the same key", async () => {
    const secrets = { TLS: certificate({ keyStorePassword: "STORE_PASSWORD" }), STORE_PASSWORD: generated() };
    const recorded = await make(microservice({ secrets }));
    const spec = at(recorded.manifest("ExternalSecret", "receipts-pki-tls"), "spec");
    expect(at(spec, "secretStoreRef")).toEqual({ kind: "SecretStore", name: "receipts" });
    expect(at(spec, "data")).toEqual([
      {
        secretKey: "keystore_password",
        remoteRef: { key: "declarations/receipts/STORE_PASSWORD", property: "value" },
      },
    ]);
    expect(at(spec, "target", "template", "data", "keystore.p12")).toBe(
      '{{ fullPemToPkcs12Pass (printf "%s\\n%s" .certificate .issuing_ca) .private_key .keystore_password | b64dec }}',
    );
    const plain = await make(service);
    expect(at(plain.manifest("ExternalSecret", "receipts-pki-tls"), "spec")).not.toHaveProperty("secretStoreRef");
  });

  test("the operator reads only when the values are there", async () => {
    const recorded = await make(service);
    expect([...recorded.awaitedBy("receipts-secrets-external-secret")]).toEqual(
      expect.arrayContaining(["receipts-secrets-authority", "receipts-secrets-DB_PASSWORD"]),
    );
  });
});

describe("delivery by files", () => {
  test("leaves nothing in etcd: no store, no ExternalSecret, no generator", async () => {
    const recorded = await make(byFiles);
    const kinds = recorded.registrations.flatMap(({ inputs }) => inputs["kind"] ?? []);
    expect(kinds).toEqual(["ConfigMap"]);
  });
});

describe("under a JavaMicroservice", () => {
  const whole = (described: Microservice, where: MicroserviceSite = site) =>
    record(() => {
      new JavaMicroservice("receipts", { service: described, site: where, release }, { providers: providers() });
    });

  test("the pod starts after what it needs", async () => {
    const recorded = await whole(service);
    expect([...recorded.awaitedBy("receipts-deployment")]).toEqual(
      expect.arrayContaining(["receipts-secrets-external-secret", "receipts-service-account"]),
    );
  });

  test("another delivery is one word, and rolls the pods", async () => {
    const template = async (described: Microservice) =>
      at((await whole(described)).manifest("Deployment"), "spec", "template");
    expect(await template(byFiles)).not.toEqual(await template(service));
  });

  test("a site without a Vault is a problem of the description, and nothing is registered", async () => {
    const { vault: _, ...without } = site;
    await record(() => {
      expect(() => new JavaMicroservice("receipts", { service, site: without, release })).toThrow(/the site has none/);
    });
  });

  test("transforms have the last word on the operator's objects", async () => {
    const described: Microservice = {
      ...service,
      transforms: {
        secretStore: (manifest) => ({ ...manifest, metadata: { ...manifest.metadata, annotations: { a: "store" } } }),
        externalSecret: (manifest) => ({ ...manifest, spec: { ...manifest.spec, refreshInterval: "1m" } }),
      },
    };
    const recorded = await whole(described);
    expect(at(recorded.manifest("SecretStore"), "metadata", "annotations", "a")).toBe("store");
    expect(at(recorded.manifest("ExternalSecret", "receipts"), "spec", "refreshInterval")).toBe("1m");
    expect(at(recorded.manifest("ExternalSecret", "receipts-pki-tls"), "spec", "refreshInterval")).toBe("1m");
  });
});
