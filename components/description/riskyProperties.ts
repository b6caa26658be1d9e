/**
 * What an option does: `dump` writes memory to a disk or hands it out, `debug` opens the running JVM to whoever reaches it,
 * `hidden` reads further options from where nobody checks them.
 */
export type Risk = "dump" | "debug" | "hidden";

/** An option by which memory leaves a service, or by which it can be taken over. */
export interface FoundRisk {
  /** Its name, without a value, which may be a secret. */
  readonly name: string;
  readonly risk: Risk;
}

/** Actuator's endpoints that show memory, variables or what callers sent; `*` is all of them. */
const openEndpoints = new Set(["*", "heapdump", "threaddump", "env", "httpexchanges", "httptrace", "jolokia"]);

/** A property with which Spring Boot exposes endpoints, and the one that switches on remote development tools. */
const exposedEndpoints = /^managementendpointswebexposureinclude\d*$/;
const remoteTools = "springdevtoolsremotesecret";

/**
 * The properties of Spring Boot by which memory leaves a service or by which it can be taken over. Keys are compared as Spring
 * binds them: without regard to case, dots, dashes and underscores.
 */
export function riskyProperties(properties: readonly (readonly [key: string, value: string])[]): FoundRisk[] {
  return properties.flatMap(([key, value]): FoundRisk[] => {
    const bound = plain(key);
    if (bound === remoteTools && value !== "") return [{ name: "spring.devtools.remote.secret", risk: "debug" }];
    if (bound === "springapplicationjson") return riskyProperties(jsonProperties(value));
    if (!exposedEndpoints.test(bound)) return [];
    // Split at whatever is no part of a name, so that the default in ${ENDPOINTS:*} counts too.
    const names = value.split(/[^\w*-]+/).filter((name) => openEndpoints.has(plain(name)));
    return names.map((name) => ({ name: `management.endpoints.web.exposure.include=${name}`, risk: "dump" }));
  });
}

/** The values of a nested map as properties: `{ a: { b: [1] } }` -> `a.b[0]`, `1`. */
export function flattened(value: unknown, path = ""): (readonly [key: string, value: string])[] {
  if (typeof value !== "object" || value === null) return [[path, String(value ?? "")]];
  return Object.entries(value).flatMap(([key, inner]) => flattened(inner, path === "" ? key : `${path}.${key}`));
}

function jsonProperties(text: string): (readonly [key: string, value: string])[] {
  try {
    return flattened(JSON.parse(text));
  } catch {
    return [];
  }
}

function plain(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9*]/g, "");
}
