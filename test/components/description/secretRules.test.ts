import { expect, test } from "vitest";
import { checkSecrets } from "../../../components/description/secretRules.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { certificate, generated, supplied } from "../../../components/secrets.ts";
import { resolved } from "../../support/fixtures.ts";

const reason = { reason: "the vendor's image demands it" };
function problemsOf(stated: Partial<Microservice>): { path: string; message: string }[] {
  const problems: { path: string; message: string }[] = [];
  checkSecrets(resolved(stated), (path, message) => problems.push({ path, message }));
  return problems;
}

const long = "A".repeat(41);

test.each<[what: string, stated: Partial<Microservice>, path: string, says: RegExp]>([
  [
    "cardholder data in etcd, by variables",
    { cardholderData: true, secretDelivery: "env", secrets: { A: generated() } },
    "secretDelivery",
    /^"env" .*etcd.*cardholder data; write secretDelivery: "files"/,
  ],
  [
    "cardholder data in etcd, by a Secret that exists",
    { cardholderData: true, secrets: { A: { secretName: "a" } } },
    "secrets.A",
    /Kubernetes Secret.*etcd.*cardholder data; .*generated\(\) or supplied\(/,
  ],
  [
    "files without anything in Vault",
    { secretDelivery: "files", secrets: { A: { secretName: "a" } } },
    "secretDelivery",
    /"files".*Vault; remove it, or add secrets/,
  ],
  [
    "a key that is too long for an annotation",
    { secrets: { [long]: supplied({ description: "from the acquirer" }) } },
    `secrets.${long}`,
    /41 characters; .*at most 40/,
  ],
  [
    "two keys that Spring cannot tell apart",
    { secrets: { MY_TLS: certificate(), MYTLS: certificate() } },
    "secrets.MY_TLS",
    /SSL bundle "mytls".*MYTLS; rename one/,
  ],
  [
    "a key store from an agent",
    { secretDelivery: "files", secrets: { A: generated(), TLS: certificate({ keyStorePassword: "A" }) } },
    "secrets.TLS.keyStorePassword",
    /secretDelivery "files".*PEM; use the SSL bundle, or "env"/,
  ],
  [
    "a key store whose password is nowhere",
    { secrets: { A: { secretName: "a" }, TLS: certificate({ keyStorePassword: "A" }) } },
    "secrets.TLS.keyStorePassword",
    /^"A" .*generated\(\) or supplied\(\).*add it/,
  ],
  [
    "an agent beside root",
    { secretDelivery: "files", secrets: { A: generated() }, securityExceptions: { runAsRoot: reason } },
    "securityExceptions.runAsRoot",
    /secretDelivery "files".*root.*; use another user or "env"/,
  ],
])("%s is refused", (_, stated, path, message) => {
  expect(problemsOf(stated)).toEqual([{ path, message: expect.stringMatching(message) }]);
});

test("every kind goes with either delivery, and a service without secrets with none", () => {
  const secrets = { A: generated(), B: supplied({ description: "b" }), C: certificate() };
  expect(problemsOf({ secrets })).toEqual([]);
  expect(problemsOf({ secrets, secretDelivery: "files", cardholderData: true })).toEqual([]);
  expect(problemsOf({ cardholderData: true })).toEqual([]);
});
