import { X509Certificate } from "node:crypto";
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { issueParameters, pkiRole } from "../../../components/vault/pki.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { loadCatalogue } from "../../../services/index.ts";
import { RemoteError } from "../../../vaultClient/remoteError.ts";
import { VaultClient } from "../../../vaultClient/vaultClient.ts";
import { serviceToken } from "../../support/accountLogin.ts";
import { askVault } from "../../support/askVault.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import { ProjectCopy } from "../../support/projectCopy.ts";

// The Vault of a site in which the whole program is deployed, with values of the test in place of those that were made.
const address = process.env["GEMELOS_SANDBOX_VAULT_ADDR"] ?? "";
const rootToken = process.env["VAULT_TOKEN"] ?? "";
const caCertificate = await readFile(process.env["VAULT_CACERT"] ?? "", "utf8");
const connect = (token: string) =>
  new VaultClient({ site: "dc1", file: "Pulumi.dc1.yaml", address, caCertificate, token, remedyWhenDenied: "" });
const root = connect(rootToken);

const services = (await loadCatalogue()).map(({ service }) => service).filter(({ secrets }) => secrets.fromVault);
const planted = "planted-real-value";

/** A token that has one policy and nothing else. */
async function tokenOf(policy: string): Promise<string> {
  const options = { policies: [policy], no_default_policy: true, ttl: "10m" };
  const access = { address, ca: caCertificate, token: rootToken };
  const { body } = await askVault(access, "POST", "auth/token/create", options);
  return String(at(body, "auth", "client_token"));
}

/** Whether Vault lets a token do something; any other failure is thrown. */
async function allowed(work: () => Promise<unknown>): Promise<boolean> {
  try {
    await work();
    return true;
  } catch (error) {
    if (error instanceof RemoteError && error.message.includes("denies the token")) return false;
    throw error;
  }
}

let quick: ProjectCopy;
let dc1: LiveSite;

beforeAll(async () => {
  quick = await quickProject();
  dc1 = await LiveSite.open("dc1", { program: quick.path("index.ts") });
  await dc1.succeed("up");
  for (const { path } of services.flatMap((service) => service.secrets.stored)) {
    await root.write(`services/data/${path}`, { data: { value: `${planted} of ${path}` } });
  }
});

afterAll(() => quick.dispose());

describe("a service's policy, over the whole catalogue", () => {
  it("reads each of its own values", async () => {
    for (const service of services) {
      const own = connect(await serviceToken(dc1, service));
      for (const { path } of service.secrets.stored) {
        expect(at(await own.read(`services/data/${path}`), "data", "value")).toBe(`${planted} of ${path}`);
      }
      expect(at(await own.read("auth/token/lookup-self"), "policies")).toEqual(["gemelos-services"]);
    }
  });

  it("for every pair of services, reads nothing of the other's and has none of its keys issued", async () => {
    let pairs = 0;
    for (const service of services) {
      const own = connect(await serviceToken(dc1, service));
      for (const other of services.filter((each) => each !== service)) {
        const { stored, issued } = other.secrets;
        for (const { path } of stored) {
          for (const part of ["data", "metadata", "subkeys"]) {
            expect(await allowed(() => own.read(`services/${part}/${path}`)), `${service.name}: ${path}`).toBe(false);
          }
        }
        for (const key of issued) {
          const issue = own.write(`pki/issue/${pkiRole(key)}`, issueParameters(other, key, "cluster.local"));
          await expect(issue, `${service.name}: ${other.name}`).rejects.toThrow(/not allowed by this role/);
        }
        pairs += 1;
      }
    }
    expect(pairs).toBe(services.length * (services.length - 1));
  });

  it("writes nothing, not even its own, lists nothing and makes no token", async () => {
    for (const service of services) {
      const own = connect(await serviceToken(dc1, service));
      for (const { path } of service.secrets.stored) {
        expect(await allowed(() => own.write(`services/data/${path}`, { data: { value: "x" } }))).toBe(false);
      }
      expect(await allowed(() => own.read("services/metadata", { list: "true" }))).toBe(false);
      expect(await allowed(() => own.read("sys/policies/acl/root"))).toBe(false);
      expect(await allowed(() => own.write("auth/token/create", {}))).toBe(false);
    }
  });
});

