import type { Comparison } from "../fields/fieldOutcome.ts";
import { isSecretVariable } from "../reading/secretText.ts";
import type { Finding } from "../report/finding.ts";
import { type Difference, effectsOf } from "./differences.ts";
import { objectSubjects, serviceSubjects } from "./objectSubjects.ts";
import { podSubjects } from "./podSubjects.ts";
import { acrossSites, type Subject, text } from "./subject.ts";

const subjects: readonly Subject[] = [...serviceSubjects, ...podSubjects, ...objectSubjects];

const list = "set here, absent before";

/**
 * What the component adds or reverses without a word in the manifests: one finding for each subject, in the order of what
 * may break, then one for each field that belongs to none, so that nothing is left out. Each is for information.
 */
export function additions(comparison: Comparison): Finding[] {
  const effects = effectsOf(comparison);
  const groups = Map.groupBy(effects.differences, ({ key }) => subjects.find(({ matches }) => matches.test(key)));
  const told = subjects.flatMap((subject): Finding[] => {
    const differences = groups.get(subject) ?? [];
    if (differences.length === 0) return [];
    const telling = subject.tell({ comparison, effects, differences });
    // A subject that has no words for what differs says it as it is.
    const what = telling.what || differences.map((each) => `${each.place}: ${plainly(comparison, each)}`).join("; ");
    return [
      { list, place: subject.name, ...telling, what, isLoss: false, paths: differences.map(({ place }) => place) },
    ];
  });
  const others = (groups.get(undefined) ?? []).map(
    (difference): Finding => ({
      list,
      place: difference.place,
      what: plainly(comparison, difference),
      outcome: "the component states it",
      remedy: "transforms",
      isLoss: false,
      paths: [difference.place],
    }),
  );
  return [...told, ...others];
}

/** Before and after as they are, and no secret. */
function plainly(comparison: Comparison, { key, before, after }: Difference): string {
  const name = /([^.[\]]+)\]?$/.exec(key)?.[1] ?? key;
  const shown = [before, ...after].map((value) => (isSecretVariable(name, text(value)) ? "[secret]" : text(value)));
  return `${shown[0]} -> ${acrossSites({ comparison }, shown.slice(1))}`;
}
