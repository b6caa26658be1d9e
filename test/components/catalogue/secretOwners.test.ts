import { describe, expect, test } from "vitest";
import { checkSecretOwners } from "../../../components/catalogue/secretOwners.ts";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { certificate, generated } from "../../../components/secrets.ts";
import { microservice } from "../../support/fixtures.ts";
import { catalogueLines } from "../../support/wrongInput.ts";

function problemsOf(...services: readonly Microservice[]): string[] {
  const entries = services.map((service) => ({
    service: resolveMicroservice(service),
    folder: `services/${service.name}`,
    templates: [],
  }));
  return checkSecretOwners(entries).map(({ file, path, message }) => `${file}: ${path}: ${message}`);
}

describe("a Secret of somebody else", () => {
  const neighbour = microservice({
    name: "tax-declarations",
    secrets: { DB_PASSWORD: generated(), TLS: certificate() },
  });
  const reading = (secretName: string, stated: Partial<Microservice> = {}) =>
    microservice({ secrets: { STOLEN: { secretName, key: "DB_PASSWORD" } }, ...stated });

  test.each([
    ["tax-declarations-secrets", /the secrets of services\/tax-declarations/],
    ["tax-declarations-pki-tls", /the secrets of services\/tax-declarations/],
    ["tax-declarations-tls", /the secrets of services\/tax-declarations/],
    ["services-ca", /the authority that the entrance trusts/],
    ["api.tax.example-tls", /the key of an exposed host/],
    ["registry", /credentials with which the nodes pull images/],
    ["default-token-x7k2p", /an account's token/],
    ["sh.helm.release.v1.vault.v1", /Helm/],
  ])("%s is refused, and the message says whose it is", (secretName, says) => {
    expect(problemsOf(neighbour, reading(secretName))).toEqual([expect.stringMatching(says)]);
    expect(problemsOf(neighbour, reading(secretName))[0]).toMatch(
      `services/receipts: secrets.STOLEN.secretName: "${secretName}" holds`,
    );
  });

  test("is refused as a file too", () => {
    const files = microservice({ secretFiles: { "/etc/keys": { secretName: "tax-declarations-secrets" } } });
    expect(problemsOf(neighbour, files)).toEqual([
      expect.stringMatching(
        /receipts: secretFiles\["\/etc\/keys"\]\.secretName: "tax-declarations-secrets" holds the secrets of/,
      ),
    ]);
  });

  test("the service's own, where the program makes it, is refused too: its values are in Vault", () => {
    const secrets = { A: { secretName: "receipts-secrets" }, B: generated() };
    expect(problemsOf(microservice({ secrets }))).toEqual([expect.stringContaining("in Vault already")]);
  });

  test("one that was made by hand may be read, whatever it is called", () => {
    expect(problemsOf(neighbour, reading("legacy-database"))).toEqual([]);
    expect(problemsOf(neighbour, reading("receipts-secrets"))).toEqual([]);
    expect(problemsOf(neighbour, reading("tax-declarations-secrets", { namespace: "archive" }))).toEqual([]);
  });
});

test("the catalogue as a whole is held to it", async () => {
  expect(await catalogueLines(microservice({ secrets: { A: { secretName: "registry" } } }))).toEqual([
    expect.stringContaining("credentials with which the nodes pull images"),
  ]);
});
