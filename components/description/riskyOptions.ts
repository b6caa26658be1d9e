import { type Container, replaceReferences } from "../kubernetes/index.ts";
import type { ResolvedMicroservice } from "./resolve.ts";
import { type FoundRisk, isRiskyPath, type Risk, riskyProperties } from "./riskyProperties.ts";
import { argumentFiles, found, riskyCommand, riskyText } from "./riskyText.ts";

/** An option of a description by which memory leaves the service, or by which it can be taken over. */
export interface RiskyOption extends FoundRisk {
  /** Where it stands: `jvm.options[0]`, `env.JDK_JAVA_OPTIONS`. */
  readonly path: string;
}

/** What {@link riskyOptions} looks at. */
export type OptionSources = Pick<
  ResolvedMicroservice,
  "command" | "args" | "env" | "secrets" | "initContainers" | "migration" | "verification" | "metrics"
> & {
  readonly jvm: Pick<ResolvedMicroservice["jvm"], "statedOptions">;
  readonly probes: {
    readonly [Name in keyof ResolvedMicroservice["probes"]]?: Pick<Probe, "exec" | "httpGet"> | undefined;
  };
};
type Probe = NonNullable<Container["readinessProbe"]>;

/** What a container runs: its words, and its variables with what they are as far as they are text. */
interface Words {
  readonly command?: readonly string[] | undefined;
  readonly args?: readonly string[] | undefined;
  readonly env: Readonly<Record<string, unknown>>;
}

/** Variables that start scripts of base images read: Paketo, Red Hat, Tomcat, WildFly, Liberty. */
const variables: readonly (readonly [RegExp, Risk])[] = [
  [/^BPL_(JFR_ENABLED|HEAP_DUMP_PATH)$/, "dump"],
  [/^(BPL_(DEBUG|JMX)_ENABLED|JAVA_(ENABLE_)?DEBUG|JPDA_\w+|DEBUG_MODE|WLP_DEBUG_\w+)$/, "debug"],
];

/**
 * The options of a description by which memory or requests leave the service, or by which it can be taken over: in
 * `jvm.options`, `env`, `command`, `args`, probes, `metrics`, `initContainers`, `migration`, `verification`, and the names of `secrets`. What the image
 * itself holds is not seen.
 */
export function riskyOptions(sources: OptionSources): RiskyOption[] {
  const { jvm, secrets, initContainers, migration, verification, metrics, env } = sources;
  const probes = Object.entries(sources.probes).filter(
    // A start-up check that is not stated is the liveness check, which is told once.
    ([name, probe]) => name !== "startup" || askedBy(probe) !== askedBy(sources.probes.liveness),
  );
  const secretNames = [...secrets.stored, ...secrets.existing].map(({ key }) => key);
  const paths = [
    ...probes.map(([name, probe]) => [`probes.${name}.httpGet.path`, probe?.httpGet?.path] as const),
    ["metrics.path", metrics?.path] as const,
  ];
  return [
    ...jvm.statedOptions.flatMap((text, index) => at(`jvm.options[${index}]`, everySpelling(text, sources, riskyText))),
    ...riskyWords("", sources),
    ...probes.flatMap(([name, probe]) =>
      at(`probes.${name}.exec.command`, everySpelling(probe?.exec?.command?.join(" "), sources, riskyCommand)),
    ),
    ...paths.flatMap(([path, stated]) =>
      stated !== undefined && isRiskyPath(stated) ? [{ path, name: stated, risk: "dump" as const }] : [],
    ),
    ...secretNames.flatMap((name) => at(`secrets.${name}`, riskyProperties([[name, "unknown"]]))),
    ...initContainers.flatMap((container) => riskyWords(`initContainers.${container.name}.`, container)),
    // Its variables are the service's, which are told there.
    ...(migration === undefined ? [] : riskyWords("migration.", { command: migration.command, env })).filter(
      ({ path }) => path.startsWith("migration.command"),
    ),
    ...(verification === undefined ? [] : riskyWords("verification.", { command: verification.command, env: {} })),
  ];
}

/** What a probe asks, as text. */
function askedBy(probe: Pick<Probe, "exec" | "httpGet"> | undefined): string {
  return JSON.stringify([probe?.exec, probe?.httpGet]);
}

/** The risky options of one container's command, arguments and variables. */
export function riskyWords(prefix: string, words: Words): RiskyOption[] {
  const { command = [], args = [], env } = words;
  const texts = Object.entries(env).flatMap(([name, value]) => (typeof value === "string" ? [{ name, value }] : []));
  const single = Object.entries({ command, args }).flatMap(([field, list]) =>
    list.flatMap((text, index) => at(`${prefix}${field}[${index}]`, everySpelling(text, words, riskyCommand))),
  );
  const known = new Set(single.map(({ name }) => name));
  const together = everySpelling([...command, ...args].join(" "), words, riskyCommand);
  return [
    ...single,
    ...at(
      `${prefix}${args.length > 0 ? "args" : "command"}`,
      together.filter(({ name }) => !known.has(name)),
    ),
    ...texts.flatMap(({ name, value }) =>
      at(`${prefix}env.${name}`, [
        ...everySpelling(value, words, riskyText),
        ...riskyVariable(name, value),
        ...(/^JDK_JAVA_OPTIONS$/.test(name) ? found(value, argumentFiles) : []),
        ...spellings(value, words).flatMap((each) => riskyProperties([[name, each]])),
      ]),
    ),
  ];
}

function everySpelling(
  text: string | undefined,
  words: Pick<Words, "env">,
  look: (text: string) => FoundRisk[],
): FoundRisk[] {
  return text === undefined ? [] : spellings(text, words).flatMap(look);
}

/** How often a variable within a variable is followed. */
const deepest = 5;

/** A text as it is written, with the variables that it refers to, and as a shell or the JVM reads it, without quotes. */
function spellings(text: string, { env }: Pick<Words, "env">): string[] {
  let whole = text;
  for (let depth = 0; depth < deepest && whole.includes("$"); depth += 1) {
    const value = (name: string) => (typeof env[name] === "string" ? env[name] : undefined);
    whole = replaceReferences(whole, value).replaceAll(
      /\$(?:(\w+)|\{(\w+)\})/g,
      (mark, plain?: string, braced?: string) => value(plain ?? braced ?? "") ?? mark,
    );
  }
  return [...new Set([text, whole, whole.replaceAll(/["'\\]/g, "")])];
}

function riskyVariable(name: string, value: string): FoundRisk[] {
  const off = /^(false|no|0|)$/i.test(value.trim());
  return off ? [] : variables.flatMap(([pattern, risk]) => (pattern.test(name) ? [{ name, risk }] : []));
}

function at(path: string, risks: readonly FoundRisk[]): RiskyOption[] {
  const distinct = new Map(risks.map((risk) => [risk.name, risk]));
  return [...distinct.values()].map((risk) => ({ path, ...risk }));
}
