import type { Container } from "../kubernetes/index.ts";
import type { ResolvedMicroservice } from "./resolve.ts";
import { type FoundRisk, type Risk, riskyProperties } from "./riskyProperties.ts";

/** An option of a description by which memory leaves the service, or by which it can be taken over. */
export interface RiskyOption extends FoundRisk {
  /** Where it stands: `jvm.options[0]`, `env.JDK_JAVA_OPTIONS`. */
  readonly path: string;
}

/** What {@link riskyOptions} looks at. */
export type OptionSources = Pick<ResolvedMicroservice, "command" | "args" | "env" | "secrets"> & {
  readonly jvm: Pick<ResolvedMicroservice["jvm"], "statedOptions">;
  readonly probes: { readonly [Name in keyof ResolvedMicroservice["probes"]]?: Pick<Probe, "exec"> | undefined };
};
type Probe = NonNullable<Container["readinessProbe"]>;

/** Names of options that mean the same in a JVM's options and in a command line, whatever their values. */
const options: readonly (readonly [RegExp, Risk])[] = [
  // HotSpot: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html
  [/-XX:\+?HeapDump\w+/g, "dump"],
  [/-XX:On(OutOfMemory)?Error/g, "dump"],
  [/-XX:\+(CrashOnOutOfMemoryError|Create(Core|Mini)dumpOnCrash|Dump(Private|Shared)MappingsInCore)/g, "dump"],
  [/-XX:\+?(StartFlightRecording|FlightRecorder\w*)/g, "dump"],
  [/-(agentlib:|Xrun)hprof/g, "dump"],
  // OpenJ9
  [/-Xdump(?!:none)\b/g, "dump"],
  [/-agentlib:jdwp|-agentpath:[^\s=]*jdwp|-Xrunjdwp|-Xdebug\b|-XX:\+ShowMessageBoxOnError/g, "debug"],
  // Any value but true switches it off, as for every Boolean of the JDK's own agent.
  [/-Dcom\.sun\.management\.jmxremote\.(authenticate|ssl)(?![\w.])(?!=true\b)/gi, "debug"],
  [/-Dcom\.sun\.management\.config\.file/g, "hidden"],
  [/-XX:(Flags|VMOptionsFile)(?==)|-XX:\+ReadVMOptionsFile|-Xoptionsfile/g, "hidden"],
];

/** Tools that write memory, or open it, where they are part of a command. */
const tools: readonly (readonly [RegExp, Risk])[] = [
  [/\b(jmap|gcore|createdump)\b|GC\.heap_dump|JFR\.(start|dump)/g, "dump"],
  [/\bjdb\b|\bjpda\b|\bgdb\b|ManagementAgent\.start/g, "debug"],
];

/** Variables that start scripts of base images read: Paketo, Red Hat, Tomcat. */
const variables: readonly (readonly [RegExp, Risk])[] = [
  [/^BPL_(JFR_ENABLED|HEAP_DUMP_PATH)$/, "dump"],
  [/^(BPL_(DEBUG|JMX)_ENABLED|JAVA_(ENABLE_)?DEBUG|JPDA_\w+)$/, "debug"],
];

/** The options, in a text of any form, by which memory leaves a JVM or by which it can be taken over. */
export function riskyText(text: string): FoundRisk[] {
  return [...found(text, options), ...riskyProperties(textProperties(text))];
}

/**
 * The options of a description by which memory leaves the service, or by which it can be taken over: in `jvm.options`, `env`,
 * `command`, `args`, commands of probes, and the names of `secrets`. What the image itself holds is not seen.
 */
export function riskyOptions({ jvm, env, command = [], args = [], probes, secrets }: OptionSources): RiskyOption[] {
  const commands = [
    ...command.map((text, index) => ({ path: `command[${index}]`, text })),
    ...args.map((text, index) => ({ path: `args[${index}]`, text })),
    ...Object.entries(probes).flatMap(([name, probe]) =>
      probe?.exec?.command === undefined
        ? []
        : [{ path: `probes.${name}.exec.command`, text: probe.exec.command.join(" ") }],
    ),
  ];
  const words = Object.entries(env).flatMap(([name, value]) => (typeof value === "string" ? [{ name, value }] : []));
  const secretNames = [...secrets.stored, ...secrets.existing].map(({ key }) => key);
  return [
    ...jvm.statedOptions.flatMap((text, index) => at(`jvm.options[${index}]`, riskyText(text))),
    ...commands.flatMap(({ path, text }) => at(path, [...riskyText(text), ...found(text, tools)])),
    ...words.flatMap(({ name, value }) =>
      at(`env.${name}`, [...riskyText(value), ...riskyVariable(name, value), ...riskyProperties([[name, value]])]),
    ),
    ...secretNames.flatMap((name) => at(`secrets.${name}`, riskyProperties([[name, "unknown"]]))),
  ];
}

function riskyVariable(name: string, value: string): FoundRisk[] {
  const off = /^(false|no|0|)$/i.test(value.trim());
  return off ? [] : variables.flatMap(([pattern, risk]) => (pattern.test(name) ? [{ name, risk }] : []));
}

function at(path: string, risks: readonly FoundRisk[]): RiskyOption[] {
  const distinct = new Map(risks.map((risk) => [risk.name, risk]));
  return [...distinct.values()].map((risk) => ({ path, ...risk }));
}

function found(text: string, patterns: readonly (readonly [RegExp, Risk])[]): FoundRisk[] {
  return patterns.flatMap(([pattern, risk]) => [...text.matchAll(pattern)].map(([name]) => ({ name, risk })));
}

/** Spring's properties in a command line: `-Dkey=value` and `--key=value`. Only a value that is JSON may hold blanks. */
function textProperties(text: string): (readonly [key: string, value: string])[] {
  const stated = [...text.matchAll(/(?:^|[\s"'])(?:-D|--)([\w.[\]-]+)=["']?(\{.*\}|[^\s"']*)/gs)];
  return stated.map(([, key = "", value = ""]) => [key, value]);
}
