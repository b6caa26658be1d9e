import { X509Certificate } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { at } from "../../../recorder/registeredResource.ts";
import { apiServerUrl } from "../../../sandbox/sites/apiServer.ts";
import { vaultUrl } from "../../../sandbox/sites/vault.ts";
import { accountToken, login } from "../../support/accountLogin.ts";
import { authorities, issue } from "../../support/hostPairs.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import { ProjectCopy } from "../../support/projectCopy.ts";

/** A site in which two services share the host api.tax.example. */
let dc1: LiveSite;
let program: ProjectCopy;
let commands: ProjectCopy;

const api = { name: "api.tax.example", namespace: "declarations" };
const internal = { name: "taxpayers.dc1.tax.example", namespace: "taxpayers" };
const service = { name: "tax-declarations", namespace: "declarations" };

beforeAll(async () => {
  [program, commands] = await Promise.all([quickProject(), ProjectCopy.create()]);
  for (const copy of [program, commands]) {
    await copy.replace(
      "services/receipts/index.ts",
      'namespace: "declarations",',
      'namespace: "declarations",\n  exposure: { host: "api", path: "/receipts" },',
    );
  }
  dc1 = await LiveSite.open("dc1", { program: program.path("index.ts") });
  await dc1.succeed("up");
  const { caCertificate, clusterUid } = dc1.site.record;
  const file = parseDocument(await program.read("Pulumi.dc1.yaml"));
  file.setIn(["config", "gemelos:site", "vault", "caCertificate"], caCertificate);
  const ofCluster = { clusterUid, caCertificate, address: apiServerUrl(dc1.site.record) };
  for (const [key, value] of Object.entries(ofCluster)) {
    file.setIn(["config", "gemelos:site", "kubernetes", key], value);
  }
  await commands.write("Pulumi.dc1.yaml", file.toString({ lineWidth: 0 }));
});

afterAll(() => Promise.all([program.dispose(), commands.dispose()]));

/** What Vault says to an account that has logged in for a host. */
async function asHost(account: typeof api, method: "GET" | "POST", path: string, body?: unknown) {
  const { token } = await login(dc1, await accountToken(dc1, account), "gemelos-hosts");
  return dc1.askVault(method, path, body, token);
}

/** The certificate that the External Secrets Operator would bring to the cluster now. */
async function served(): Promise<X509Certificate> {
  const { body } = await asHost(api, "GET", `services/data/hosts/${api.name}`);
  return new X509Certificate(String(at(body, "data", "data", "certificate")));
}

const read = async (path: string) => (await dc1.cluster.request("GET", path)).body;

/** Runs the command with a token of exactly the policy that is printed for it. */
async function secrets(...args: string[]) {
  const printed = await commands.run("secrets", "policy", "--site", "dc1", "--for", "secrets");
  await dc1.askVault("POST", "sys/policies/acl/operator-hosts", { policy: printed.stdout });
  const options = { policies: ["operator-hosts"], no_default_policy: true, ttl: "10m" };
  const { body } = await dc1.askVault("POST", "auth/token/create", options);
  const env = { VAULT_TOKEN: String(at(body, "auth", "client_token")), KUBECONFIG: dc1.sandbox.kubeconfig };
  const [command = "", ...rest] = args;
  const where = ["--site", "dc1", "--address", vaultUrl(dc1.site.record)];
  return commands.runWith({ env }, "secrets", command, ...where, ...rest);
}

