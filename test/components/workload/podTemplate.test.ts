import { expect, test } from "vitest";
import { certificate, generated, privateKey } from "../../../components/secrets.ts";
import { containerOf, deploymentOf, microservice, podOf } from "../../support/fixtures.ts";

const issued = { TLS_CERTIFICATE: certificate(), TLS_KEY: privateKey() };

test("replicas are spread by their own service's pods, not by whatever else runs on a node", () => {
  const [spread] = podOf(deploymentOf(microservice())).topologySpreadConstraints ?? [];
  expect(spread?.labelSelector?.matchLabels).toMatchObject({ "app.kubernetes.io/name": "receipts" });
});

test("an issued key is mounted from its own Secret where Vault Agent does not bring it", () => {
  const volumes = (secretDelivery: "env" | "files") =>
    podOf(deploymentOf(microservice({ secretDelivery, secrets: issued }))).volumes?.filter(({ secret }) => secret);
  expect(volumes("env")).toEqual([
    { name: "tlscertificate", secret: { secretName: "receipts-pki-tlscertificate" } },
    { name: "tlskey", secret: { secretName: "receipts-pki-tlskey" } },
  ]);
  expect(volumes("files")).toEqual([]);
});

test("metrics are scraped where a service has them, and Vault Agent comes where it brings something", () => {
  const annotations = (stated: object) => deploymentOf(microservice(stated)).spec?.template.metadata?.annotations ?? {};
  expect(annotations({})).toMatchObject({ "prometheus.io/scrape": "true", "prometheus.io/port": "17137" });
  expect(annotations({ metrics: "none" })).toEqual({});
  const files = { secretDelivery: "files", secrets: { DB_PASSWORD: generated() } };
  expect(annotations(files)).toHaveProperty(["vault.hashicorp.com/agent-inject"]);
  expect(annotations({ secrets: { DB_PASSWORD: generated() } })).not.toHaveProperty([
    "vault.hashicorp.com/agent-inject",
  ]);
});

test("further labels and annotations stand beside the component's own, which win", () => {
  const { metadata } =
    deploymentOf(microservice({ podLabels: { team: "receipts" }, podAnnotations: { "linkerd.io/inject": "enabled" } }))
      .spec?.template ?? {};
  expect(metadata?.labels).toMatchObject({ team: "receipts", "app.kubernetes.io/name": "receipts" });
  expect(metadata?.annotations).toMatchObject({ "linkerd.io/inject": "enabled", "prometheus.io/scrape": "true" });
});

test("a directory in memory counts for the memory limit, and not for the node's disk", () => {
  const inMemory = deploymentOf(microservice({ emptyDirs: { "/run/keys": { sizeLimit: "16Mi", medium: "Memory" } } }));
  expect(podOf(inMemory).volumes).toContainEqual({
    name: "dir-run-keys",
    emptyDir: { medium: "Memory", sizeLimit: "16Mi" },
  });
  const storage = (deployment: typeof inMemory) => containerOf(deployment).resources?.requests?.["ephemeral-storage"];
  expect(storage(inMemory)).toBe(storage(deploymentOf(microservice())));
});

test("a key of a Secret is a file that hides nothing beside it, and a whole Secret is a directory", () => {
  const deployment = deploymentOf(
    microservice({
      secretFiles: {
        "/etc/keys/store.p12": { secretName: "signer.keys", key: "keystore.p12" },
        "/etc/trust": { secretName: "partners" },
      },
    }),
  );
  expect(podOf(deployment).volumes?.filter(({ secret }) => secret)).toEqual([
    { name: "secret-partners", secret: { secretName: "partners" } },
    {
      name: "secret-signer-keys",
      secret: { secretName: "signer.keys", items: [{ key: "keystore.p12", path: "keystore.p12" }] },
    },
  ]);
  expect(containerOf(deployment).volumeMounts?.filter(({ name }) => name.startsWith("secret-"))).toEqual([
    { name: "secret-signer-keys", mountPath: "/etc/keys/store.p12", subPath: "keystore.p12", readOnly: true },
    { name: "secret-partners", mountPath: "/etc/trust", readOnly: true },
  ]);
  expect(deployment.metadata.annotations).toHaveProperty(["reloader.stakater.com/auto"], "true");
});

test("pods go to the nodes that the description asks for, and to any where it asks for none", () => {
  const placed = { nodeSelector: { disk: "ssd" }, tolerations: [{ key: "dedicated", value: "java" }] };
  expect(podOf(deploymentOf(microservice(placed)))).toMatchObject(placed);
  expect(podOf(deploymentOf(microservice()))).not.toHaveProperty("nodeSelector");
  expect(podOf(deploymentOf(microservice()))).not.toHaveProperty("tolerations");
});
