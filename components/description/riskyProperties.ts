import { boundName, isRiskyLevel } from "./riskyLoggers.ts";

/**
 * What an option does: `dump` writes memory to a disk or hands it out, `log` writes what callers send, or a database's values,
 * where logs go, `debug` opens the running JVM to whoever reaches it, `hidden` reads further options from where nobody checks
 * them.
 */
export type Risk = "dump" | "log" | "debug" | "hidden";

/** An option by which memory leaves a service, or by which it can be taken over. */
export interface FoundRisk {
  /** Its name, without a value, which may be a secret. */
  readonly name: string;
  readonly risk: Risk;
}

/** A property: its key as it is written, and its value. */
export type Property = readonly [key: string, value: string];

/** Endpoints of Actuator, and of its like, that show memory, variables or what callers sent; `*` is all of them. */
const openEndpoints: Readonly<Record<string, Risk>> = {
  ...{ "*": "dump", heapdump: "dump", threaddump: "dump", env: "dump", configprops: "dump", sessions: "dump" },
  ...{ dump: "dump", jolokia: "dump" },
  ...{ httpexchanges: "log", httptrace: "log", logfile: "log", loggers: "log" },
  ...{ gateway: "debug", restart: "debug", hawtio: "debug" },
};

const isOn = (value: string) => !/^\s*(false|no|off|0)?\s*$/i.test(value);

