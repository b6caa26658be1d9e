import { compareText, type Diagnostic, formatValue, ValidationError } from "../diagnostic.ts";
import { isReason } from "../kubernetes/index.ts";
import type { Microservice } from "../microservice.ts";
import { migrationName, verificationName } from "../workload/index.ts";
import type { CatalogueEntry, CatalogueService, CheckedCatalogue } from "./catalogueEntry.ts";
import { independentOf } from "./remainder.ts";
import { checkSecretOwners } from "./secretOwners.ts";
import { checkMicroservice } from "./serviceRules.ts";

/** Checks each description, and all against each other, also what is left of those that are not valid. */
export function checkCatalogue(entries: readonly CatalogueEntry[]): CheckedCatalogue {
  const checked = entries.map((entry) => ({
    ...entry,
    ...checkMicroservice(entry.service, entry.folder, entry.templates),
  }));
  const services = checked.flatMap(({ resolved, folder, templates }) =>
    resolved === undefined ? [] : [{ service: resolved, folder, templates }],
  );
  const unfinished = checked.flatMap((each) =>
    each.resolved !== undefined || each.remainder === undefined
      ? []
      : [
          {
            service: each.remainder.resolved,
            folder: each.folder,
            templates: each.templates,
            left: each.remainder.left,
          },
        ],
  );
  const all = new Set(entries.map(({ service }) => service));
  // Without one of these fields, what is said of another service may be wrong, too.
  const comparable = unfinished.filter(
    ({ left }) => !["name", "namespace", "cardholderData"].some((f) => left.includes(f)),
  );
  const together = checkTogether([...services, ...comparable], all).filter((diagnostic) => {
    const of = comparable.find(({ folder }) => folder === diagnostic.file);
    return independentOf(of?.left ?? [], [diagnostic]).length > 0;
  });
  return { diagnostics: [...checked.flatMap(({ diagnostics }) => diagnostics), ...together], services, unfinished };
}

/**
 * Checks a catalogue and resolves its services, in the order of their names.
 * @throws ValidationError with all diagnostics.
 */
export function resolveCatalogue(entries: readonly CatalogueEntry[]): CatalogueService[] {
  const { diagnostics, services } = checkCatalogue(entries);
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
  return services.toSorted((a, b) => compareText(a.service.name, b.service.name));
}

/**
 * Checks valid services against each other: names, exposure, the boundary around cardholder data, calls, Secrets.
 * @param known the descriptions that may be called. Default: those of the services.
 */
export function checkTogether(
  services: readonly CatalogueService[],
  known: ReadonlySet<Microservice> = new Set(services.map(({ service }) => service.source)),
): Diagnostic[] {
  return [
    ...duplicates(services, ({ service }) => service.name, "name", "is also the name of"),
    ...duplicates(services, exposedAt, "exposure", "is also claimed by"),
    ...sharedCardholderNamespaces(services),
    ...checkCalls(services, known),
    ...checkSecretOwners(services),
    ...checkJobNames(services),
  ];
}

function duplicates(
  catalogue: readonly CatalogueService[],
  key: (described: CatalogueService) => string | undefined,
  path: string,
  phrase: string,
): Diagnostic[] {
  const first = new Map<string, CatalogueService>();
  return catalogue.flatMap((described) => {
    const value = key(described);
    if (value === undefined) return [];
    const other = first.get(value);
    if (other === undefined) {
      first.set(value, described);
      return [];
    }
    return [
      { file: described.folder, path, message: `${formatValue(value)} ${phrase} ${other.folder}; change one of them` },
    ];
  });
}

/** Labels select pods by name, so that no service may have the name of another one's migration or tests. */
function checkJobNames(services: readonly CatalogueService[]): Diagnostic[] {
  const jobs = new Map(
    services.flatMap(({ service, folder }) => [
      ...(service.migration === undefined ? [] : [[migrationName(service), `migration of ${folder}`] as const]),
      ...(service.verification === undefined
        ? []
        : [[verificationName(service), `verification of ${folder}`] as const]),
    ]),
  );
  return services.flatMap(({ service, folder }) => {
    const other = jobs.get(service.name);
    if (other === undefined) return [];
    const message = `${formatValue(service.name)} is the name of the ${other}, whose pods its Service would select; choose another name`;
    return [{ file: folder, path: "name", message }];
  });
}

function exposedAt({ service: { exposure } }: CatalogueService): string | undefined {
  if (exposure === undefined) return undefined;
  const path = exposure.path === "/" ? "/" : exposure.path.replace(/\/+$/, "");
  return `${exposure.host} (${exposure.domain}) ${path}`;
}

function sharedCardholderNamespaces(catalogue: readonly CatalogueService[]): Diagnostic[] {
  const cardholder = new Map<string, CatalogueService>();
  for (const described of catalogue) {
    if (described.service.cardholderData) cardholder.set(described.service.namespace, described);
  }
  return catalogue.flatMap(({ service, folder }) => {
    const neighbour = cardholder.get(service.namespace);
    if (neighbour === undefined || service.cardholderData) return [];
    return [
      {
        file: folder,
        path: "namespace",
        message: `${formatValue(service.namespace)} holds cardholder data (${neighbour.folder}), which shares no namespace with other services (PCI DSS 1.3); choose another namespace, or set cardholderData if it is true of this service`,
      },
    ];
  });
}

function checkCalls(services: readonly CatalogueService[], known: ReadonlySet<Microservice>): Diagnostic[] {
  return services.flatMap(({ service, folder }) => {
    const names = service.calls.map((call) => call.name);
    return service.calls.flatMap(({ name, source, justification }, index): Diagnostic[] => {
      const problem = (message: string): Diagnostic[] => [{ file: folder, path: `calls[${index}]`, message }];
      if (source === service.source) return problem(`${formatValue(name)} is the service itself; remove it`);
      if (!known.has(source)) {
        return problem(`${formatValue(name)} is not in the catalogue; import the service from its folder`);
      }
      if (names.indexOf(name) !== index) return problem(`${formatValue(name)} is listed twice; remove one`);
      const crosses = service.cardholderData !== (source.cardholderData ?? false);
      if (crosses && !isReason(justification ?? "")) {
        return problem(
          `${formatValue(name)} is across the boundary around cardholder data; write { service: ..., justification: "..." } with a reason that an auditor understands, at least 10 characters`,
        );
      }
      return [];
    });
  });
}
