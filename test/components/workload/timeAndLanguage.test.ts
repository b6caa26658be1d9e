import { describe, expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { deploymentOf, environmentOf, microservice, podOf, site } from "../../support/fixtures.ts";

const lima = { ...site, timeZone: "America/Lima", locale: "es_PE.UTF-8" };

function environmentIn(where: typeof site, stated: Partial<Microservice> = {}): Record<string, unknown> {
  return environmentOf(deploymentOf(microservice(stated), where));
}

test("a site's time and language are those of every service", () => {
  const { TZ, LC_ALL, JAVA_TOOL_OPTIONS } = environmentIn(lima);
  expect([TZ, LC_ALL]).toEqual(["America/Lima", "C.UTF-8"]);
  expect(JAVA_TOOL_OPTIONS).toMatch(
    /^-Dfile\.encoding=UTF-8 -Dstdout\.encoding=UTF-8 -Dstderr\.encoding=UTF-8 -Duser\.language=es -Duser\.country=PE -XX:/,
  );
});

test("a site that states neither leaves both to the images", () => {
  const environment = environmentIn(site);
  expect(environment).not.toHaveProperty("TZ");
  expect(environment).not.toHaveProperty("LC_ALL");
  expect(environment["JAVA_TOOL_OPTIONS"]).toMatch(/^-XX:/);
});

describe("a service may state another", () => {
  test("time zone, and keeps the language", () => {
    expect(environmentIn(lima, { env: { TZ: "UTC" } })).toMatchObject({ TZ: "UTC", LC_ALL: "C.UTF-8" });
  });

  test.each(["LANG", "LC_ALL", "LC_CTYPE"])("language by %s, with whatever encoding that has", (name) => {
    const {
      [name]: stated,
      TZ,
      LC_ALL,
      JAVA_TOOL_OPTIONS,
    } = environmentIn(lima, { env: { [name]: "pt_BR.ISO-8859-1" } });
    expect([stated, TZ]).toEqual(["pt_BR.ISO-8859-1", "America/Lima"]);
    if (name !== "LC_ALL") expect(LC_ALL).toBeUndefined();
    expect(JAVA_TOOL_OPTIONS).toMatch(/^-XX:/);
  });

  test("encoding or language by an option, and has it once", () => {
    const options = ["-Dfile.encoding=ISO-8859-1", "-Duser.language=qu"];
    const words = String(environmentIn(lima, { jvm: { options } })["JAVA_TOOL_OPTIONS"]).split(" ");
    expect(words.filter((word) => /^-D(user|file|stdout)\b/.test(word))).toEqual([
      "-Dstdout.encoding=UTF-8",
      ...options,
    ]);
  });

  test("variable of a Secret, and has it once", () => {
    const secrets = { TZ: { secretName: "zone" } };
    const variables = podOf(deploymentOf(microservice({ secrets }), lima)).containers[0]?.env ?? [];
    expect(variables.filter(({ name }) => name === "TZ")).toEqual([
      { name: "TZ", valueFrom: { secretKeyRef: { name: "zone", key: "TZ" } } },
    ]);
  });

  test("time zone, but only one that exists", () => {
    const told = ["Peru/Lima", "$(ZONE)", "America/Lima"].map((TZ) =>
      checkMicroservice(microservice({ env: { ZONE: "America/Lima", TZ } }), "services/receipts").diagnostics.map(
        ({ path, message }) => `${path} ${message}`,
      ),
    );
    expect(told).toEqual([[expect.stringMatching(/^env\.TZ is "Peru\/Lima" and must be UTC or a time zone/)], [], []]);
  });
});

test("what runs before a service has its time and letters", () => {
  const resources = { cpu: "100m", memory: "256Mi" } as const;
  const initContainers = {
    migrate: { command: ["migrate"], resources },
    import: { command: ["import"], resources, env: { TZ: "UTC", LANG: "en_US.UTF-8" } },
  };
  const pod = podOf(deploymentOf(microservice({ initContainers }), lima));
  expect(pod.initContainers?.map(({ env }) => env)).toEqual([
    [
      { name: "LC_ALL", value: "C.UTF-8" },
      { name: "TZ", value: "America/Lima" },
    ],
    [
      { name: "LANG", value: "en_US.UTF-8" },
      { name: "TZ", value: "UTC" },
    ],
  ]);
});
