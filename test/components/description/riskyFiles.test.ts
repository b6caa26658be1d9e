import { expect, test } from "vitest";
import { riskyFile } from "../../../components/description/riskyFiles.ts";

const include = "management.endpoints.web.exposure.include";

test.each([
  [
    "application.yaml",
    "management:\n  endpoints:\n    web:\n      exposure:\n        include: '*'\n",
    [`${include}=*`],
  ],
  ["application.yml", "management.endpoints.web.exposure:\n  include: [health, heapdump]\n", [`${include}=heapdump`]],
  ["application.yaml", "a: 1\n---\nmanagement.endpoints.web.exposure.include: env\n", [`${include}=env`]],
  ["application.json", '{"management":{"endpoints":{"web":{"exposure":{"include":"*"}}}}}', [`${include}=*`]],
  ["application.properties", "a=b\nmanagement.endpoints.web.exposure.include = health,\\\n  *\n", [`${include}=*`]],
  ["application.properties", "management.endpoints.web.exposure.include: threaddump", [`${include}=threaddump`]],
  ["application.properties", "spring.devtools.remote.secret=x\n", ["spring.devtools.remote.secret"]],
  ["application.properties", "# management.endpoints.web.exposure.include=*\n", []],
  [
    "application.yaml",
    "management:\n  endpoints:\n    web:\n      exposure:\n        include: health, prometheus\n",
    [],
  ],
  ["application.yaml", "a: [\n", []],
  ["logback-spring.xml", "<configuration/>", []],
  ["application.yaml", "logging.level:\n  org.hibernate.type: TRACE\n", ["logging.level.org.hibernate.type"]],
  ["application.yaml", "logging:\n  level:\n    '[org.apache.http]': debug\n", ["logging.level.[org.apache.http]"]],
  [
    "application.yaml",
    "logging:\n  group: { wire: 'org.tax, org.apache.http' }\n  level: { wire: DEBUG }\n",
    ["logging.level.wire"],
  ],
  ["application.yaml", "debug: true\n", ["debug"]],
  ["application.yaml", "debug: false\nlogging.level.root: warn\n", []],
  ["application.properties", "management.endpoints.web.exposure.inclu\\u0064e=heapdump\n", [`${include}=heapdump`]],
  ["logging.properties", ".level=FINEST\norg.apache.http.level=INFO\n", [".level"]],
  [
    "log4j.properties",
    "log4j.rootLogger=INFO, A\nlog4j.logger.org.apache.http=DEBUG\n",
    ["log4j.logger.org.apache.http"],
  ],
  [
    "log4j2.properties",
    "logger.w.name = org.apache.hc.client5.http\nlogger.w.level = debug\n",
    ["org.apache.hc.client5.http in logger.w.level"],
  ],
  [
    "log4j2.yaml",
    "Configuration:\n  Loggers:\n    Logger:\n      - { name: org.springframework.web, level: trace }\n    Root: { level: info }\n",
    ["org.springframework.web in Configuration.Loggers.Logger.0.level"],
  ],
  ["log4j2.json", '{"Configuration":{"Loggers":{"Root":{"level":"debug"}}}}', ["Configuration.Loggers.Root.level"]],
  [
    "logback.xml",
    "<configuration><!-- <root level='TRACE'/> --><logger level='DEBUG' name='org.apache.http'/><root level=\"INFO\"><appender-ref ref=\"A\"/></root></configuration>",
    ["the level of the logger org.apache.http"],
  ],
  ["logback.xml", '<configuration><root level="${L:-DEBUG}"/></configuration>', ["the level of the logger root"]],
  ["log4j2.xml", '<Loggers><AsyncRoot level="all"/></Loggers>', ["the level of the logger root"]],
  [
    "log4j.xml",
    '<category name="httpclient.wire"><priority value="debug"/></category>',
    ["the level of the logger httpclient.wire"],
  ],
  ["java.options", "-XX:HeapDumpPath=/config/x", ["-XX:HeapDumpPath"]],
])("%s: %j", (name, text, found) => {
  expect(riskyFile(name, text).map((each) => each.name)).toEqual(found);
});