describe("an issued key", () => {
  const withKeys = services.filter((service) => service.secrets.issued.length > 0);

  it("chains to the site's authority, holds the service's names, and lasts as long as stated", async () => {
    expect(withKeys.length).toBeGreaterThan(0);
    for (const service of withKeys) {
      const own = connect(await serviceToken(dc1, service));
      for (const issued of service.secrets.issued) {
        const answer = await own.write(
          `pki/issue/${pkiRole(issued)}`,
          issueParameters(service, issued, "cluster.local"),
        );
        const certificate = new X509Certificate(String(at(answer, "certificate")));
        const authority = new X509Certificate(String(at(answer, "issuing_ca")));
        expect(certificate.verify(authority.publicKey)).toBe(true);
        expect(certificate.checkHost(`${service.name}.${service.namespace}.svc`)).toBeDefined();
        expect(String(at(answer, "private_key"))).toContain("BEGIN PRIVATE KEY");
        const days = (Date.parse(certificate.validTo) - Date.now()) / 86_400_000;
        expect(Math.round(days)).toBe(issued.secret.validityDays);
      }
    }
  });

  it("is refused for another service's name, a subdomain, an address, and a longer time", async () => {
    for (const service of withKeys) {
      const own = connect(await serviceToken(dc1, service));
      for (const issued of service.secrets.issued) {
        const role = pkiRole(issued);
        const host = `${service.name}.${service.namespace}.svc`;
        const wrong = [
          { common_name: "other.payments.svc" },
          { common_name: `sub.${host}` },
          { common_name: host, ip_sans: "10.0.0.1" },
          { common_name: host, alt_names: "other.payments.svc" },
        ];
        for (const asked of wrong) {
          await expect(own.write(`pki/issue/${role}`, asked), JSON.stringify(asked)).rejects.toThrow(
            /answered 400|denies/,
          );
        }
      }
    }
  });
});

describe("the command line, with a token of exactly the policy that it prints", () => {
  let project: ProjectCopy;
  let token: string;
  beforeAll(async () => {
    project = await ProjectCopy.create();
    const file = parseDocument(await project.read("Pulumi.dc1.yaml"));
    file.setIn(["config", "gemelos:site", "vault", "caCertificate"], caCertificate);
    await project.write("Pulumi.dc1.yaml", file.toString({ lineWidth: 0 }));
    const { stdout, code } = await project.run("secrets", "policy", "--site", "dc1", "--for", "secrets");
    expect(code).toBe(0);
    await root.write("sys/policies/acl/operator-secrets", { policy: stdout });
    token = await tokenOf("operator-secrets");
  });
  afterAll(() => project.dispose());
  const secrets = (input: string, command: string, ...args: string[]) =>
    project.runWith(
      { env: { VAULT_TOKEN: token }, input },
      "secrets",
      ...[command, "--site", "dc1", "--address", address, ...args],
    );
  const one = (service: string, key: string) => ["--service", service, "--key", key];

  it("shows every secret of the catalogue and no value", async () => {
    const { stdout, stderr } = await secrets("", "status");
    expect(stderr).toBe("");
    for (const service of services) {
      for (const { key } of service.secrets.stored) {
        expect(stdout).toMatch(new RegExp(`^${service.name} +${key} .* yes `, "m"));
      }
    }
    expect(stdout).not.toContain(planted);
  });

  it("puts, rotates and rolls back; each older version stays", async () => {
    const gateway = one("card-payments", "GATEWAY_API_KEY");
    const database = one("tax-declarations", "DB_PASSWORD");
    const read = async (key: string) => at(await root.read(`services/data/${key}`), "data", "value");
    const put = await secrets("another value\n", "put", "--no-restart", ...gateway);
    expect(put.code, put.stderr).toBe(0);
    expect(await read("payments/card-payments/GATEWAY_API_KEY")).toBe("another value");
    const before = await read("declarations/tax-declarations/DB_PASSWORD");
    const rotated = await secrets("", "rotate", "--no-restart", ...database);
    expect(rotated.code, rotated.stderr).toBe(0);
    expect(await read("declarations/tax-declarations/DB_PASSWORD")).toMatch(/^[A-Za-z0-9]{32}$/);
    const back = await secrets("", "rollback", "--no-restart", ...database);
    expect(back.code, back.stderr).toBe(0);
    expect(await read("declarations/tax-declarations/DB_PASSWORD")).toBe(before);
  });

  it("sets the reviewer's token for an operator of Vault only", async () => {
    const config = "auth/kubernetes-dc1/config";
    const before = await root.read(config);
    const denied = await secrets("planted-reviewer", "set-token-reviewer");
    expect(denied.code).toBe(2);
    expect(denied.stderr).toMatch(/denies the token .* at auth\/kubernetes-dc1\/config: .* an operator of Vault/);
    expect(await root.read(config)).toEqual(before);
  });

  it("is denied what is no business of these commands", async () => {
    const own = connect(token);
    expect(await allowed(() => own.write("sys/policies/acl/gemelos-services", { policy: "" }))).toBe(false);
    expect(await allowed(() => own.read("services/data/another/service/KEY"))).toBe(false);
  });
});
