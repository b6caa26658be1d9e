import { expect, test } from "vitest";
import type { AdoptedService } from "../../../../cli/adopt/adopt.ts";
import { adoptAs, plainDeployment, sites } from "../manifests.ts";

const timed = sites.map((site) => ({ ...site, timeZone: "America/Lima", locale: "es_PE.UTF-8" }));

/** A Deployment with these variables, taken in by sites that state a time zone and a language. */
function adopt(...variables: readonly string[]): AdoptedService {
  const env = variables.map((each) => `            - { ${each} }\n`).join("");
  const text = plainDeployment + (env === "" ? "" : `          env:\n${env}`);
  return adoptAs("orders", [{ file: "orders.yaml", text }], timed);
}

function toldOf(adopted: AdoptedService): string | undefined {
  return adopted.compare(adopted.service).findings.find(({ place }) => place === "time and letters")?.what;
}

function lost(adopted: AdoptedService): unknown[] {
  return adopted.compare(adopted.service).rows.filter(({ verdict }) => verdict.list === "not carried over");
}

test("who takes a service in reads which time and letters it has from then on", () => {
  expect(toldOf(adopt())).toBe("time zone (TZ): the image's -> America/Lima; letters (LC_ALL): the image's -> C.UTF-8");
});

test("a time zone that is the sites' own is not repeated, another is kept", () => {
  const variable = "name: MODE, value: fast";
  const own = adopt("name: TZ, value: America/Lima", variable);
  expect(own.service.env).toEqual({ MODE: "fast" });
  expect(lost(own)).toEqual([]);
  expect(toldOf(own)).toBe("letters (LC_ALL): the image's -> C.UTF-8");
  const other = adopt("name: TZ, value: America/Bogota", variable);
  expect(other.service.env).toEqual({ TZ: "America/Bogota", MODE: "fast" });
  expect(lost(other)).toEqual([]);
});

test("a service that states its language keeps that and nothing of the sites'", () => {
  const adopted = adopt("name: LANG, value: en_US.UTF-8", "name: TZ, value: UTC");
  expect(adopted.service.env).toEqual({ LANG: "en_US.UTF-8", TZ: "UTC" });
  expect([lost(adopted), toldOf(adopted)]).toEqual([[], undefined]);
});

test.each(["Peru/Lima", "EST5EDT"])("TZ=%s, which a JVM may not know, is not carried over in silence", (zone) => {
  expect(lost(adopt(`name: TZ, value: ${zone}`))).toEqual([
    expect.objectContaining({
      value: zone,
      verdict: {
        list: "not carried over",
        reason: expect.stringMatching(
          `^is "${zone}" and must be UTC or a time zone of the IANA database by area and city`,
        ),
        remedy: "write the time zone by area and city as TZ under env",
      },
    }),
  ]);
});
