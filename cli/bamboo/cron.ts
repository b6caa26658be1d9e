/** A field of a time: its name, its least and greatest number, the names that stand for numbers, and what else may stand there. */
interface Field {
  readonly name: string;
  readonly least: number;
  readonly greatest: number;
  readonly names?: readonly string[];
  readonly special?: RegExp;
}

const months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const days = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/** The fields of Quartz, which Bamboo reads. The year may be left out. */
const fields: readonly Field[] = [
  { name: "second", least: 0, greatest: 59 },
  { name: "minute", least: 0, greatest: 59 },
  { name: "hour", least: 0, greatest: 23 },
  {
    name: "day of the month",
    least: 1,
    greatest: 31,
    special: /^(\?|L(-([1-9]|[12]\d|30))?W?|([1-9]|[12]\d|3[01])W)$/,
  },
  { name: "month", least: 1, greatest: 12, names: months },
  {
    name: "day of the week",
    least: 1,
    greatest: 7,
    names: days,
    special: /^(\?|L|([1-7]|SUN|MON|TUE|WED|THU|FRI|SAT)(L|#[1-5]))$/,
  },
  { name: "year", least: 1970, greatest: 2099 },
];

/**
 * What is wrong with a time of Bamboo's, a Quartz cron expression; undefined where nothing is.
 * https://www.quartz-scheduler.org/documentation/quartz-2.3.0/tutorials/crontrigger.html
 */
export function cronProblem(text: string): string | undefined {
  const parts = text.trim().toUpperCase().split(/\s+/);
  if (parts.length < 6 || parts.length > 7) {
    return "must be 6 or 7 fields, second, minute, hour, day of the month, month, day of the week and year, such as 0 0 1 ? * *";
  }
  for (const [index, part] of parts.entries()) {
    const field = fields[index];
    const wrong = field && part.split(",").find((each) => !isRight(each, field));
    if (field === undefined || wrong === undefined) continue;
    return `has ${field.name} ${wrong}, and it is ${field.least} to ${field.greatest}, as a number, a range, or with a step; correct it`;
  }
  if ((parts[3] === "?") === (parts[5] === "?")) {
    return "must have ? for exactly one of the two days, that of the month and that of the week, such as 0 0 1 ? * *";
  }
  return undefined;
}

/** Whether one of a field's values is `*`, a number or a range, with or without a step, or special. */
function isRight(value: string, { least, greatest, names = [], special }: Field): boolean {
  if (special?.test(value) === true) return true;
  const [range = "", step, ...others] = value.split("/");
  if (others.length > 0 || (step !== undefined && !isIn(step, 1, greatest))) return false;
  if (range === "*") return true;
  const ends = range.split("-");
  return ends.length <= 2 && ends.every((end) => names.includes(end) || isIn(end, least, greatest));
}

function isIn(text: string, least: number, greatest: number): boolean {
  return /^\d+$/.test(text) && Number(text) >= least && Number(text) <= greatest;
}
