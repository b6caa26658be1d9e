import { createPrivateKey, type KeyObject, sign } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { CoreV1Api, KubeConfig } from "@kubernetes/client-node";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { vaultMounts } from "../../../components/vault/mounts.ts";
import { pkiRoleNames } from "../../../components/vault/pki.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { describedSite } from "../../../sandbox/sites/siteConfiguration.ts";
import { vaultUrl } from "../../../sandbox/sites/vault.ts";
import { loadCatalogue } from "../../../services/index.ts";
import { askVault } from "../../support/askVault.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

// A site in which the whole program has been deployed: its cluster, its Vault, and the name of its auth mount.
const address = process.env["GEMELOS_SANDBOX_VAULT_ADDR"] ?? "";
const mount = "kubernetes-dc1";
const ca = await readFile(process.env["VAULT_CACERT"] ?? "", "utf8");
const cluster = clusterOf(process.env["GEMELOS_SANDBOX_CONTEXT"] ?? "");

function clusterOf(context: string): CoreV1Api {
  const config = new KubeConfig();
  config.loadFromFile(process.env["GEMELOS_SANDBOX_KUBECONFIG"] ?? "");
  config.setCurrentContext(context);
  return config.makeApiClient(CoreV1Api);
}

const services = (await loadCatalogue()).map(({ service }) => service).filter(({ secrets }) => secrets.fromVault);
const accounts = services.map(({ name, namespace }) => ({ name, namespace }));
type Account = (typeof accounts)[number];

let quick: ProjectCopy;

beforeAll(async () => {
  quick = await quickProject();
  for (const name of ["dc1", "dc2"]) {
    const site = await LiveSite.open(name, { program: quick.path("index.ts") });
    await site.succeed("up");
  }
});

afterAll(() => quick.dispose());

/** A token of a service account, as the operator and the agent ask for one. */
async function accountToken({ name, namespace }: Account, audience = "vault", of = cluster): Promise<string> {
  const body = { spec: { audiences: [audience], expirationSeconds: 600 } };
  const answer = await of.createNamespacedServiceAccountToken({ name, namespace, body });
  return answer.status?.token ?? "";
}

/** A token as the cluster's own key signs it. */
function accountJwt(
  { name, namespace }: Account,
  uid: string,
  { issued, expires }: { readonly issued: number; readonly expires: number },
  key: KeyObject,
): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const claims = {
    ...{ aud: ["vault"], exp: expires, iat: issued, nbf: issued },
    iss: "https://kubernetes.default.svc.cluster.local",
    sub: `system:serviceaccount:${namespace}:${name}`,
    "kubernetes.io": { namespace, serviceaccount: { name, uid } },
  };
  const text = `${part({ alg: "ES256", typ: "JWT" })}.${part(claims)}`;
  return `${text}.${sign("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" }).toString("base64url")}`;
}

async function login(
  jwt: string,
  role = "gemelos-services",
): Promise<{ status: number; token: string; policies: unknown }> {
  const { status, body } = await askVault({ address, ca }, "POST", `auth/${mount}/login`, { role, jwt });
  return { status, token: String(at(body, "auth", "client_token") ?? ""), policies: at(body, "auth", "policies") };
}

const readStatus = async (token: string, path: string) => (await askVault({ address, ca, token }, "GET", path)).status;

