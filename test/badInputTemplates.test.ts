import { describe, expect, it } from "vitest";
import { placementLines } from "./support/wrongInput.ts";

const sees = "a template knows site, service, endpoints and calls, and only what this service declares of the last two";
const raw = "correct it, or write {% raw %} ... {% endraw %} around text that only looks like a template";
const again = "may give another result at each run, so it is not offered; write the value itself";
const noFile = "a template reads no other file; write its text here";
const file = "services/orders/config/application.yaml";

describe("a template that is wrong: the file, the line and what to do", () => {
  it.each([
    ["an unknown variable", "a: b\nc: {{ sit.name }}\n", `line 2: undefined variable: sit; ${sees}`],
    ["a misspelt field", "\n\n{{ site.nam }}", `line 3: undefined variable: site.nam; ${sees}`],
    [
      "an endpoint that the service does not declare",
      "{{ endpoints.orders-database.host }}",
      `line 1: undefined variable: endpoints.orders-database; ${sees}`,
    ],
    [
      "a service that it does not call",
      "{{ calls.receipts.url }}",
      `line 1: undefined variable: calls.receipts; ${sees}`,
    ],
    [
      "what JavaScript's objects inherit",
      "{{ site.constructor }}",
      `line 1: undefined variable: site.constructor; ${sees}`,
    ],
    [
      "an unknown filter",
      "a:\n  {{ site.name | shout }}",
      "line 2: undefined filter: shout; correct its name (https://liquidjs.com/filters/overview.html)",
    ],
    ["the date", "{{ 'now' | date: '%s' }}", `line 1: the filter date ${again}`],
    ["a random choice", "{{ 'a,b' | split: ',' | sample }}", `line 1: the filter sample ${again}`],
    ["an output without end", "a: {{ site.name\n", `line 1: output "{{ site.name\\n" not closed; ${raw}`],
    ["a tag without end", "a: b\n{% if site.name %}\n", `line 2: tag {% if site.name %} not closed; ${raw}`],
    ["an unknown tag", "{% vault %}", `line 1: tag "vault" not found; ${raw}`],
    ["another file", "{% include 'other.yaml' %}", `line 1: ${noFile}`],
    ["a file of the machine", "\n{% render '../../../../etc/passwd' %}", `line 2: ${noFile}`],
    [
      "a whole map",
      "a: {{ site.domains }}",
      "line 1: this is a map, not a value; name one of its fields (public, internal)",
    ],
  ])("%s", async (_what, text, says) => {
    expect(await placementLines({ text })).toEqual([`${file}: ${says}`]);
  });

  it("more than a ConfigMap holds", async () => {
    expect(await placementLines({ text: "x".repeat(2 ** 20 + 1) })).toEqual([
      "services/orders/config: the rendered files hold 1048577 bytes; a ConfigMap holds at most 1048576: move large data to a volume or the image",
    ]);
  });

  it("everything that it may name is fine", async () => {
    const text =
      "{{ site.name }} {{ service.ports.http }} {{ endpoints.mail-relay.host }}:{{ endpoints.mail-relay.port }}";
    expect(await placementLines({ text })).toEqual([]);
  });
});

describe("a service that does not fit its site", () => {
  it("an endpoint that the site does not have", async () => {
    expect(await placementLines({ service: { backingServices: ["mail-relay", "redis"] } })).toEqual([
      'services/orders: endpoints[1]: "redis" is no endpoint of Pulumi.dc1.yaml, which has mail-relay, orders-database; correct the name or add it under gemelos:site.endpoints in every site',
    ]);
  });

  it("no release, and the release of a service that does not exist", async () => {
    expect(await placementLines({ site: { releases: { order: "1@sha256:0" } } })).toEqual([
      "Pulumi.dc1.yaml: gemelos:releases.order: no service of that name under services/; remove it or correct it (orders)",
      "Pulumi.dc1.yaml: gemelos:releases.orders: is missing; add tag@sha256:digest of the image that this site is to run",
    ]);
  });

  it("secrets in a cluster that keeps them in the clear", async () => {
    const change = {
      service: { secrets: { DB_PASSWORD: { secretName: "orders" } } },
      site: { kubernetes: { encryptionAtRest: "none" as const } },
    };
    expect(await placementLines(change)).toEqual([
      'services/orders: secrets: rest in Kubernetes Secrets, which Pulumi.dc1.yaml keeps in etcd in the clear (gemelos:site.kubernetes.encryptionAtRest is none); write secretDelivery: "files" with secrets of Vault, or encrypt etcd first (kms or aescbc)',
    ]);
  });
});
