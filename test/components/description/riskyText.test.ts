import { describe, expect, test } from "vitest";
import { riskyCommand, riskyText } from "../../../components/description/riskyText.ts";

const risksOf = (text: string) => riskyText(`java ${text} -jar app.jar`).map(({ risk }) => risk);

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
    "-XX:+ErrorFileToStdout",
    "-XX:StartFlightRecording=filename=/tmp/x.jfr",
    "-XX:+FlightRecorder",
    "-XX:FlightRecorderOptions=repository=/tmp",
    "-XX:CRaCCheckpointTo=/tmp/cr",
    "-Dspring.context.checkpoint=onRefresh",
    "-agentlib:hprof=heap=dump",
    "-Xrunhprof:heap=dump",
    "-Xdump:heap",
    "-Dmanagement.endpoints.web.exposure.include=health,heapdump",
    "--management.endpoints.web.exposure.include=*",
    "--management.endpoints.web.exposure.include[0]=env",
    "--MANAGEMENT_ENDPOINTS_WEB_EXPOSURE_INCLUDE=threaddump",
    "--management.endpoints.web.exposure.include=health,configprops",
    "--endpoints.heapdump.sensitive=false",
    "--endpoints.all.enabled=true",
    '--spring.application.json={"management": {"endpoints.web.exposure.include": "*"}}',
  ])("%s", (option) => {
    expect(risksOf(option)).toContain("dump");
  });
});

describe("options by which requests and values are logged", () => {
  test.each([
    "-Djavax.net.debug=ssl:record:plaintext",
    "-Djavax.net.debug",
    "-Djava.security.debug=all",
    "-Djdk.httpclient.HttpClient.log=headers,content",
    "-Djdk.internal.httpclient.debug=true",
    "-Dcom.sun.xml.ws.transport.http.HttpAdapter.dump=true",
    "-Dorg.apache.cxf.logging.enabled=true",
    "-Dlogging.level.org.apache.http.wire=DEBUG",
    "--logging.level.org.springframework.web=TRACE",
    "--logging.level.root=debug",
    "--logging.level.web=debug",
    "--logging.level.org.hibernate.orm.jdbc.bind=trace",
    "-Dorg.apache.commons.logging.simplelog.log.org.apache.http.wire=DEBUG",
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=debug",
    "--debug",
    "--trace",
    "--spring.mvc.log-request-details=true",
    "--spring.cloud.gateway.httpclient.wiretap=true",
    "--spring.cloud.openfeign.client.config.default.logger-level=FULL",
    "--mybatis.configuration.log-impl=org.apache.ibatis.logging.stdout.StdOutImpl",
    "--server.tomcat.accesslog.pattern=%h_%{Authorization}i",
    "--server.undertow.accesslog.pattern=%{i,Cookie}",
    "--quarkus.log.category.org.hibernate.type.level=TRACE",
    "--management.endpoints.web.exposure.include=health,loggers,httpexchanges",
    "-Dspring.datasource.url=jdbc:mysql://db/cards?profileSQL=true",
    "-Dspring.datasource.url=jdbc:p6spy:postgresql://db/cards",
    "-Xlog:exceptions",
    "-Xlog:gc,exceptions=debug:stdout",
    "-Xlog:all=trace:file=/tmp/log",
    "-Xlog:stringtable*=trace",
    "-Xtrace:print=mt",
  ])("%s", (option) => {
    expect(risksOf(option)).toContain("log");
  });
});

describe("options by which a JVM can be taken over", () => {
  test.each([
    "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=*:5005",
    "-agentpath:/opt/lib/libjdwp.so=address=*:5005",
    "-Xrunjdwp:transport=dt_socket",
    "-Xdebug",
    "-javaagent:/opt/jolokia-jvm.jar",
    "-Dcom.sun.management.jmxremote.authenticate=false",
    "-Dcom.sun.management.jmxremote.ssl=FALSE",
    "-Dcom.sun.management.jmxremote.ssl=no",
    "-Dspring.devtools.remote.secret=x",
    "--spring.h2.console.enabled=true",
  ])("%s", (option) => {
    expect(risksOf(option)).toContain("debug");
  });

  test.each([
    "-XX:Flags=/config/flags",
    "-XX:VMOptionsFile=/config/o",
    "-Dcom.sun.management.config.file=/config/m",
    "-Dlogging.config=https://config.example/logback.xml",
  ])("%s reads them from elsewhere", (option) => {
    expect(risksOf(option)).toEqual(["hidden"]);
  });
});

test.each<[command: string, risk: string]>([
  ["jmap -dump:file=/tmp/x 1", "dump"],
  ["jcmd 1 GC.heap_dump /tmp/x", "dump"],
  ["jcmd 1 Thread.print", "dump"],
  ["ulimit -c unlimited; java -jar app.jar", "dump"],
  ["ulimit -S -c unlimited", "dump"],
  ["kill -3 1", "dump"],
  ["kill -s SIGQUIT 1", "dump"],
  ["cat /proc/1/environ", "dump"],
  ["wget -qO- localhost:17137/actuator/heapdump", "dump"],
  ["tcpdump -A port 7137", "log"],
  ["jinfo -flag +HeapDumpOnOutOfMemoryError 1", "debug"],
  ["jcmd 1 VM.set_flag HeapDumpOnOutOfMemoryError true", "debug"],
  ["gdbserver :1 java", "debug"],
  ["java @/opt/options -jar app.jar", "hidden"],
])("the command %s: %s", (command, risk) => {
  expect(riskyCommand(command).map((each) => each.risk)).toContain(risk);
});

test.each([
  "-XX:+UseG1GC",
  "-XX:-HeapDumpOnOutOfMemoryError",
  "-XX:-CreateCoredumpOnCrash",
  "-XX:-FlightRecorder",
  "-XX:+ExitOnOutOfMemoryError",
  "-Xdump:none",
  "-Xshare:dump",
  "-Xlog:gc*=debug:stdout:time,level",
  "-Xlog:disable",
  "-Xlog",
  "-javaagent:/opt/opentelemetry.jar",
  "-Dcom.sun.management.jmxremote.authenticate=true",
  "-Dcom.sun.management.jmxremote.ssl=true",
  "-Dcom.sun.management.jmxremote.ssl.need.client.auth=false",
  "-Dmanagement.endpoints.web.exposure.include=health,prometheus",
  "--management.endpoints.web.exposure.exclude=*",
  "--endpoints.health.enabled=true",
  "--server.name=heapdump",
  "--logging.level.root=INFO",
  "--logging.level.org.tax.receipts=DEBUG",
  "--logging.level.org.hibernate.SQL=DEBUG",
  "--logging.level.org.springframework.boot=DEBUG",
  "--debug=false",
  "-Dlogging.config=/config/logback-spring.xml",
  "--server.tomcat.accesslog.pattern=%h_%t_%{User-Agent}i_%s_%D",
  "ulimit -c 0",
  "kill -15 1",
  "mail@tax.example image@sha256:0f1e",
])("%s is nobody's business", (option) => {
  expect(riskyCommand(option)).toEqual([]);
});
