import { createPrivateKey, X509Certificate } from "node:crypto";
import { mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { at, isObject } from "../../../recorder/registeredResource.ts";
import { step } from "../../../sandbox/sites/steps.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import { startAgent } from "../../support/vaultAgent.ts";

// A real Vault Agent with what stands in the live Deployment of `card-payments`, whose secrets are files.
const role = "pki/roles/private-key";
const keys = "/certificates/signingkey";

let dc1: LiveSite;
let folder: string;
let agent: Awaited<ReturnType<typeof startAgent>>;
let issuedFor: unknown;

beforeAll(async () => {
  const project = await quickProject();
  try {
    dc1 = await LiveSite.open("dc1", { program: project.path("index.ts") });
    await dc1.succeed("up");
  } finally {
    await project.dispose();
  }
  // A lifetime that a test can wait for; everything else of the role stays.
  const { body } = await dc1.askVault("GET", role);
  issuedFor = at(body, "data");
  await dc1.askVault("POST", role, {
    ...(isObject(issuedFor) ? issuedFor : {}),
    max_ttl: "20s",
    not_before_duration: "1s",
  });
  folder = await mkdtemp(join(tmpdir(), "gemelos-agent-"));
  const deployment = await dc1.cluster.get("Deployment", "payments", "card-payments");
  const annotations = at(deployment, "spec", "template", "metadata", "annotations");
  const asked = await dc1.cluster.request("POST", "api/v1/namespaces/payments/serviceaccounts/card-payments/token", {
    apiVersion: "authentication.k8s.io/v1",
    kind: "TokenRequest",
    spec: { audiences: ["vault"], expirationSeconds: 3600 },
  });
  const tools = await dc1.sandbox.tools({ step, signal: new AbortController().signal });
  agent = await startAgent(isObject(annotations) ? annotations : {}, {
    folder,
    vault: tools.vault.path,
    accountToken: String(at(asked.body, "status", "token")),
    caCertificate: dc1.site.record.caCertificate,
  });
});

afterAll(async () => {
  await agent?.stop();
  await dc1.askVault("POST", role, issuedFor);
  await rm(folder, { recursive: true, force: true });
});

const read = (path: string) => readFile(agent.file(path), "utf8");
const within = { timeout: 90_000, interval: 250 };

test("each value is a file of its own, with nothing else in it, that its owner alone may read", async () => {
  for (const [key, path] of [
    ["DB_PASSWORD", "services/data/payments/card-payments/DB_PASSWORD"],
    ["GATEWAY_API_KEY", "services/data/payments/card-payments/GATEWAY_API_KEY"],
  ] as const) {
    const value = at((await dc1.askVault("GET", path)).body, "data", "data", "value");
    await vi.waitFor(async () => expect(await read(`/vault/secrets/${key}`)).toBe(value), within);
    expect((await stat(agent.file(`/vault/secrets/${key}`))).mode & 0o777).toBe(0o400);
  }
});

test("key and certificate belong together, chain to the site's authority, and are renewed before they end", async () => {
  const certificate = async () => new X509Certificate(await read(`${keys}/tls.crt`));
  const first = await vi.waitFor(certificate, within);
  const authority = new X509Certificate(await read(`${keys}/ca.crt`));
  expect(first.subjectAltName).toBe("DNS:card-payments.payments.svc");
  expect(first.verify(authority.publicKey)).toBe(true);
  const { body } = await dc1.askVault("GET", "pki/cert/ca");
  expect(authority.fingerprint256).toBe(new X509Certificate(String(at(body, "data", "certificate"))).fingerprint256);
  expect((await stat(agent.file(`${keys}/tls.key`))).mode & 0o777).toBe(0o600);

  const second = await vi.waitFor(async () => {
    const now = await certificate();
    expect(now.serialNumber).not.toBe(first.serialNumber);
    return now;
  }, within);
  expect(second.validFromDate.getTime()).toBeLessThan(first.validToDate.getTime());
  expect(second.verify(authority.publicKey)).toBe(true);
  await vi.waitFor(async () => {
    const pair = [await certificate(), createPrivateKey(await read(`${keys}/tls.key`))] as const;
    expect(pair[0].checkPrivateKey(pair[1])).toBe(true);
  }, within);
});
