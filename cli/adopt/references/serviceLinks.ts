import { replaceReferences } from "../../../components/kubernetes/index.ts";

/** A Service whose variables Kubernetes sets in each pod of its namespace that starts later. */
export interface LinkedService {
  /** Its name today, from which the variables' names follow. */
  readonly name: string;
  /** Where it is reached from any namespace. */
  readonly host: string;
  readonly ports: readonly {
    readonly name?: string | undefined;
    readonly port: number;
    readonly protocol?: string | undefined;
  }[];
}

/** Variables that nothing but a Service's link is named like. */
const linkName =
  /^(?!KUBERNETES_)[A-Z_][A-Z0-9_]*_(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT_\d+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)$/;

/** The variables of some Services, as the kubelet makes them (`envvars.FromServices`): variable -> its value. */
export function linkVariables(services: readonly LinkedService[]): ReadonlyMap<string, string> {
  return new Map(
    services.flatMap(({ name, host, ports }): [string, string][] => {
      const prefix = upper(name);
      const [first] = ports;
      if (first === undefined) return [];
      const url = (port: (typeof ports)[number]) => `${(port.protocol ?? "TCP").toLowerCase()}://${host}:${port.port}`;
      return [
        [`${prefix}_SERVICE_HOST`, host],
        [`${prefix}_SERVICE_PORT`, String(first.port)],
        [`${prefix}_PORT`, url(first)],
        ...ports.flatMap((port): [string, string][] => {
          const protocol = port.protocol ?? "TCP";
          const one = `${prefix}_PORT_${port.port}_${protocol}`;
          return [
            ...(port.name === undefined
              ? []
              : [[`${prefix}_SERVICE_PORT_${upper(port.name)}`, String(port.port)] as [string, string]]),
            [one, url(port)],
            [`${one}_PROTO`, protocol.toLowerCase()],
            [`${one}_PORT`, String(port.port)],
            [`${one}_ADDR`, host],
          ];
        }),
      ];
    }),
  );
}

function upper(name: string): string {
  return name.toUpperCase().replaceAll("-", "_");
}

/** Whether a text may name a variable of a Service at all, which most do not. */
export function mayName(text: string): boolean {
  return /\$[({]?[A-Z_][A-Z0-9_]*_(?:SERVICE|PORT)/.test(text);
}

/** What was found of the variables of Services in a text. */
interface LinksFound {
  readonly text: string;
  /** The reference as it stands, `$(EXCHANGE_SERVICE_HOST)` -> what takes its place; undefined where that is not known. */
  readonly links: ReadonlyMap<string, string | undefined>;
}

/**
 * Writes Services' names and ports in the place of their variables: Kubernetes' `$(NAME)`, and `${NAME}` of Spring and
 * shells.
 * @param own names of the variables that the container sets itself.
 */
export function replaceServiceLinks(
  text: string,
  variables: ReadonlyMap<string, string>,
  own: { has(name: string): boolean },
): LinksFound {
  const links = new Map<string, string | undefined>();
  const linked = (reference: string, name: string): string | undefined => {
    if (own.has(name)) return undefined;
    const value = variables.get(name);
    if (value !== undefined || linkName.test(name)) links.set(reference, value);
    return value;
  };
  const expanded = replaceReferences(text, (name) => linked(`$(${name})`, name));
  const replaced = expanded.replaceAll(
    /\$\{([A-Z_][A-Z0-9_]*)(?::[^{}]*)?\}|(?<!\$)\$([A-Z_][A-Z0-9_]*_SERVICE_(?:HOST|PORT)[A-Z0-9_]*)/g,
    (reference, braced: string | undefined, bare: string | undefined) =>
      linked(reference, braced ?? bare ?? "") ?? reference,
  );
  return { text: replaced, links };
}
