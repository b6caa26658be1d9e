import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { generated, privateKey, supplied } from "../../../components/secrets.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { deploymentOf, environmentOf, microservice, podOf, vault } from "../../support/fixtures.ts";
import { injected } from "../../support/injector.ts";
import { restrictedViolations } from "../../support/podSecurity.ts";

const service: Microservice = microservice({
  secrets: { DB_PASSWORD: generated(), API_KEY: supplied({ description: "from the acquirer" }) },
  secretDelivery: "files",
});
const issued: Microservice = { ...service, secrets: { ...service.secrets, SIGNING_KEY: privateKey() } };

/** Descriptions to whose pods the injector adds an agent. */
const readsFiles = microserviceArbitrary.filter((each) => resolveMicroservice(each).secrets.agent !== undefined);

function annotationsOf(described: Microservice): Record<string, string> {
  const stated = deploymentOf(described).spec?.template.metadata?.annotations ?? {};
  const own = Object.entries(stated).filter(([name]) => name.startsWith("vault.hashicorp.com/"));
  return Object.fromEntries(own.map(([name, value]) => [name.replace("vault.hashicorp.com/", ""), String(value)]));
}

describe("files by Vault Agent", () => {
  test("each value is a file of its key's name that only the service's user reads, and holds nothing else", () => {
    const annotations = annotationsOf(service);
    expect(annotations).toMatchObject({
      "agent-inject": "true",
      "agent-inject-secret-DB_PASSWORD": "services/data/declarations/receipts/DB_PASSWORD",
      "agent-inject-file-DB_PASSWORD": "DB_PASSWORD",
      "agent-inject-perms-DB_PASSWORD": "0400",
      "agent-inject-template-DB_PASSWORD":
        '{{- with secret "services/data/declarations/receipts/DB_PASSWORD" -}}{{ .Data.data.value }}{{- end -}}',
      "agent-inject-file-API_KEY": "API_KEY",
      "agent-run-as-same-user": "true",
    });
  });

  test("an issued key and its certificate are read by the service's user alone", () => {
    const annotations = annotationsOf(issued);
    expect(annotations["agent-inject-perms-SIGNING_KEY"]).toBe("0400");
    const written = String(annotations["agent-inject-template-SIGNING_KEY"]).matchAll(
      /writeToFile "[^"]+" "" "" "(\d+)"/g,
    );
    expect([...new Set([...written].map(([, mode]) => mode))]).toEqual(["0600"]);
  });

  test("the agent knows its Vault, the Vault's authority, the login and a token that only Vault takes", () => {
    expect(annotationsOf(service)).toMatchObject({
      service: vault.address,
      role: "gemelos-services",
      "auth-path": "auth/kubernetes-dc1",
      "ca-cert": "/etc/vault-ca/ca.crt",
      "agent-service-account-token-volume-name": "vault-token",
    });
    expect(podOf(deploymentOf(service)).volumes).toContainEqual({
      name: "vault-token",
      projected: { sources: [{ serviceAccountToken: { audience: "vault", expirationSeconds: 3600, path: "token" } }] },
    });
    expect(podOf(deploymentOf(service)).automountServiceAccountToken).toBe(false);
  });

  test("Spring reads the files as properties, not optionally; none of them is a variable", () => {
    const environment = environmentOf(deploymentOf(service));
    expect(environment["SPRING_CONFIG_IMPORT"]).toBe("configtree:/vault/secrets/");
    expect(Object.keys(environment)).not.toContain("DB_PASSWORD");
  });

  test("without keys to renew no agent stays beside the service; with them one does", () => {
    expect(injected(deploymentOf(service)).containers).toHaveLength(1);
    expect(injected(deploymentOf(issued)).containers).toHaveLength(2);
    expect(injected(deploymentOf(issued)).initContainers).toHaveLength(1);
  });

  test("an issued key is an SSL bundle of Spring, in a folder of its own", () => {
    const environment = environmentOf(deploymentOf(issued));
    expect(environment).toMatchObject({
      SIGNING_KEY: "/certificates/signingkey",
      SPRING_SSL_BUNDLE_PEM_SIGNINGKEY_KEYSTORE_CERTIFICATE: "file:/certificates/signingkey/tls.crt",
      SPRING_SSL_BUNDLE_PEM_SIGNINGKEY_KEYSTORE_PRIVATEKEY: "file:/certificates/signingkey/tls.key",
      SPRING_SSL_BUNDLE_PEM_SIGNINGKEY_RELOADONUPDATE: "true",
    });
    expect(environmentOf(deploymentOf({ ...issued, secretDelivery: "env" }))).toMatchObject({
      SIGNING_KEY: "/certificates/signingkey",
    });
  });

  test("an annotation's name stays within Kubernetes' 63 characters for the longest key", () => {
    const key = "K".repeat(40);
    const names = Object.keys(annotationsOf({ ...service, secrets: { [key]: privateKey() } }));
    expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(63);
  });

  test("the injector takes every pod, which stays within Pod Security restricted", () => {
    fc.assert(
      fc.property(readsFiles, (described) => {
        const deployment = deploymentOf(described);
        const spec = injected(deployment);
        expect(restrictedViolations({ ...deployment.spec?.template, spec })).toEqual([]);
      }),
    );
  });
});

test("where variables carry the values, no agent comes, and Reloader rolls the pods after a rotation", () => {
  const deployment = deploymentOf({ ...service, secretDelivery: "env" });
  expect(annotationsOf({ ...service, secretDelivery: "env" })).toEqual({});
  expect(deployment.metadata.annotations).toMatchObject({ "reloader.stakater.com/auto": "true" });
  expect(deploymentOf(service).metadata.annotations).not.toHaveProperty("reloader.stakater.com/auto");
  expect(deploymentOf(microservice()).metadata.annotations).not.toHaveProperty("reloader.stakater.com/auto");
});
