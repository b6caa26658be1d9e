import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, onTestFinished, test } from "vitest";
import { formatDiagnostic, ValidationError } from "../../../components/diagnostic.ts";
import { readCalendar } from "../../../delivery/calendar/readCalendar.ts";

const sites = [
  { name: "dc1", timeZone: "Europe/Madrid" },
  { name: "dc2", timeZone: "Europe/Madrid" },
];

const folder = await mkdtemp(join(tmpdir(), "gemelos-calendar-"));
for (const { name, timeZone } of sites) {
  await writeFile(join(folder, `Pulumi.${name}.yaml`), `config:\n  gemelos:site:\n    timeZone: ${timeZone}\n`);
}
afterAll(() => rm(folder, { recursive: true }));

/** What is said of a calendar, a line for each problem. */
async function problems(text: string | Uint8Array): Promise<string[]> {
  await writeFile(join(folder, "calendar.yaml"), text);
  const error: unknown = await readCalendar(folder).catch((thrown: unknown) => thrown);
  return error instanceof ValidationError ? error.diagnostics.map(formatDiagnostic) : [];
}

/** A calendar with one freeze, whose fields are replaced or added to; `null` leaves one out. */
function withFreeze(fields: Readonly<Record<string, unknown>>): string {
  const freeze = {
    name: "income-tax",
    reason: "the campaign of the income tax ends",
    start: "2027-06-25T00:00",
    end: "2027-07-01T00:00",
    ...fields,
  };
  return JSON.stringify({
    freezes: [Object.fromEntries(Object.entries(freeze).filter(([, value]) => value !== null))],
  });
}

/** The same for a recurrence. */
function withRule(rrule: string, fields: Readonly<Record<string, unknown>> = {}): string {
  return withFreeze({ end: null, duration: "8h", rrule, ...fields });
}

test("everything that is wrong is said at once, with line, value and what is allowed", async () => {
  const text = `freezes:
  - name: income tax
    reason: short
    sites: [dc9]
    timezone: Europe/Madrid
    start: 2027-02-29T00:00
    end: 2027-07-01
  - name: invoices
    reason: the invoices of a month are sent
    timeZone: Europe/Madird
    start: 2027-01-31T22:00
    duration: 8 hours
    rrule: FREQ=MONTHLY;BYMONTHDAY=-1
peak: []
breakGlass:
  vaultEntities: [incident-team]
`;
  expect(await problems(text)).toMatchInlineSnapshot(`
    [
      "calendar.yaml:2:5: freezes[0].name: "income tax" must be a DNS label: lower-case letters a-z, digits and hyphens, no hyphen at an end",
      "calendar.yaml:3:5: freezes[0].reason: "short" must be a reason that an auditor understands, at least 10 characters",
      "calendar.yaml:4:13: freezes[0].sites[0]: "dc9" is no site of this project; expected one of dc1, dc2",
      "calendar.yaml:5:5: freezes[0].timezone: unknown key; remove it or correct its spelling; did you mean "timeZone"?",
      "calendar.yaml:6:5: freezes[0].start: "2027-02-29T00:00" must be a minute that exists, such as 2027-06-25T08:00 (years 2000 to 2199; midnight is 00:00 of the day that begins)",
      "calendar.yaml:7:5: freezes[0].end: "2027-07-01" must be a minute that exists, such as 2027-06-25T08:00 (years 2000 to 2199; midnight is 00:00 of the day that begins)",
      "calendar.yaml:10:5: freezes[1].timeZone: "Europe/Madird" must be UTC or a time zone of the IANA database by area and city, such as America/Lima; with a name that it does not know, a JVM takes UTC without a word",
      "calendar.yaml:12:5: freezes[1].duration: "8 hours" must be a length of time above zero in weeks, days, hours and minutes, in this order: 2d, 8h, 90m, 1d12h",
      "calendar.yaml:14:1: peak: unknown key; remove it or correct its spelling; did you mean "peaks"?",
      "calendar.yaml:16:19: breakGlass.vaultEntities[0]: "incident-team" must be the id of an entity in Vault, 36 characters in lower case; a name may be given to another entity later: vault read -field=id identity/entity/name/<name>",
    ]
  `);
});

