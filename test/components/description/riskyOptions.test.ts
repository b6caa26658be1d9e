import { expect, test } from "vitest";
import { riskyOptions } from "../../../components/description/riskyOptions.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { supplied } from "../../../components/secrets.ts";
import { resolved } from "../../support/fixtures.ts";

function placesOf(stated: Partial<Microservice>): string[] {
  return riskyOptions(resolved(stated)).map(({ path, name, risk }) => `${path}: ${name} (${risk})`);
}

test("they are found wherever a description can state them, and no value is repeated", () => {
  expect(
    placesOf({
      jvm: { options: ["-XX:+UseG1GC", "-XX:HeapDumpPath=/secret"] },
      command: ["sh", "-c", "java -XX:OnError='gcore %p' -jar app.jar"],
      args: ["-agentlib:jdwp=address=*:5005"],
      env: {
        JDK_JAVA_OPTIONS: "-Dfile.encoding=UTF-8 -Xdebug",
        CATALINA_OPTS: "-XX:+CrashOnOutOfMemoryError",
        BPL_DEBUG_ENABLED: "true",
        BPL_JMX_ENABLED: "false",
        MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE: "${ENDPOINTS:*}",
        SPRING_APPLICATION_JSON: '{"management":{"endpoints":{"web":{"exposure":{"include":["heapdump"]}}}}}',
      },
      probes: { liveness: { exec: { command: ["jmap", "-dump:file=/tmp/x", "1"] } } },
      secrets: { SPRING_DEVTOOLS_REMOTE_SECRET: supplied({ description: "for the debugger" }) },
    }),
  ).toEqual([
    "jvm.options[1]: -XX:HeapDumpPath (dump)",
    "command[2]: -XX:OnError (dump)",
    "command[2]: gcore (dump)",
    "args[0]: -agentlib:jdwp (debug)",
    "env.JDK_JAVA_OPTIONS: -Xdebug (debug)",
    "env.CATALINA_OPTS: -XX:+CrashOnOutOfMemoryError (dump)",
    "env.BPL_DEBUG_ENABLED: BPL_DEBUG_ENABLED (debug)",
    "env.MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE: management.endpoints.web.exposure.include=* (dump)",
    "env.SPRING_APPLICATION_JSON: management.endpoints.web.exposure.include=heapdump (dump)",
    "probes.liveness.exec.command: jmap (dump)",
    "secrets.SPRING_DEVTOOLS_REMOTE_SECRET: SPRING_DEVTOOLS_REMOTE_SECRET (debug)",
  ]);
});

test.each<[what: string, stated: Partial<Microservice>, found: readonly string[]]>([
  [
    "in parts that a variable puts together",
    { args: ["$(FIRST)$(SECOND)"], env: { FIRST: "-XX:+HeapDump", SECOND: "OnOutOfMemoryError" } },
    ["args[0]: -XX:+HeapDumpOnOutOfMemoryError (dump)"],
  ],
  [
    "in parts that a shell puts together",
    { command: ["sh", "-c", "java $OPEN -jar app.jar"], env: { OPEN: "-Xde${REST}", REST: "bug" } },
    ["command[2]: -Xdebug (debug)", "env.OPEN: -Xdebug (debug)"],
  ],
  [
    "between quotes that the JVM leaves out",
    { env: { JDK_JAVA_OPTIONS: "-XX:+'HeapDump'OnOutOfMemoryError" } },
    ["env.JDK_JAVA_OPTIONS: -XX:+HeapDumpOnOutOfMemoryError (dump)"],
  ],
  ["in a file of arguments", { env: { JDK_JAVA_OPTIONS: "@/opt/options" } }, ["env.JDK_JAVA_OPTIONS: @ (hidden)"]],
  ["in two words of a command", { args: ["kill", "-3", "1"] }, ["args: kill -3 (dump)"]],
  [
    "in an init container",
    { initContainers: { migrate: { args: ["-Xdebug"], env: { LOGGING_LEVEL_ROOT: "TRACE" } } } },
    [
      "initContainers.migrate.args[0]: -Xdebug (debug)",
      "initContainers.migrate.env.LOGGING_LEVEL_ROOT: LOGGING_LEVEL_ROOT (log)",
    ],
  ],
  [
    "in a probe's path",
    { probes: { readiness: { httpGet: { path: "/actuator/heapdump" } } } },
    ["probes.readiness.httpGet.path: /actuator/heapdump (dump)"],
  ],
  [
    "in a probe's path that hides it",
    { probes: { readiness: { httpGet: { path: "/actuator/%65nv?x" } } } },
    ["probes.readiness.httpGet.path: /actuator/%65nv?x (dump)"],
  ],
  ["in the path of metrics", { metrics: { path: "/manage/threaddump" } }, ["metrics.path: /manage/threaddump (dump)"]],
  ["nowhere in other paths", { probes: { readiness: { httpGet: { path: "/gateway/env" } } } }, []],
])("they are found %s", (_, stated, found) => {
  expect(placesOf(stated)).toEqual(found);
});