/** Parts of an access log's pattern that hold a header, a cookie, or what a session or a request has: Tomcat, Undertow, Jetty. */
const telling =
  /%\{(?!(user-agent|referer|x-forwarded-\w+|x-request-id|host|date)\}i)[^}]*\}[-a-z]?[icors]\b|%\{[icors],|%\{\w*(BODY|COOKIE)/i;

/** Properties by which memory or requests get out, as Spring binds their keys, and which values do it. */
const properties: readonly (readonly [key: RegExp, risk: Risk, isRisky: (value: string) => boolean])[] = [
  [/^springdevtoolsremotesecret$/, "debug", (value) => value !== ""],
  [/^springh2consoleenabled$/, "debug", isOn],
  [/^springcontextcheckpoint$/, "dump", isOn],
  // https://docs.spring.io/spring-boot/appendix/application-properties/index.html
  [/^(debug|trace)$/, "log", isOn],
  [/^spring(mvc|http|codec|httpcodecs)logrequestdetails$/, "log", isOn],
  [/^springcloudgateway\w*wiretap$/, "log", isOn],
  [/^(springcloudopen)?feignclient\w*loggerlevel$/, "log", (value) => /full|headers/i.test(value)],
  [/accesslog(pattern|customformat|format)$/, "log", (value) => telling.test(value)],
  [/^mybatis(plus)?configurationlogimpl$/, "log", (value) => !/NoLoggingImpl/.test(value)],
  [/^decoratordatasource\w*enablelogging$/, "log", isOn],
  [/^quarkushibernateorm\w*logbindparam(eter)?s?$/, "log", isOn],
  [/^quarkusrestclientlogging\w*scope$/, "log", (value) => /request-response|all/i.test(value)],
  // The JDK's own, and the ones of its web services.
  [/^javax?netdebug$|^javasecuritydebug$/, "log", (value) => value !== "false"],
  [/^jdkhttpclienthttpclientlog$/, "log", (value) => /all|requests|headers|content|frames/i.test(value)],
  [/^jdkinternalhttpclient\w*debug$/, "log", isOn],
  [/^comsunxml(internal)?ws\w*dump$/, "log", isOn],
  [/^(orgapache)?cxfloggingenabled$/, "log", isOn],
  [/^javarmiserverlogcalls$/, "log", isOn],
  // A configuration that another machine may change.
  [
    /^(loggingconfig|logbackconfigurationfile|log4j2?configuration(file)?)$/,
    "hidden",
    (value) => /^https?:|^ftp:/i.test(value),
  ],
];

/** Keys that state the level of a logger, whose name is what the group holds: Spring, Quarkus, Micronaut, SLF4J, Log4j. */
const levels: readonly RegExp[] = [
  /^logging\.?level[.[](.+?)\]?$/i,
  /^LOGGING_LEVEL_(.+)$/,
  /^quarkus\.log\.category\.(.+)\.level$/i,
  /^QUARKUS_LOG_CATEGORY__(.+)__LEVEL$/,
  /^quarkus[._]log[._]level()$/i,
  /^logger\.levels\.(.+)$/i,
  /^LOGGER_LEVELS_(.+)$/,
  /^org\.slf4j\.simpleLogger\.(?:log\.(.+)|defaultLogLevel)$/,
  /^org\.apache\.commons\.logging\.simplelog\.(?:log\.(.+)|defaultlog)$/,
  /^log4j2?\.(?:logger|category)\.(.+)$/,
  /^(?:log4j\.)?rootLogger(?:\.level)?()$/,
  // java.util.logging, and Log4j's Root.
  /^(?:.*\bLoggers\.Root|(.*))\.level$/i,
];

/** How every key of these lists begins, or what is in it: most keys need no second look. */
const hint =
  /^(management|endpoints|spring|debug|trace|feign|mybatis|decorator|quarkus|log|root|org|com|java|jdk|cxf)|accesslog|level/;

/**
 * The properties by which memory or requests leave a service or by which it can be taken over: of Spring Boot and its like, of
 * the JDK, and of loggers. Keys are compared as Spring binds them: without regard to case, dots, dashes and underscores.
 */
export function riskyProperties(stated: readonly Property[]): FoundRisk[] {
  const groups = new Map(
    stated.flatMap(([key, value]) => {
      const [, group] = /^logging[._]group[._](.+?)(?:[[_]\d+\]?)?$/i.exec(key) ?? [];
      return group === undefined ? [] : [[boundName(group), value.split(/[\s,]+/)] as const];
    }),
  );
  return [...stated.flatMap((property) => riskyProperty(property, groups)), ...namedLoggers(stated)];
}

function riskyProperty(property: Property, groups: ReadonlyMap<string, readonly string[]>): FoundRisk[] {
  const [key, value] = property;
  const bound = boundName(key);
  if (!hint.test(bound)) return [];
  if (bound === "springapplicationjson") return riskyProperties(jsonProperties(value));
  return [
    ...riskyEndpoints(bound, value),
    ...properties.flatMap(([pattern, risk, isRisky]) =>
      pattern.test(bound) && isRisky(value) ? [{ name: key, risk }] : [],
    ),
    ...(levels.some((pattern) => isTooTalkative(pattern.exec(key), value, groups))
      ? [{ name: key, risk: "log" as const }]
      : []),
  ];
}

function riskyEndpoints(bound: string, value: string): FoundRisk[] {
  if (/^managementendpointswebexposureinclude\d*$/.test(bound)) {
    // Split at whatever is no part of a name, so that the default in ${ENDPOINTS:*} counts too.
    return value.split(/[^\w*-]+/).flatMap((name) => {
      const risk = openEndpoints[boundName(name)];
      return risk === undefined ? [] : [{ name: `management.endpoints.web.exposure.include=${name}`, risk }];
    });
  }
  // Micronaut, and Spring Boot 1.
  const [, name = "", field] = /^endpoints(\w+?)(enabled|sensitive)$/.exec(bound) ?? [];
  const risk = openEndpoints[name === "all" ? "*" : name];
  if (risk === undefined || isOn(value) === (field === "sensitive")) return [];
  return [{ name: `endpoints.${name}.${field}`, risk }];
}

function isTooTalkative(
  match: RegExpExecArray | null,
  value: string,
  groups: ReadonlyMap<string, readonly string[]>,
): boolean {
  if (match === null) return false;
  const logger = match[1] ?? "";
  return [logger, ...(groups.get(boundName(logger)) ?? [])].some((name) => isRiskyLevel(name, value));
}

/** Log4j states a logger's name and its level beside each other. */
function namedLoggers(stated: readonly Property[]): FoundRisk[] {
  const names = new Map(
    stated.flatMap(([key, value]) =>
      key.endsWith(".name") && /\bloggers?\b/i.test(key) ? [[key.slice(0, -5), value] as const] : [],
    ),
  );
  return stated.flatMap(([key, value]): FoundRisk[] => {
    const logger = key.endsWith(".level") ? names.get(key.slice(0, -6)) : undefined;
    return logger !== undefined && isRiskyLevel(logger, value) ? [{ name: `${logger} in ${key}`, risk: "log" }] : [];
  });
}

/** Names that mean an endpoint wherever they stand in a path; others do under Actuator's own. */
const unmistakable = /^(heapdump|threaddump|httpexchanges|httptrace|configprops|jolokia|logfile)$/;

/** Whether an HTTP path is one of an endpoint that shows memory, variables or what callers sent. */
export function isRiskyPath(path: string): boolean {
  const parts = path.split(/[/?#;]/).map((part) => boundName(decoded(part)));
  return parts.some(
    (part, index) =>
      unmistakable.test(part) ||
      (Object.hasOwn(openEndpoints, part) && /^(actuator|manage|management)$/.test(parts[index - 1] ?? "")),
  );
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

/** The values of a nested map as properties: `{ a: { b: [1] } }` -> `a.b.0`, `1`. */
export function flattened(value: unknown, path = ""): Property[] {
  if (typeof value !== "object" || value === null) return [[path, String(value ?? "")]];
  return Object.entries(value).flatMap(([key, inner]) => flattened(inner, path === "" ? key : `${path}.${key}`));
}

function jsonProperties(text: string): Property[] {
  try {
    return flattened(JSON.parse(text));
  } catch {
    return [];
  }
}