test.each<[string, string]>([
  ["an empty file", ""],
  ["nothing but comments", "# nobody is stopped\n"],
  ["a freeze", withFreeze({})],
  ["sites and a time zone", withFreeze({ sites: ["dc2"], timeZone: "America/Lima" })],
  ["a duration in place of an end", withFreeze({ end: null, duration: "6d" })],
  ["a single minute", withFreeze({ end: "2027-06-25T00:01" })],
  ["over the end of a year", withFreeze({ start: "2027-12-31T23:59", end: "2028-01-01T00:01" })],
  ["29 February of a leap year", withFreeze({ start: "2028-02-29T00:00", end: "2028-03-01T00:00" })],
  ["366 days", withFreeze({ start: "2027-03-01T00:00", end: "2028-03-01T00:00" })],
  ["a recurrence without end", withRule("FREQ=DAILY")],
  ["29 February of every leap year", withRule("FREQ=YEARLY", { start: "2028-02-29T00:00" })],
  ["the last day of each month", withRule("FREQ=MONTHLY;BYMONTHDAY=-1", { start: "2027-01-31T00:00" })],
  [
    "an entity's id as Vault makes it, which is no UUID of any version",
    JSON.stringify({ breakGlass: { vaultEntities: ["7d2e3179-f69b-050c-7179-ac8ee8bd8ca9"] } }),
  ],
  ["every day, but for an hour", withRule("FREQ=DAILY", { duration: "23h" })],
  ["every day of a year, then never again", withRule("FREQ=DAILY;COUNT=365", { duration: "1d" })],
  ["with an exception", withRule("FREQ=DAILY", { exdate: ["2027-06-26T00:00"] })],
  ["times that overlap", withRule("FREQ=WEEKLY;BYDAY=FR,SA", { duration: "2d" })],
  ["until an instant", withRule("FREQ=DAILY;UNTIL=20270630T220000Z")],
])("%s is accepted", async (_, text) => {
  expect(await problems(text)).toEqual([]);
});

