import { expect, test } from "vitest";
import { alertmanagerConfiguration } from "../../../components/monitoring/alertmanagerConfiguration.ts";
import { alerts } from "../../../components/monitoring/rules/index.ts";
import { planOf, siteWith } from "./monitoredSite.ts";

const email = { backingService: "mail-relay", from: "alerts@tax.example" };
const webhook = { backingService: "on-call" };
const both = alertmanagerConfiguration(planOf(siteWith({ receivers: { email, webhook } })));

test("a service's alerts go to its owner, where that is an address; the others to the contact; pages to who is on call, too", () => {
  expect(both.route.receiver).toBe("contact");
  expect(both.route.routes).toEqual([
    { receiver: "nobody", matchers: ['severity="info"'] },
    { receiver: "on-call", matchers: ['severity="page"'], continue: true },
    { receiver: "team-receipts@tax.example", matchers: ['owner="team-receipts@tax.example"'] },
    { receiver: "contact" },
  ]);
  const addresses = both.receivers.map(({ name, email_configs: mails = [] }) => [name, mails[0]?.to]);
  expect(addresses).toEqual([
    ["contact", "platform-dc1@tax.example"],
    ["nobody", undefined],
    ["on-call", undefined],
    ["team-receipts@tax.example", "team-receipts@tax.example"],
  ]);
});

test("without e-mail everything goes to the webhook", () => {
  const { route, receivers, global } = alertmanagerConfiguration(planOf(siteWith({ receivers: { webhook } })));
  expect(route.routes).toEqual([{ receiver: "nobody", matchers: ['severity="info"'] }, { receiver: "contact" }]);
  expect(receivers[0]).toEqual({
    name: "contact",
    webhook_configs: [{ url_file: "/etc/alertmanager/secrets/WEBHOOK_URL", send_resolved: true }],
  });
  expect(Object.keys(global)).toEqual(["resolve_timeout"]);
});

test("mail goes to the backing service, encrypted; a password is a file", () => {
  const { global } = alertmanagerConfiguration(
    planOf(siteWith({ receivers: { email: { ...email, username: "alerts" } } })),
  );
  expect(global).toEqual({
    resolve_timeout: "5m",
    smtp_smarthost: "smtp.dc1.tax.example:587",
    smtp_from: "alerts@tax.example",
    smtp_require_tls: true,
    smtp_auth_username: "alerts",
    smtp_auth_password_file: "/etc/alertmanager/secrets/SMTP_PASSWORD",
  });
});

test("what is silenced by another alert names alerts that there are, and none silences itself", () => {
  const known = new Set<string>(Object.values(alerts).map(({ name }) => name));
  const named = both.inhibit_rules.flatMap(({ source_matchers: sources, target_matchers: targets }) =>
    [...sources, ...targets].flatMap((matcher) => {
      const [, names = ""] = /^alertname=~?"([^"]+)"$/.exec(matcher) ?? [];
      return names.split("|").filter((name) => name !== "");
    }),
  );
  expect(named.length).toBeGreaterThan(20);
  for (const name of named) expect(known).toContain(name);
});
