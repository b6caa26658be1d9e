import { didYouMean } from "../../components/suggestion.ts";

const frequencies = ["DAILY", "WEEKLY", "MONTHLY", "YEARLY"];
const weekday = "(MO|TU|WE|TH|FR|SA|SU)";

/** The parts of a rule (RFC 5545, 3.3.10) and what each may hold. The library passes over a part or number that it does not know. */
const parts: Readonly<Record<string, { readonly allowed: string; readonly holds: (value: string) => boolean }>> = {
  FREQ: { allowed: `one of ${frequencies.join(", ")}`, holds: (value) => frequencies.includes(value) },
  INTERVAL: numbers(1, 1000, { list: false }),
  COUNT: numbers(1, 10_000, { list: false }),
  UNTIL: { allowed: "an instant in UTC, such as 20271231T235900Z", holds: (value) => parseUntil(value) !== undefined },
  BYMONTH: numbers(1, 12),
  BYMONTHDAY: numbers(1, 31, { fromEnd: true }),
  BYYEARDAY: numbers(1, 366, { fromEnd: true }),
  BYWEEKNO: numbers(1, 53, { fromEnd: true }),
  BYDAY: {
    allowed: "days of the week, such as MO or MO,TU or 1MO or -1FR",
    holds: (value) => new RegExp(`^([+-]?[1-9]\\d?)?${weekday}(,([+-]?[1-9]\\d?)?${weekday})*$`).test(value),
  },
  BYHOUR: numbers(0, 23),
  BYMINUTE: numbers(0, 59),
  BYSETPOS: numbers(1, 366, { fromEnd: true }),
  WKST: { allowed: "a day of the week, such as MO", holds: (value) => new RegExp(`^${weekday}$`).test(value) },
};

function numbers(least: number, most: number, { list = true, fromEnd = false } = {}) {
  const range = `from ${least} to ${most}${fromEnd ? `, or from -${most} to -${least}` : ""}`;
  const isAllowed = (text: string) => {
    const value = /^[+-]?\d{1,5}$/.test(text) ? Number(text) : Number.NaN;
    return (value >= least && value <= most) || (fromEnd && -value >= least && -value <= most);
  };
  return {
    allowed: list ? `numbers ${range}, with commas between them` : `a number ${range}`,
    holds: (value: string) => (list ? value.split(",") : [value]).every(isAllowed),
  };
}

/** `UNTIL` of a rule. */
export function parseUntil(value: string): Date | undefined {
  const [, year, month, day, hours, minutes, seconds] = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(value) ?? [];
  const text = `${year}-${month}-${day}T${hours}:${minutes}:${seconds}`;
  const time = Date.parse(`${text}Z`);
  return !Number.isNaN(time) && new Date(time).toISOString().startsWith(text) ? new Date(time) : undefined;
}

/** The parts of a rule that {@link recurrenceRuleProblems} finds nothing wrong with, by name. */
export function rulePartsOf(rule: string): ReadonlyMap<string, string> {
  return new Map(
    rule.split(";").map((part): [string, string] => {
      const [name = "", value = ""] = part.split("=");
      return [name, value];
    }),
  );
}

/** What is wrong with the parts of a recurrence rule, each in one sentence. */
export function recurrenceRuleProblems(rule: string): string[] {
  if (/^(RRULE|DTSTART|EXDATE|RDATE)\b/i.test(rule)) {
    return ["must be the rule alone, without RRULE: before it; write first time and exceptions as start and exdate"];
  }
  const names = rule.split(";").map((part) => part.split("=")[0] ?? "");
  const problems = rule.split(";").flatMap((part, index) => {
    const [name = "", value, ...more] = part.split("=");
    // Whoever reads this sees the rule before it.
    const not = part === rule ? "" : `, not ${JSON.stringify(part)}`;
    if (value === undefined || more.length > 0) {
      return [`must consist of parts of the form NAME=value, such as FREQ=YEARLY, with ; between them${not}`];
    }
    if (!Object.hasOwn(parts, name)) {
      const known = Object.keys(parts);
      return [
        `has an unknown part ${JSON.stringify(name)}; expected some of ${known.join(", ")}${didYouMean(name, known)}`,
      ];
    }
    if (names.indexOf(name) !== index) return [`has ${name} twice; remove one of the two`];
    return parts[name]?.holds(value) === true ? [] : [`must have ${name}= and ${parts[name]?.allowed}${not}`];
  });
  if (!names.includes("FREQ")) problems.push(`has no FREQ; begin it with FREQ= and one of ${frequencies.join(", ")}`);
  if (names.includes("COUNT") && names.includes("UNTIL")) problems.push("has COUNT and UNTIL; remove one of the two");
  const times = ["BYHOUR", "BYMINUTE"].map((name) => rulePartsOf(rule).get(name)?.split(",").length ?? 1);
  const perDay = times.reduce((product, count) => product * count, 1);
  if (perDay > 24)
    problems.push(`has ${perDay} times a day by BYHOUR and BYMINUTE; state at most 24, and how long each lasts`);
  return problems;
}
