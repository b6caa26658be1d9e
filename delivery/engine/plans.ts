/** What the engine did not do because the plan does not have it. */
export interface PlanViolation {
  /** Logical name of the resource; empty where the engine does not say. */
  readonly resource: string;
  /** What differs, without any value. */
  readonly what: string;
}

const notPlanned = /^(?:(.*): )?(\w[\w-]* is not allowed by the plan: .*)$/s;
const differs = /(?:^|\s|: )resource(?: (urn:\S+))? violates plan: (.*)$/s;
const notSeen = /expected resource operations for (urn:\S+) but none were seen/;

/**
 * The violations among a run's errors: the engine refuses what its plan does not have (update plans are experimental), and says
 * so as of any other failure. Empty where it failed for another reason.
 * @param errors each with its subject, as a report has them: `receipts (receipts-deployment): ...`
 */
export function planViolations(errors: readonly string[]): readonly PlanViolation[] {
  return errors.flatMap((message): PlanViolation[] => {
    const [, subject = "", operation] = notPlanned.exec(message) ?? [];
    if (operation !== undefined) return [{ resource: nameOf(subject), what: operation }];
    const [found, urn, difference = ""] = differs.exec(message) ?? [];
    if (found !== undefined) {
      return [{ resource: nameOf(urn ?? message.split(": ")[0] ?? ""), what: withoutValues(difference) }];
    }
    const [, planned] = notSeen.exec(message) ?? [];
    return planned === undefined ? [] : [{ resource: nameOf(planned), what: "was planned and did not come up" }];
  });
}

/**
 * A message of the engine without the values by which something differs from its plan, since one of them may be a secret. Other
 * messages stay as they are.
 */
export function withoutPlannedValues(message: string): string {
  return message.replace(/(violates plan: )(.*)$/s, (_, start: string, rest: string) => start + withoutValues(rest));
}

/** `properties changed: ~+spec[{...}!={...}], =+data[...]` names the values; what follows the first of them cannot be told apart. */
function withoutValues(difference: string): string {
  const [, properties] = /^properties changed: (.*)$/s.exec(difference) ?? [];
  if (properties === undefined) return difference.replace(/ \(expected .*$/s, "").replace(/ changed: .*$/s, " changed");
  const [first = ""] = properties.split("[");
  const names = first.split(", ").map((each) => each.replace(/^[-+~=]{2}/, ""));
  return `${names.join(", ")} changed${properties.includes("[") ? " (values are not shown)" : ""}`;
}

/** The logical name in a URN, or in a report's `service (name)`. */
function nameOf(subject: string): string {
  const [, inside] = /\(([^()]+)\)$/.exec(subject) ?? [];
  return inside ?? subject.split("::")[3] ?? subject;
}
