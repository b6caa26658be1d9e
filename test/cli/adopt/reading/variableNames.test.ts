import * as fc from "fast-check";
import { expect, it } from "vitest";
import { variableNames } from "../../../../cli/adopt/reading/variableNames.ts";

it.each([
  ["DB_HOST", ["DB_HOST"]],
  ["maxRetries", ["maxRetries"]],
  ["kafka.bootstrap.servers", ["KAFKA_BOOTSTRAP_SERVERS"]],
  ["retry-limit", ["RETRY_LIMIT", "RETRYLIMIT"]],
  ["app.retry-limit", ["APP_RETRY_LIMIT", "APP_RETRYLIMIT"]],
  ["hosts[0].name", ["HOSTS_0__NAME", "HOSTS_0_NAME"]],
  ["2fa.enabled", []],
])("%s is found by Spring and MicroProfile as %j", (name, names) => expect(variableNames(name)).toEqual(names));

it("every name is one that a description takes, whatever Kubernetes takes", () => {
  fc.assert(
    fc.property(fc.stringMatching(/^[!-<>-~]{1,20}$/), (name) => {
      for (const each of variableNames(name)) expect(each).toMatch(/^[A-Za-z_][A-Za-z0-9_]*$/);
    }),
  );
});