test.each<[string, string, string]>([
  ["an end before the start", withFreeze({ end: "2027-06-24T23:59" }), "is before the start"],
  [
    "no time at all, where clocks show it twice",
    withFreeze({ start: "2027-10-31T02:30", end: "2027-10-31T02:30" }),
    "no time",
  ],
  [
    "an end before the start, where clocks go back",
    withFreeze({ start: "2027-10-31T02:50", end: "2027-10-31T02:10" }),
    "is before the start",
  ],
  ["no time at all", withFreeze({ end: "2027-06-25T00:00" }), "would last no time"],
  ["no end", withFreeze({ end: null }), "end: is missing"],
  ["end and duration", withFreeze({ duration: "1d" }), "beside end"],
  ["a day without a time", withFreeze({ end: "2027-06-30" }), '"2027-06-30" must be a minute that exists'],
  ["a day that no month has", withFreeze({ end: "2027-06-31T00:00" }), "must be a minute that exists"],
  ["29 February of another year", withFreeze({ start: "2027-02-29T00:00" }), "that exists"],
  ["24:00", withFreeze({ end: "2027-06-30T24:00" }), "midnight is 00:00 of the day that begins"],
  ["seconds", withFreeze({ end: "2027-06-30T23:59:59" }), "must be a minute"],
  ["an offset", withFreeze({ end: "2027-06-30T23:59Z" }), "must be a minute"],
  ["a mistaken year", withFreeze({ end: "2072-07-01T00:00" }), "more than 366 days"],
  ["a time that clocks leave out", withFreeze({ start: "2027-03-28T02:30" }), "write 2027-03-28T03:00"],
  ["a time zone that nobody knows", withFreeze({ timeZone: "Europe/Madird" }), "must be UTC or a time zone"],
  ["a site that there is not", withFreeze({ sites: ["dc3"] }), "expected one of dc1, dc2"],
  ["no site", withFreeze({ sites: [] }), "at least one site"],
  ["an unknown key", withFreeze({ timezone: "UTC" }), 'did you mean "timeZone"?'],
  ["no length", withFreeze({ end: null, duration: "0d" }), "above zero"],
  ["a rule without a duration", withFreeze({ end: null, rrule: "FREQ=DAILY" }), "duration: is missing"],
  ["a rule with an end", withFreeze({ rrule: "FREQ=DAILY" }), "for what happens once"],
  ["exceptions without a rule", withFreeze({ exdate: ["2027-06-26T00:00"] }), "add rrule"],
  ["an unknown frequency", withRule("FREQ=WEEKLI"), '"FREQ=WEEKLI" must have FREQ= and one of DAILY'],
  ["every second", withRule("FREQ=SECONDLY"), "one of DAILY, WEEKLY, MONTHLY, YEARLY"],
  ["an unknown part", withRule("FREQ=YEARLY;BYMONHT=6"), 'did you mean "BYMONTH"?'],
  ["a month that there is not", withRule("FREQ=YEARLY;BYMONTH=13"), "numbers from 1 to 12"],
  ["a part twice", withRule("FREQ=DAILY;FREQ=WEEKLY"), "has FREQ twice"],
  ["no frequency", withRule("BYDAY=MO"), "has no FREQ"],
  ["COUNT and UNTIL", withRule("FREQ=DAILY;COUNT=2;UNTIL=20280101T000000Z"), "has COUNT and UNTIL"],
  ["an end of another form", withRule("FREQ=DAILY;UNTIL=20280101"), "such as 20271231T235900Z"],
  ["RRULE: before it", withRule("RRULE:FREQ=DAILY"), "without RRULE:"],
  ["lines of a calendar's file", withRule("FREQ=DAILY\nRDATE:20280101T000000Z"), "must have FREQ="],
  ["a rule that never takes place", withRule("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), "never takes place"],
  ["a rule that ends before it begins", withRule("FREQ=DAILY;UNTIL=20270101T000000Z"), "never takes place"],
  ["a start that the rule has not", withRule("FREQ=WEEKLY;BYDAY=MO"), "whose first is 2027-06-28T00:00"],
  ["an exception from nothing", withRule("FREQ=DAILY", { exdate: ["2027-06-26T00:01"] }), "leaves out nothing"],
  [
    "nothing but exceptions",
    withRule("FREQ=DAILY;COUNT=1", { exdate: ["2027-06-25T00:00"] }),
    "every time of the rule",
  ],
  ["no pause, ever", withRule("FREQ=DAILY", { duration: "1d" }), "without a pause"],
  ["no pause, week by week", withRule("FREQ=WEEKLY", { duration: "1w" }), "without a pause"],
  ["no pause, year by year", withRule("FREQ=YEARLY", { duration: "366d" }), "without a pause"],
  ["a weekday that a week has not twice", withRule("FREQ=WEEKLY;BYDAY=2FR"), "BYDAY"],
  [
    "too many times a day",
    withRule("FREQ=DAILY;BYHOUR=0,6;BYMINUTE=0,5,10,15,20,25,30,35,40,45,50,55,59"),
    "26 times a day",
  ],
  [
    "a name twice",
    JSON.stringify({ freezes: ["a", "b", "a"].map(() => JSON.parse(withFreeze({})).freezes[0]) }),
    "number 1 of this list",
  ],
  ["a person's name", JSON.stringify({ breakGlass: { vaultEntities: ["ana"] } }), "must be the id of an entity"],
  [
    "an address of a signer",
    JSON.stringify({ breakGlass: { signers: ["ana@tax.example"] } }),
    "must be a key's fingerprint",
  ],
  ["a list in place of a map", "- name: x", "must be a map"],
  ["a key twice", "freezes: []\nfreezes: []", "duplicate key freezes"],
  ["another encoding", "\u0000\ud800", "UTF-8"],
])("%s is refused", async (_, text, message) => {
  const found = await problems(text === "\u0000\ud800" ? new Uint8Array([0xff, 0xfe]) : text);
  expect(found.join("\n")).toContain(message);
  expect(found.every((line) => line.startsWith("calendar.yaml"))).toBe(true);
});

test("hundreds of recurrences are read within seconds", async () => {
  const rules = [
    "FREQ=DAILY",
    "FREQ=WEEKLY;BYDAY=FR",
    "FREQ=MONTHLY",
    "FREQ=YEARLY",
    "FREQ=YEARLY;BYDAY=-1FR;BYMONTH=6",
  ];
  const freezes = Array.from({ length: 500 }, (_, index) => {
    const [freeze] = JSON.parse(withRule(rules[index % rules.length] ?? "")).freezes;
    return { ...freeze, name: `f${index}` };
  });
  const start = performance.now();
  expect(await problems(JSON.stringify({ freezes }))).toEqual([]);
  expect(performance.now() - start).toBeLessThan(30_000);
});

test("a huge file is refused, and so are more windows than anybody oversees", async () => {
  const [huge] = await problems(new Uint8Array(2 ** 20 + 1).fill(0x20));
  expect(huge).toContain("more than the maximum of 1048576");
  const many = Array.from({ length: 501 }, (_, index) => ({
    ...JSON.parse(withFreeze({})).freezes[0],
    name: `f${index}`,
  }));
  const [first] = await problems(JSON.stringify({ freezes: many }));
  expect(first).toContain("at most 500");
});

/** A project's folder with these files. */
async function project(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-calendar-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
  return folder;
}

test("a project without a calendar has no freezes, and its sites' time zones are known", async () => {
  const folder = await project({
    "Pulumi.dc1.yaml": "config:\n  gemelos:site:\n    timeZone: America/Lima\n",
    "Pulumi.dc2.yaml": "config: {}\n",
  });
  const calendar = await readCalendar(folder);
  expect(calendar.freezes).toEqual([]);
  expect(calendar.sites).toEqual([
    { name: "dc1", timeZone: "America/Lima" },
    { name: "dc2", timeZone: "UTC" },
  ]);
});

test("a calendar that is a folder is refused, and a site's file that cannot be read is not looked at", async () => {
  const folder = await project({});
  await mkdir(join(folder, "Pulumi.dc1.yaml"));
  expect((await readCalendar(folder)).sites).toEqual([{ name: "dc1", timeZone: "UTC" }]);
  await mkdir(join(folder, "calendar.yaml"));
  await expect(readCalendar(folder)).rejects.toThrow(
    "calendar.yaml: is a folder; put a file of the project in its place",
  );
});

test.each([
  ["a link that leads nowhere", "/nonexistent", 'is a link to "/nonexistent", where there is nothing; put a file'],
  ["a link to itself", "calendar.yaml", 'is a link to "calendar.yaml", where there is nothing; put a file'],
  ["a link out of the project", "/etc/hosts", 'is a link to "/etc/hosts", which is outside the project; put a file'],
  ["a link to a device", "/dev/zero", 'is a link to "/dev/zero", which is outside the project; put a file'],
  ["a link to a folder", ".", 'is a link to ".", which is outside the project; put a file'],
])("a calendar that is %s is refused at once, and nothing of it is shown", async (_, target, message) => {
  const folder = await project({});
  await symlink(target, join(folder, "calendar.yaml"));
  const thrown: unknown = await readCalendar(folder).catch((error: unknown) => error);
  const found = thrown instanceof ValidationError ? thrown.diagnostics.map(formatDiagnostic) : [];
  expect(found).toEqual([expect.stringContaining(`calendar.yaml: ${message}`)]);
});

test("a calendar may be a link to another file of the project", async () => {
  const folder = await project({ "dates.yaml": withFreeze({}) });
  await symlink("dates.yaml", join(folder, "calendar.yaml"));
  expect((await readCalendar(folder)).freezes).toHaveLength(1);
});

const withPeak = (fields: Readonly<Record<string, unknown>>) => {
  const [freeze] = JSON.parse(withFreeze({})).freezes;
  return JSON.stringify({ peaks: [{ ...freeze, deployBefore: "1d", ...fields }] });
};

test("fewest replicas above the most of the same peak are refused without the catalogue", async () => {
  const text = withPeak({ minReplicas: { receipts: 6, ledger: 4 }, maxReplicas: { receipts: 4, ledger: 4 } });
  expect(await problems(text)).toEqual([
    expect.stringContaining(
      "peaks[0].minReplicas.receipts: 6 is above the 4 that maxReplicas of this peak states; lower it, or raise maxReplicas",
    ),
  ]);
  expect(await problems(withPeak({ minReplicas: { receipts: 6 }, maxReplicas: { ledger: 4 } }))).toEqual([]);
});

test("a message on a rule shows the rule once, and of a longer rule the part that is wrong", async () => {
  const said = async (rule: string) => (await problems(withRule(rule)))[0]?.replace(/^.*rrule: /, "");
  expect(await said("FREQ=HOURLY")).toBe('"FREQ=HOURLY" must have FREQ= and one of DAILY, WEEKLY, MONTHLY, YEARLY');
  expect(await said("FREQ=YEARLY;BYMONTH=13")).toBe(
    '"FREQ=YEARLY;BYMONTH=13" must have BYMONTH= and numbers from 1 to 12, with commas between them, not "BYMONTH=13"',
  );
  expect((await said("DAILY"))?.match(/"DAILY"/g)).toHaveLength(1);
});

test.each(["calendar.yml", "Calendar.yaml", "calender.yaml", "freezes.yaml"])(
  "freezes in %s would stop nobody, so it is refused",
  async (name) => {
    const folder = await project({ [name]: withFreeze({}) });
    const error = await readCalendar(folder).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(ValidationError);
    expect(String(error)).toContain(`${name}: nobody reads freezes and peaks under this name`);
  },
);

test("the project's own calendar is valid", async () => {
  const { freezes, peaks } = await readCalendar(join(import.meta.dirname, "../../.."));
  expect(freezes.length).toBeGreaterThan(0);
  expect(peaks.length).toBeGreaterThan(0);
});