describe("the identity of every service in the catalogue", () => {
  it("logs in as itself, with the policy of services alone, and reads each of its own values", async () => {
    for (const service of services) {
      const { token, policies } = await login(await accountToken(service));
      expect(policies).toEqual(["gemelos-services"]);
      for (const { path } of service.secrets.stored) {
        expect(await readStatus(token, `${vaultMounts.services}/data/${path}`), path).toBe(200);
      }
    }
  });

  it("for every pair: reads none of the other's values, and gets no key in the other's name", async () => {
    const table: Record<string, Record<string, string>> = {};
    for (const service of services) {
      const jwt = await accountToken(service);
      const { token } = await login(jwt);
      for (const other of services.filter((each) => each !== service)) {
        for (const { path } of other.secrets.stored) {
          expect(await readStatus(token, `${vaultMounts.services}/data/${path}`), path).toBe(403);
        }
        for (const role of Object.values(pkiRoleNames)) {
          const asked = { common_name: `${other.name}.${other.namespace}.svc`, ttl: "1h" };
          const { status } = await askVault({ address, ca, token }, "POST", `pki/issue/${role}`, asked);
          expect(status, `${service.name} as ${other.name}`).toBe(400);
        }
        expect((await login(jwt, "gemelos-registry")).status, service.name).toBe(403);
        const denied = other.secrets.stored.length + 2;
        table[service.name] = { ...table[service.name], [other.name]: `${denied} denied` };
      }
    }
    console.table(table);
    const pairs = Object.values(table).flatMap((row) => Object.keys(row));
    expect(pairs).toHaveLength(services.length * (services.length - 1));
  });

  it("is worth nothing with another audience, and shows nothing to another account or another namespace", async () => {
    for (const service of services) {
      expect((await login(await accountToken(service, "another"))).status).toBeGreaterThanOrEqual(400);
      for (const namespace of [service.namespace, "default"]) {
        const { token } = await login(await accountToken({ name: "default", namespace }));
        for (const { path } of service.secrets.stored) {
          expect(await readStatus(token, `${vaultMounts.services}/data/${path}`), path).toBe(403);
        }
      }
    }
  });

  it("is worth nothing once its token has expired", async () => {
    const dc1 = await LiveSite.open("dc1");
    const key = createPrivateKey(await readFile(join(dc1.sandbox.state, "dc1", "accounts-key.pem")));
    const now = Math.floor(Date.now() / 1000);
    for (const account of accounts) {
      const { metadata } = await cluster.readNamespacedServiceAccount(account);
      // As the API server signs them, which gives none that lasts less than ten minutes.
      const signed = (expires: number) =>
        accountJwt(account, metadata?.uid ?? "", { issued: now - 3600, expires }, key);
      expect((await login(signed(now + 300))).status, account.name).toBe(200);
      expect((await login(signed(now - 60))).status, account.name).toBe(403);
    }
  });

  it("reads the registry's credentials with their own account only", async () => {
    for (const { namespace } of services) {
      const account = { name: "registry-credentials", namespace };
      const { token } = await login(await accountToken(account), "gemelos-registry");
      expect(await readStatus(token, `${vaultMounts.services}/data/sites/registry`)).toBe(200);
      for (const { path } of services.flatMap((service) => service.secrets.stored)) {
        expect(await readStatus(token, `${vaultMounts.services}/data/${path}`)).toBe(403);
      }
    }
    for (const service of services) {
      const { token } = await login(await accountToken(service));
      expect(await readStatus(token, `${vaultMounts.services}/data/sites/registry`)).toBe(403);
    }
  });

  it("is worth nothing in the other site's Vault, which takes its own services'", async () => {
    const dc2 = await LiveSite.open("dc2");
    const there = { address: vaultUrl(dc2.site.record), ca: dc2.site.record.caCertificate };
    for (const service of services) {
      const body = { role: "gemelos-services", jwt: await accountToken(service) };
      const { status } = await askVault(there, "POST", "auth/kubernetes-dc2/login", body);
      expect(status, service.name).toBeGreaterThanOrEqual(400);
      const { token } = await login(body.jwt);
      for (const { path } of service.secrets.stored) {
        const read = await askVault({ ...there, token }, "GET", `${vaultMounts.services}/data/${path}`);
        expect(read.status, path).toBe(403);
      }
      const own = await accountToken(service, "vault", clusterOf(describedSite(dc2.site.stack).kubernetes.context));
      const welcome = await askVault(there, "POST", "auth/kubernetes-dc2/login", { ...body, jwt: own });
      expect(welcome.status, service.name).toBe(200);
    }
  });
});
