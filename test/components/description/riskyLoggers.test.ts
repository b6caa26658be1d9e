import { expect, test } from "vitest";
import { isRiskyLevel } from "../../../components/description/riskyLoggers.ts";

test.each<[logger: string, level: string, risky: boolean]>([
  ["root", "DEBUG", true],
  ["ROOT", "INFO", false],
  ["org", "DEBUG", true],
  ["org.springframework", "debug", true],
  ["org.springframework.web.client.RestTemplate", "DEBUG", true],
  ["ORG_SPRINGFRAMEWORK_WEB", "TRACE", true],
  ["org.springframework.security", "TRACE", false],
  ["org.hibernate.type.descriptor.sql.BasicBinder", "TRACE", true],
  ["org.hibernate.type", "DEBUG", false],
  ["org.apache.http.wire", "${WIRE:DEBUG}", true],
  ["org.apache.http.wire", "${WIRE:INFO}", false],
  ["org.apache.http.wire", "FINEST", true],
  ["org.apache.cxf.services", "INFO", true],
  ["org.apache.cxf", "INFO", false],
  ["web", "DEBUG", true],
  ["webapp", "DEBUG", false],
  ["example.tax", "TRACE", false],
  ["io.undertow.request.dump", "OFF", false],
])("%s at %s: %s", (logger, level, risky) => {
  expect(isRiskyLevel(logger, level)).toBe(risky);
});
