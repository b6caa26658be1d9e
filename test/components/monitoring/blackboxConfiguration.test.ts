import { expect, test } from "vitest";
import { blackboxConfiguration } from "../../../components/monitoring/blackboxConfiguration.ts";

const { hosts, "peer-entrance": entrance } = blackboxConfiguration().modules;

test("an entrance behind which no Prometheus runs answers: what is missing is the dead man's switch, and one page says so", () => {
  for (const status of [401, 502, 503, 504]) expect(entrance.http.valid_status_codes).toContain(status);
});

test("a host whose services are gone is down, whatever its controller answers", () => {
  for (const status of [500, 502, 503, 504]) expect(hosts.http.valid_status_codes).not.toContain(status);
});

test("both are asked over TLS with a certificate that is good", () => {
  for (const { http } of [hosts, entrance]) expect(http).toMatchObject({ fail_if_not_ssl: true });
  expect(JSON.stringify([hosts, entrance])).not.toContain("insecure");
});
