import { describe, expect, test } from "vitest";
import { riskyOptions, riskyText } from "../../../components/description/riskyOptions.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { supplied } from "../../../components/secrets.ts";
import { resolved } from "../../support/fixtures.ts";

function placesOf(stated: Partial<Microservice>): string[] {
  return riskyOptions(resolved(stated)).map(({ path, name, risk }) => `${path}: ${name} (${risk})`);
}

describe("options by which memory leaves a JVM", () => {
  test.each([
    "-XX:+HeapDumpOnOutOfMemoryError",
    "-XX:HeapDumpPath=/tmp/x.hprof",
    "-XX:+HeapDumpBeforeFullGC",
    "-XX:+HeapDumpAfterFullGC",
    "-XX:OnOutOfMemoryError=kill",
    "-XX:OnError=gcore",
    "-XX:+CrashOnOutOfMemoryError",
    "-XX:+CreateCoredumpOnCrash",
    "-XX:StartFlightRecording=filename=/tmp/x.jfr",
    "-XX:+FlightRecorder",
    "-XX:FlightRecorderOptions=repository=/tmp",
    "-agentlib:hprof=heap=dump",
    "-Xrunhprof:heap=dump",
    "-Xdump:heap",
    "-Dmanagement.endpoints.web.exposure.include=health,heapdump",
    "--management.endpoints.web.exposure.include=*",
    "--management.endpoints.web.exposure.include[0]=env",
    "--MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE=threaddump",
    '--spring.application.json={"management": {"endpoints.web.exposure.include": "*"}}',
  ])("%s", (option) => {
    expect(riskyText(`java ${option} -jar app.jar`).map(({ risk }) => risk)).toContain("dump");
  });
});

describe("options by which a JVM can be taken over", () => {
  test.each([
    "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005",
    "-agentpath:/opt/lib/libjdwp.so=address=*:5005",
    "-Xrunjdwp:transport=dt_socket",
    "-Xdebug",
    "-Dcom.sun.management.jmxremote.authenticate=false",
    "-Dcom.sun.management.jmxremote.ssl=FALSE",
    "-Dcom.sun.management.jmxremote.ssl=no",
    "-Dspring.devtools.remote.secret=x",
  ])("%s", (option) => {
    expect(riskyText(`java ${option} -jar app.jar`).map(({ risk }) => risk)).toContain("debug");
  });

  test.each(["-XX:Flags=/config/flags", "-XX:VMOptionsFile=/config/o", "-Dcom.sun.management.config.file=/config/m"])(
    "%s reads them from elsewhere",
    (option) => {
      expect(riskyText(option).map(({ risk }) => risk)).toEqual(["hidden"]);
    },
  );
});

test.each([
  "-XX:+UseG1GC",
  "-XX:-HeapDumpOnOutOfMemoryError",
  "-XX:-CreateCoredumpOnCrash",
  "-XX:-FlightRecorder",
  "-XX:+ExitOnOutOfMemoryError",
  "-Xdump:none",
  "-Xshare:dump",
  "-javaagent:/opt/opentelemetry.jar",
  "-Dcom.sun.management.jmxremote.authenticate=true",
  "-Dcom.sun.management.jmxremote.ssl=true",
  "-Dcom.sun.management.jmxremote.ssl.need.client.auth=false",
  "-Dmanagement.endpoints.web.exposure.include=health,prometheus",
  "--management.endpoints.web.exposure.exclude=*",
  "--server.name=heapdump",
])("%s is nobody's business", (option) => {
  expect(riskyText(option)).toEqual([]);
});

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
    "probes.startup.exec.command: jmap (dump)",
    "probes.liveness.exec.command: jmap (dump)",
    "env.JDK_JAVA_OPTIONS: -Xdebug (debug)",
    "env.CATALINA_OPTS: -XX:+CrashOnOutOfMemoryError (dump)",
    "env.BPL_DEBUG_ENABLED: BPL_DEBUG_ENABLED (debug)",
    "env.MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE: management.endpoints.web.exposure.include=* (dump)",
    "env.SPRING_APPLICATION_JSON: management.endpoints.web.exposure.include=heapdump (dump)",
    "secrets.SPRING_DEVTOOLS_REMOTE_SECRET: spring.devtools.remote.secret (debug)",
  ]);
});
