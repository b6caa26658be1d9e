import { expect, test } from "vitest";
import { namespaceManifest } from "../../../components/cluster/namespace.ts";
import { resolved } from "../../support/fixtures.ts";

const exception = { reason: "the vendor's image demands it" };

test.each([
  [{}, "restricted"],
  [{ securityExceptions: { writableRootFilesystem: exception } }, "restricted"],
  [{ securityExceptions: { serviceAccountToken: exception } }, "restricted"],
  [{ securityExceptions: { runAsRoot: exception } }, "baseline"],
])("with a service of %j it enforces %s, and always warns and audits at restricted", (stated, level) => {
  const { labels } = namespaceManifest("declarations", [resolved({ name: "other" }), resolved(stated)]).metadata;
  expect(labels).toMatchObject({
    "pod-security.kubernetes.io/enforce": level,
    "pod-security.kubernetes.io/audit": "restricted",
    "pod-security.kubernetes.io/warn": "restricted",
  });
});

test("it holds cardholder data if one of its services does", () => {
  const services = [resolved({ name: "other" }), resolved({ cardholderData: true })];
  for (const members of [services, services.toReversed()]) {
    const { labels } = namespaceManifest("payments", members).metadata;
    expect(labels).toMatchObject({ "gemelos.dev/cardholder-data": "true" });
  }
});

test.each([true, false])("it says whether it holds cardholder data: %s", (cardholderData) => {
  const { labels } = namespaceManifest("payments", [resolved({ cardholderData })]).metadata;
  expect(labels).toMatchObject({ "gemelos.dev/cardholder-data": String(cardholderData) });
});
