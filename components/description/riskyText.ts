import { type FoundRisk, type Property, type Risk, riskyProperties } from "./riskyProperties.ts";

/** Names of options that mean the same in a JVM's options and in a command line, whatever their values. */
const options: readonly (readonly [RegExp, Risk])[] = [
  // HotSpot: https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html
  [/-XX:\+?HeapDump\w+/g, "dump"],
  [/-XX:On(OutOfMemory)?Error/g, "dump"],
  [/-XX:\+(CrashOnOutOfMemoryError|Create(Core|Mini)dumpOnCrash|Dump(Private|Shared)MappingsInCore)/g, "dump"],
  [/-XX:\+ErrorFileTo(Stdout|Stderr)/g, "dump"],
  [/-XX:\+?(StartFlightRecording|FlightRecorder\w*)/g, "dump"],
  [/-XX:(\+?CRaC\w+|\+EnableCRIUSupport)/g, "dump"],
  [/-(agentlib:|Xrun)hprof/g, "dump"],
  // OpenJ9
  [/-Xdump(?!:none)\b/g, "dump"],
  [/-Xtrace(?!:none)\b/g, "log"],
  [/-agentlib:jdwp|-agentpath:[^\s=]*jdwp|-Xrunjdwp|-Xdebug\b|-XX:\+ShowMessageBoxOnError/g, "debug"],
  [/-javaagent:[^\s=]*(jolokia|hawtio|sslkeylog|extract-tls-secrets)/gi, "debug"],
  // Any value but true switches it off, as for every Boolean of the JDK's own agent.
  [/-Dcom\.sun\.management\.jmxremote\.(authenticate|ssl)(?![\w.])(?!=true\b)/gi, "debug"],
  [/-Dcom\.sun\.management\.config\.file/g, "hidden"],
  [/-XX:(Flags|VMOptionsFile)(?==)|-XX:\+ReadVMOptionsFile|-Xoptionsfile/g, "hidden"],
  // Drivers of databases that write statements with their values.
  [/(?<=[?&;])(profileSQL|traceProtocol|dumpQueriesOnException|autoGenerateTestcaseScript)(?==true)/gi, "log"],
  [/(?<=[?&;])loggerLevel(?==(debug|trace|finest))|jdbc:(p6spy|log4jdbc):/gi, "log"],
];

/** Tools that write memory, or open it, where they are part of a command. */
const tools: readonly (readonly [RegExp, Risk])[] = [
  [/\b(jmap|gcore|createdump|jhsdb|jstack)\b|GC\.heap_dump|JFR\.(start|dump)|Thread\.(print|dump_to_file)/g, "dump"],
  [/JDK\.checkpoint|\bserver\s+(java)?dump\b|\/(heap|thread)dump\b|\bprlimit\b[^;|&]*--core/g, "dump"],
  [/\bulimit\s+(-[SH]\s+)?-[SH]*c\s+(?!0\b)/g, "dump"],
  [/\bkill\s+-(s\s+)?(3|6|QUIT|ABRT|SIGQUIT|SIGABRT)\b|\/proc\/[^\s/]+\/(mem|environ)\b/g, "dump"],
  [/\b(tcpdump|tshark|ngrep|strace|ltrace)\b/g, "log"],
  [/\bjdb\b|\bjpda\b|\bgdb(server)?\b|\bjinfo\b|ManagementAgent\.start|VM\.set_flag|\bserver\s+debug\b/g, "debug"],
];

/** Tags of the JVM's own log that show texts of the program, and the levels from which they do. */
const loggedTags: readonly (readonly [tag: RegExp, levels: RegExp])[] = [
  [/^(all|exceptions)\b/, /^(info|debug|trace)$/],
  [/^string(table|dedup)\b/, /^(debug|trace)$/],
];

/** What every option of these lists has: most texts have none of it, and need no second look. */
const hint = /-X|-agent|-javaagent|-D|--|[?&;]\w+=|jdbc:/;

/** The options, in a text of any form, by which memory leaves a JVM or by which it can be taken over. */
export function riskyText(text: string): FoundRisk[] {
  if (!hint.test(text)) return [];
  return [...found(text, options), ...riskyLog(text), ...riskyProperties(textProperties(text))];
}

/** {@link riskyText} of a command, and the tools that are part of it. */
export function riskyCommand(text: string): FoundRisk[] {
  return [...riskyText(text), ...found(text, tools), ...found(text, argumentFiles)];
}

/** Files of further options: the launcher reads them in its arguments and in `JDK_JAVA_OPTIONS`. */
export const argumentFiles: readonly (readonly [RegExp, Risk])[] = [[/(?<=^|\s)@(?=[\w./$~-])(?!sha256)/g, "hidden"]];

/** Every match of the patterns in a text. */
export function found(text: string, patterns: readonly (readonly [RegExp, Risk])[]): FoundRisk[] {
  return patterns.flatMap(([pattern, risk]) => [...text.matchAll(pattern)].map(([name]) => ({ name, risk })));
}

/** https://docs.oracle.com/en/java/javase/21/docs/specs/man/java.html#enable-logging-with-the-jvm-unified-logging-framework */
function riskyLog(text: string): FoundRisk[] {
  return [...text.matchAll(/-Xlog:([^\s:"']+)/g)].flatMap(([, what = ""]) =>
    what.split(",").flatMap((selected): FoundRisk[] => {
      const [tags = "", level = "info"] = selected.split("=");
      const isRisky = loggedTags.some(([tag, levels]) => tag.test(tags) && levels.test(level));
      return isRisky ? [{ name: `-Xlog:${tags}`, risk: "log" }] : [];
    }),
  );
}

/** Properties in a command line: `-Dkey=value` and `--key=value`. Only a value that is JSON may hold blanks. */
function textProperties(text: string): Property[] {
  const stated = [...text.matchAll(/(?:^|[\s"'])(?:-D|--)([\w.[\]-]+)(?:=["']?(\{.*\}|[^\s"']*)|(?=[\s"']|$))/gs)];
  return stated.map(([, key = "", value = "true"]) => [key, value]);
}
