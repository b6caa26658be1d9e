import { type ResolvedMicroservice, type Risk, riskyFile, riskyOptions } from "../description/index.ts";
import { type Diagnostic, formatValue } from "../diagnostic.ts";
import { cidrOf, overlap } from "../kubernetes/index.ts";
import type { BackingService, CatalogueSite } from "../siteData.ts";

/** What is wrong with each kind of option where there is cardholder data, and what to do. */
const objections: Readonly<Record<Risk, string>> = {
  dump: "lets memory leave the service, and this service handles cardholder data (PCI DSS 3.5); remove it",
  log: "writes what callers send, or values of a database, into the log, and this service handles cardholder data (PCI DSS 3.5); remove it",
  debug: "opens the running service to whoever reaches it, and it handles cardholder data (PCI DSS 2.2); remove it",
  hidden: "reads options from a file that nobody checks, and this service handles cardholder data; state them here",
};

/** Reports what a service with cardholder data may not do, whatever the site: the field, and what is wrong with it. */
export function checkCardholderService(
  service: ResolvedMicroservice,
  report: (path: string, message: string) => void,
): void {
  if (!service.cardholderData) return;
  if (service.exposure !== undefined && service.exposure.justification === undefined) {
    report(
      "exposure.justification",
      "is missing: callers from outside reach a service with cardholder data (PCI DSS 1.3); add a reason that an auditor understands, at least 10 characters",
    );
  }
  if (service.jvm.heapDump) {
    report(
      "jvm.heapDump",
      "is true, and a dump of this heap would write cardholder data to the node's disk (PCI DSS 3.5); remove it",
    );
  }
  for (const { path, name, risk } of riskyOptions(service)) report(path, `${name} ${objections[risk]}`);
}

/** Diagnostics of a service's rendered configuration files, by the same rules as its options. */
export function checkCardholderConfiguration(
  service: ResolvedMicroservice,
  folder: string,
  files: Readonly<Record<string, string>>,
): Diagnostic[] {
  if (!service.cardholderData) return [];
  return Object.entries(files).flatMap(([name, text]) => {
    return riskyFile(name, text).map((risk) => ({
      file: `${folder}/config/${name}`,
      path: "",
      message: `${risk.name} ${objections[risk.risk]}`,
    }));
  });
}

/**
 * Diagnostics of the backing services that a service uses across the boundary around cardholder data without a reason, by the
 * rule that holds for `calls`: a service and what it uses are on the same side, or the use is justified.
 */
export function checkBackingServiceBoundary(
  service: ResolvedMicroservice,
  folder: string,
  site: CatalogueSite,
): Diagnostic[] {
  return service.backingServices.flatMap((name, index) => {
    const used = site.backingServices[name];
    if (used === undefined || (used.cardholderData ?? false) === service.cardholderData) return [];
    if (service.backingServiceJustifications[name] !== undefined) return [];
    const remedy = service.cardholderData
      ? `it is not marked in ${site.file}; if it holds cardholder data write cardholderData: true at gemelos:site.backingServices.${name} in every site, or else here`
      : `it is marked cardholderData: true in ${site.file}; write`;
    return [
      {
        file: folder,
        path: `backingServices[${index}]`,
        message: `${formatValue(name)} is across the boundary around cardholder data: ${remedy} { name: ${JSON.stringify(name)}, justification: "..." } with a reason that an auditor understands, at least 10 characters`,
      },
    ];
  });
}

/**
 * Diagnostics of a site's backing services that are not marked and lead to the address and port of one that is: by the second
 * name a service outside the boundary would reach what the mark protects.
 */
export function checkBackingServiceMarks({ backingServices, file }: CatalogueSite): Diagnostic[] {
  const entries = Object.entries(backingServices);
  const marked = entries.filter(([, { cardholderData }]) => cardholderData === true);
  return entries.flatMap(([name, backingService]) => {
    if (backingService.cardholderData === true) return [];
    const same = marked.find(([, other]) => overlaps(backingService, other));
    if (same === undefined) return [];
    return [
      {
        file,
        path: `gemelos:site.backingServices.${name}`,
        message: `leads to the address and port of ${same[0]}, which is marked with cardholderData: true; mark it too, or correct where it is`,
      },
    ];
  });
}

function overlaps(a: BackingService, b: BackingService): boolean {
  if (a.port === b.port && a.host === b.host) return true;
  if ((a.podPort ?? a.port) !== (b.podPort ?? b.port)) return false;
  if (a.cidrs !== undefined) {
    return a.cidrs.some((one) => (b.cidrs ?? []).some((other) => overlap(cidrOf(one), cidrOf(other))));
  }
  return a.namespace === b.namespace && mayBeOnePod(a.podLabels, b.podLabels);
}

/** Whether a pod can have both sets of labels. */
function mayBeOnePod(a: Readonly<Record<string, string>>, b: Readonly<Record<string, string>> = {}): boolean {
  return Object.entries(a).every(([key, value]) => !Object.hasOwn(b, key) || b[key] === value);
}
