import { describe, expect, test } from "vitest";
import type { Container } from "../../../components/kubernetes/manifests.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { microserviceManifests } from "../../../components/workload/microserviceManifests.ts";
import { containerOf, microservice, release, resolved, site, vault } from "../../support/fixtures.ts";

/** The message of a service whose transform changes its container or its configuration; empty where that may be. */
function told(stated: Partial<Microservice>, change: (container: Container) => void, data?: Record<string, string>) {
  const service = microservice({
    ...stated,
    transforms: {
      deployment: (manifest) => {
        change(containerOf(manifest));
        return manifest;
      },
      configMap: (manifest) => ({ ...manifest, data: { ...manifest.data, ...data } }),
    },
  });
  const configuration = { "application.yaml": "a: 1\n" };
  try {
    microserviceManifests({ service: resolved(service), site: { ...site, vault }, release, configuration });
    return "";
  } catch (error) {
    return String(error);
  }
}

const nothing = () => undefined;

describe("a secret that a transform writes in the clear", () => {
  test.each<[what: string, change: (container: Container) => void, place: RegExp]>([
    ["a variable", (c) => c.env?.push({ name: "DB_PASSWORD", value: "hunter2" }), /env\[DB_PASSWORD\]/],
    ["an argument", (c) => Object.assign(c, { args: ["--db.password=hunter2"] }), /containers\[receipts\]\.args/],
    ["two words", (c) => Object.assign(c, { command: ["run", "--password", "hunter2"] }), /receipts\]\.command/],
    [
      "a hook",
      (c) => Object.assign(c, { lifecycle: { postStart: { exec: { command: ["login", "--password=hunter2"] } } } }),
      /lifecycle\.postStart\.exec\.command/,
    ],
  ])("as %s is refused, and not shown", (_, change, place) => {
    const message = told({}, change);
    expect(message).toMatch(/lifts the protection clearText of Deployment receipts/);
    expect(message).toMatch(place);
    expect(message).not.toContain("hunter2");
  });

  test("in a configuration file is refused, and not shown", () => {
    const message = told({}, nothing, { "more.yaml": "db:\n  password: hunter2\n" });
    expect(message).toMatch(/transforms\.configMap: lifts the protection clearText .*data\["more\.yaml"\]/);
    expect(message).not.toContain("hunter2");
  });

  test("is none where it is a reference, or what the description answers for", () => {
    expect(told({}, (c) => c.env?.push({ name: "URL", value: "http://x?token=$(TOKEN)" }))).toBe("");
    const answered = { env: { TOKEN_KIND: "opaque-42" }, notSecret: { "env.TOKEN_KIND": "Says which kind it is" } };
    expect(told(answered, (c) => c.env?.push({ name: "A", value: "b" }))).toBe("");
  });
});

describe("what a transform opens of a service with cardholder data", () => {
  test.each<[what: string, change: (container: Container) => void, place: RegExp]>([
    [
      "a heap dump",
      (c) => c.env?.push({ name: "JDK_JAVA_OPTIONS", value: "-XX:+HeapDumpOnOutOfMemoryError" }),
      /env\.JDK_JAVA_OPTIONS is "-XX:\+HeapDumpOnOutOfMemoryError"/,
    ],
    ["a debugger", (c) => Object.assign(c, { args: ["-Xdebug"] }), /containers\[receipts\]\.args is "-Xdebug"/],
    ["a logger", (c) => c.env?.push({ name: "LOGGING_LEVEL_ROOT", value: "TRACE" }), /env\.LOGGING_LEVEL_ROOT/],
    [
      "core files",
      (c) => {
        for (const variable of c.env ?? []) if (variable.name === "JAVA_TOOL_OPTIONS") variable.value = "-Xmx1g";
      },
      /JAVA_TOOL_OPTIONS is "without -XX:-CreateCoredumpOnCrash"/,
    ],
    [
      "a probe that reads memory",
      (c) => Object.assign(c.readinessProbe?.httpGet ?? {}, { path: "/actuator/heapdump" }),
      /readinessProbe\.httpGet\.path/,
    ],
    [
      "a hook that writes memory",
      (c) =>
        Object.assign(c, { lifecycle: { preStop: { exec: { command: ["sh", "-c", "jmap -dump:file=/tmp/x 1"] } } } }),
      /lifecycle\.preStop\.exec\.command is "jmap"/,
    ],
  ])("%s is refused", (_, change, place) => {
    expect(told({ cardholderData: true }, change)).toMatch(
      /lifts the protection cardholderData of Deployment receipts/,
    );
    expect(told({ cardholderData: true }, change)).toMatch(place);
    expect(told({}, change)).toBe("");
  });

  test("variables from where nobody checks are refused", () => {
    const from = { envFrom: [{ configMapRef: { name: "options" } }] };
    expect(told({ cardholderData: true }, (c) => Object.assign(c, from))).toMatch(
      /cardholderData .*receipts\]\.envFrom/,
    );
    const source = { name: "A", valueFrom: { configMapKeyRef: { name: "options", key: "a" } } };
    expect(told({ cardholderData: true }, (c) => c.env?.push(source))).toMatch(/env\[A\]\.valueFrom\.configMapKeyRef/);
    expect(told({}, (c) => c.env?.push(source))).toBe("");
  });

  test("a level in a configuration file is refused", () => {
    const files = { "logback.xml": '<configuration><root level="TRACE"/></configuration>' };
    expect(told({ cardholderData: true }, nothing, files)).toMatch(/configMap: lifts the protection cardholderData/);
    expect(told({}, nothing, files)).toBe("");
  });
});
