import { describe, expect, test } from "vitest";
import { certificate, privateKey } from "../../../components/secrets.ts";
import {
  hostIssueParameters,
  issueParameterNames,
  issueParameters,
  pkiRole,
  pkiRoles,
} from "../../../components/vault/pki.ts";
import { resolved } from "../../support/fixtures.ts";

const service = resolved({ secrets: { SIGNING_KEY: privateKey(), TLS: certificate({ validityDays: 60 }) } });
const roles = pkiRoles({ name: "{{name}}", namespace: "{{namespace}}" }, "k8s.dc1");

describe.each(Object.entries(roles))("a key of the role %s", (name, role) => {
  test("may have the names of the account that asks, and no other", () => {
    const ofService = ["{{name}}.{{namespace}}.svc", "{{name}}.{{namespace}}.svc.k8s.dc1", "{{name}}.{{namespace}}"];
    expect(role).toMatchObject({
      // The account of a host has the host's name.
      allowed_domains: name === "host" ? ["{{name}}"] : ofService,
      allowed_domains_template: true,
      allow_any_name: false,
      allow_glob_domains: false,
      allow_ip_sans: false,
      allow_localhost: false,
      allow_subdomains: false,
      allow_wildcard_certificates: false,
      enforce_hostnames: true,
    });
  });

  test("signs no certificate of others, no code and no mail", () => {
    expect(role).toMatchObject({
      key_usage: ["DigitalSignature"],
      code_signing_flag: false,
      email_protection_flag: false,
    });
  });

  test("is an elliptic key of 256 bits, lasts 90 days at most, and is on the list of what was issued", () => {
    expect(role).toMatchObject({ key_type: "ec", key_bits: 256, max_ttl: 90 * 24 * 3600, no_store: false });
  });
});

test("a certificate is a server's, a private key a client's, and neither is both", () => {
  const uses = Object.values(roles).map(({ server_flag, client_flag }) => ({ server_flag, client_flag }));
  expect(Object.keys(roles)).toEqual(["certificate", "private-key", "host"]);
  expect(uses).toEqual([
    { server_flag: true, client_flag: false },
    { server_flag: false, client_flag: true },
    { server_flag: true, client_flag: false },
  ]);
  expect(service.secrets.issued.map(pkiRole)).toEqual(["private-key", "certificate"]);
});

test("a host's key is asked for with the host's name alone", () => {
  expect(hostIssueParameters("api.dc1.tax.example")).toEqual({
    ...{ common_name: "api.dc1.tax.example", ttl: "2160h", private_key_format: "pkcs8" },
  });
});

test("a request asks for the service's own name and time, and for nothing that its policy denies", () => {
  const requests = service.secrets.issued.map((issued) => issueParameters(service, issued, "k8s.dc1"));
  expect(requests).toEqual([
    { common_name: "receipts.declarations.svc", ttl: "720h", private_key_format: "pkcs8" },
    {
      common_name: "receipts.declarations.svc",
      alt_names: "receipts.declarations.svc.k8s.dc1,receipts.declarations",
      ttl: "1440h",
      private_key_format: "pkcs8",
    },
  ]);
  const names: readonly string[] = issueParameterNames;
  for (const request of requests) expect(Object.keys(request).filter((name) => !names.includes(name))).toEqual([]);
});