describe("a host that two services share", () => {
  it("is one ExternalSecret in the namespace, and both Ingresses name its Secret", async () => {
    const list = await read("apis/external-secrets.io/v1/namespaces/declarations/externalsecrets");
    const items: unknown = at(list, "items");
    expect.assert(Array.isArray(items));
    const ofHost = items.filter((item) => at(item, "spec", "target", "name") === "api.tax.example-tls");
    expect(ofHost.map((item) => at(item, "metadata", "name"))).toEqual(["api.tax.example"]);
    for (const name of ["receipts", "tax-declarations"]) {
      const ingress = await read(`apis/networking.k8s.io/v1/namespaces/declarations/ingresses/${name}`);
      expect(at(ingress, "spec", "tls"), name).toEqual([
        { hosts: ["api.tax.example"], secretName: "api.tax.example-tls" },
      ]);
    }
  });

  it("has a new certificate as soon as an operator has put it, and no update is needed", async () => {
    const { root, middle } = await authorities();
    const before = (await served()).fingerprint256;
    const own = await issue({ name: api.name, hosts: [api.name], by: middle, to: 67 });
    await commands.write("chain.pem", own.certificate + middle.certificate + root.certificate);
    await commands.write("api.key", own.key);
    const files = ["--certificate", commands.path("chain.pem"), "--key", commands.path("api.key")];
    const put = await secrets("put", "--host", api.name, ...files);
    expect(put.code, put.stderr).toBe(0);
    expect(put.stdout).toMatch(/is version \d+ in dc1; version \d+ is kept\nit is valid until .*, 67 days\n/);
    expect((await served()).fingerprint256).toBe(new X509Certificate(own.certificate).fingerprint256);
    expect((await served()).fingerprint256).not.toBe(before);
    expect((await dc1.succeed("preview")).changes).toEqual([]);
    const { stdout } = await secrets("status");
    expect(stdout).toMatch(/^api\.tax\.example +supplied +yes +\S+ +67 +receipts, tax-declarations +declarations$/m);
    expect(stdout + put.stdout).not.toContain("PRIVATE KEY");
  });
});

describe("the account of a host", () => {
  it("reads its own host's pair, and nothing else", async () => {
    const statuses = async (...paths: string[]) => {
      const answers = await Promise.all(paths.map((path) => asHost(api, "GET", path)));
      return answers.map(({ status }) => status);
    };
    expect(
      await statuses(
        "services/data/hosts/api.tax.example",
        "services/data/hosts/payments.tax.example",
        "services/data/sites/registry",
        "services/data/declarations/tax-declarations/DB_PASSWORD",
        "services/metadata/hosts/api.tax.example",
      ),
    ).toEqual([200, 403, 403, 403, 403]);
  });

  it("has certificates issued for its own host alone, for 90 days at most", async () => {
    const ask = (body: object) => asHost(internal, "POST", "pki/issue/host", body);
    const issued = await ask({ common_name: internal.name, ttl: "2160h", private_key_format: "pkcs8" });
    const certificate = new X509Certificate(String(at(issued.body, "data", "certificate")));
    expect(certificate.checkHost(internal.name, { subject: "never" })).toBe(internal.name);
    expect(Math.round((Date.parse(certificate.validTo) - Date.now()) / 86_400_000)).toBe(90);
    for (const body of [
      { common_name: "other.dc1.tax.example" },
      { common_name: `sub.${internal.name}` },
      { common_name: "*.dc1.tax.example" },
      { common_name: internal.name, alt_names: "api.tax.example" },
    ]) {
      expect((await ask(body)).status, JSON.stringify(body)).toBe(400);
    }
    const asService = { common_name: internal.name };
    expect((await asHost(internal, "POST", "pki/issue/certificate", asService)).status).toBe(403);
  });

  it("is none of a service's: that cannot log in for a host, read a pair, or have a host's certificate issued", async () => {
    const jwt = await accountToken(dc1, service);
    expect((await login(dc1, jwt, "gemelos-hosts")).status).toBe(403);
    const { token } = await login(dc1, jwt);
    expect((await dc1.askVault("GET", "services/data/hosts/api.tax.example", undefined, token)).status).toBe(403);
    const asked = { common_name: "api.tax.example" };
    expect((await dc1.askVault("POST", "pki/issue/host", asked, token)).status).toBe(403);
    expect((await dc1.askVault("POST", "pki/issue/certificate", asked, token)).status).toBe(400);
  });
});
