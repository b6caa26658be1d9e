import { visibleLine } from "../../../command/visibleText.ts";
import type { Row } from "../fields/compare.ts";
import { someOf } from "./nextSteps.ts";
import { listOf, outcomeLines, type ServiceReport } from "./report.ts";

/** Something to say of one service or of several. */
interface Statement {
  /** Title of the list in which it stands. */
  readonly list: string;
  /** Number of fields, findings or notes in it. */
  readonly what: string;
  /** What became of it, a line each. */
  readonly outcome: readonly string[];
}

/** The statements that the same services share. */
interface Section {
  readonly services: readonly string[];
  readonly counts: string;
  readonly statements: readonly Statement[];
}

/** The most fields with one outcome that are named, where nothing is lost. */
const shownFields = 6;

/** What stands for the name of each service in what several have in common. */
const anyName = "{service}";

/** What there is to say, by the services of which it is to be said: first what several have in common, then each. */
export function statementsOf(services: readonly ServiceReport[]): Section[] {
  const known = new Map<string, { statement: Statement; readonly services: string[] }>();
  for (const service of services) {
    // A service's name has letters, digits and hyphens only.
    const name = new RegExp(`(?<![\\w-])${service.name}(?!\\w)`, "g");
    for (const statement of statementsOfOne(service)) {
      const general = withoutName(statement, name);
      const key = JSON.stringify(general);
      const other = known.get(key);
      if (other === undefined) known.set(key, { statement, services: [service.name] });
      else if (other.services.at(-1) !== service.name) {
        other.services.push(service.name);
        other.statement = general;
      }
    }
  }
  const groups = Map.groupBy(known.values(), (each) => each.services.join());
  const shared = [...groups.values()]
    .filter(([first]) => (first?.services.length ?? 0) > 1)
    .sort(([a], [b]) => (b?.services.length ?? 0) - (a?.services.length ?? 0))
    .map((found) => ({
      services: found[0]?.services ?? [],
      counts: "",
      statements: found.map(({ statement }) => statement),
    }));
  const own = services.map((service) => ({
    services: [service.name],
    counts: countsOf(service),
    statements: (groups.get(service.name) ?? []).map(({ statement }) => statement),
  }));
  return [...shared, ...own];
}

function withoutName({ list, what, outcome }: Statement, name: RegExp): Statement {
  const general = (text: string) => text.replaceAll(name, anyName);
  return { list, what: general(what), outcome: outcome.map(general) };
}

function countsOf({ rows, namespace }: ServiceReport): string {
  const lists = ["carried over", "replaced", "not carried over"] as const;
  return `namespace ${namespace}; ${lists.map((list) => `${listOf(rows, list).length} ${list}`).join(", ")}`;
}

function statementsOfOne({ name, rows, findings, notes }: ServiceReport): Statement[] {
  return [
    ...listOf(rows, "replaced").flatMap(({ verdict, ...row }) =>
      verdict.list === "replaced"
        ? [{ list: "Replaced", what: fieldOf(row, name), outcome: [`-> ${verdict.by}`] }]
        : [],
    ),
    ...findings.map((finding) => ({
      list: `${finding.list.charAt(0).toUpperCase()}${finding.list.slice(1)}`,
      what: `${finding.place.replace(`/${name} `, " ")}: ${finding.what}`,
      outcome: outcomeLines(finding),
    })),
    ...notes.map((note) => ({ list: "Worth a look", what: note, outcome: [] })),
    ...listOf(rows, "not carried over").flatMap(({ verdict, ...row }) =>
      verdict.list === "not carried over"
        ? [
            {
              list: "Not carried over",
              what: `${fieldOf(row, name)}: ${row.value}`,
              outcome: [`because ${verdict.reason}`, `remedy: ${verdict.remedy}`],
            },
          ]
        : [],
    ),
  ];
}

/** A field with its object; an object of the service's own name goes by its kind. */
function fieldOf({ object, path }: Pick<Row, "object" | "path">, name: string): string {
  return `${object.endsWith(`/${name}`) ? object.slice(0, -name.length - 1) : object} ${path}`;
}

/** The sections as text. What has the same outcome stands together, and the outcome follows once. */
export function formatStatements(sections: readonly Section[]): string {
  return sections
    .map(({ services, counts, statements }) => {
      const title = counts === "" ? `In ${services.length} services: ${someOf(services)}` : `${services[0]}: ${counts}`;
      const lines = formatSection(statements);
      return [title, ...lines, ...(lines.length === 0 ? [] : [""]), ""].map(visibleLine).join("\n");
    })
    .join("")
    .replace(/\n+$/, "\n");
}

function formatSection(statements: readonly Statement[]): string[] {
  return [...Map.groupBy(statements, ({ list }) => list)].flatMap(([list, found]) => [
    `  ${list}: ${found.length}`,
    ...[...Map.groupBy(found, ({ outcome }) => outcome.join("\n")).values()].flatMap((group) => {
      const whats = group.map(({ what }) => what);
      const outcome = (group[0]?.outcome ?? []).map((line) => `        ${line}`);
      // Of what is replaced, the fields are the lesser part.
      if (list === "Replaced") return [`    ${someOf(whats, shownFields)}`, ...outcome];
      return [...whats.map((what) => `    ${what}`), ...outcome];
    }),
  ]);
}
