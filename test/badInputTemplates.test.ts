import { describe, expect, it } from "vitest";
import { expectTold, siteServiceLines } from "./support/wrongInput.ts";

const file = "services/orders/config/application.yaml";
const sees = "site, service, backingServices and calls";
const raw = "\\{% raw %\\}";

/** An unknown variable is named, and what there is instead. */
const unknown = (name: string) => new RegExp(`undefined variable: ${name}; .*${sees}`);

describe("a template that is wrong: the file, the line and what to do", () => {
  it.each<[what: string, text: string, place: string, says: RegExp]>([
    ["an unknown variable", "a: b\nc: {{ sit.name }}\n", "2:4", unknown("sit")],
    ["a misspelt field", "\n\n{{ site.nam }}", "3:1", unknown("site\\.nam")],
    [
      "a backing service that the service does not declare",
      "{{ backingServices.orders-database.host }}",
      "1:1",
      unknown("backingServices\\.orders-database"),
    ],
    ["a service that it does not call", "{{ calls.receipts.url }}", "1:1", unknown("calls\\.receipts")],
    ["what JavaScript's objects inherit", "{{ site.constructor }}", "1:1", unknown("site\\.constructor")],
    ["an unknown filter", "a:\n  {{ site.name | shout }}", "2:3", /undefined filter: shout; .*liquidjs\.com/],
    ["the date", "{{ 'now' | date: '%s' }}", "1:1", /filter date .*; write the value itself/],
    ["a random choice", "{{ 'a,b' | split: ',' | sample }}", "1:1", /filter sample .*; write the value itself/],
    [
      "an output without end",
      "a: {{ site.name\n",
      "1:4",
      new RegExp(`^this \\{\\{ has no \\}\\}.*; write \\}\\} .*${raw}`),
    ],
    ["a tag without end", "a: b\n{% if site.name %}\n", "2:1", /^\{% if site\.name %\} has no \{% endif %\}; write it/],
    ["an unknown tag", "{% vault %}", "1:1", new RegExp(`tag "vault" not found; .*${raw}`)],
    ["another file", "{% include 'other.yaml' %}", "1:1", /no other file/],
    ["a file of the machine", "\n{% render '../../../../etc/passwd' %}", "2:1", /no other file/],
    ["a whole map", "a: {{ site.domains }}", "1:4", /map.*one of its fields \(public, internal\)/],
    ["an output without end, and another behind it", "a: {{ site.name\nb: {{ site.name }}\n", "1:4", /has no \}\}/],
    ["an output with half an end", "a: {{ site.name }\nb: c\n", "1:4", /has no \}\}/],
    ["a quote without end", "a: {{ 'b }}", "1:4", /has no \}\}.*or it stands within a quote/],
    ["a tag that has no end itself", "a: b\n{% if site.name\n", "2:1", /has no %\}.*; write %\}/],
    ["an end of nothing", "a: b {% endif %}", "1:6", /^\{% endif %\} belongs to no tag.*remove it/],
    ["text that goes on as it is, without end", "{% raw %} {{ a", "1:1", /^\{% raw %\} has no \{% endraw %\}/],
    ["nothing at all", "a: {{ }}", "1:4", new RegExp(raw)],
  ])("%s", async (_what, text, place, says) => {
    expectTold(await siteServiceLines({ text }), { place: `${file}:${place}`, says });
  });

  it("all of it at once, each once, whatever of it does not even parse", async () => {
    const text = "a: {{ sit.name }}\nb: {{ site.nam }}\nc: {{ site.name\nd: {{ site.name || 'x' }}\ne: {{ calls.x }}\n";
    expectTold(
      await siteServiceLines({ text }),
      { place: `${file}:1:4`, says: unknown("sit") },
      { place: `${file}:2:4`, says: unknown("site\\.nam") },
      { place: `${file}:3:4`, says: /has no \}\}/ },
      { place: `${file}:4:4`, says: /expected filter name/ },
      { place: `${file}:5:4`, says: unknown("calls\\.x") },
    );
  });

  it("more than a ConfigMap holds", async () => {
    expectTold(await siteServiceLines({ text: "x".repeat(2 ** 20 + 1) }), {
      place: "services/orders/config",
      says: /1048577 bytes.*ConfigMap .*1048576.*volume or the image/,
    });
  });

  it("everything that it may name is fine", async () => {
    const relay = "{{ backingServices.mail-relay.host }}:{{ backingServices.mail-relay.port }}";
    expect(await siteServiceLines({ text: `{{ site.name }} {{ service.ports.http }} ${relay}` })).toEqual([]);
  });
});

describe("a service that does not fit its site", () => {
  it("a backing service that the site does not have", async () => {
    expectTold(await siteServiceLines({ service: { backingServices: ["mail-relay", "redis"] } }), {
      place: "services/orders: backingServices[1]",
      says: /"redis"; .*Pulumi\.dc1\.yaml .*mail-relay, orders-database.*gemelos:site\.backingServices in every site/,
    });
  });

  it("no release, and the release of a service that does not exist", async () => {
    expectTold(
      await siteServiceLines({ site: { releases: { order: "1@sha256:0" } } }),
      { place: "Pulumi.dc1.yaml: gemelos:releases.order", says: /no service of that name; .*\(orders\)/ },
      { place: "Pulumi.dc1.yaml: gemelos:releases.orders", says: /^is missing; add tag@sha256:digest/ },
    );
  });

  it("secrets in a cluster that keeps them in the clear", async () => {
    const change = {
      service: { secrets: { DB_PASSWORD: { secretName: "orders" } } },
      site: { kubernetes: { encryptionAtRest: "none" as const } },
    };
    expectTold(await siteServiceLines(change), {
      place: "services/orders: secrets",
      says: /encryptionAtRest is none in Pulumi\.dc1\.yaml.*secretDelivery: "files".*kms or secretbox/,
    });
  });
});
