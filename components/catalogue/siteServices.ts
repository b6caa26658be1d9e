import { clusterDomain, grpcTarget, type ResolvedMicroservice, serviceUrl } from "../description/index.ts";
import { compareText, type Diagnostic, formatValue, ValidationError } from "../diagnostic.ts";
import type { Microservice } from "../microservice.ts";
import { partNames, partServices } from "../monitoring/index.ts";
import type { CatalogueSite } from "../siteData.ts";
import { didYouMean } from "../suggestion.ts";
import { ingressImplementations, type MicroserviceInputs, type ServiceName } from "../workload/index.ts";
import {
  checkBackingServiceBoundary,
  checkBackingServiceMarks,
  checkCardholderConfiguration,
} from "./cardholderRules.ts";
import type { CatalogueService } from "./catalogueEntry.ts";
import { checkConfiguration } from "./configurationRules.ts";
import { checkHosts } from "./hostRules.ts";
import { checkSiteNamespace } from "./siteNamespaces.ts";
import { renderConfiguration } from "./templates.ts";

/**
 * The inputs of `microserviceManifests` for each service of the catalogue in one site, in the order of the services' names.
 * None where the site has no release yet: a new site gets its Vault before its first service.
 *
 * @throws ValidationError with all diagnostics: backing services and releases that the site lacks, namespaces that it has
 * for something else, secrets that it would store unencrypted, templates that do not render, files that no program could read.
 */
export function siteServices(
  catalogue: readonly CatalogueService[],
  site: CatalogueSite,
  options: FileChecks = {},
): MicroserviceInputs[] {
  const names = catalogue.map(({ service }) => service.name);
  const { inputs, diagnostics } = planServices(catalogue, names, site, options);
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
  if (isNewSite(site)) return [];
  return inputs.sort((a, b) => compareText(a.service.name, b.service.name));
}

/** Whether what templates render to is checked. */
interface FileChecks {
  /** Default `true`; `adopt` takes in files as they are, and the next run says what is wrong with them. */
  readonly checksFiles?: boolean;
}

/**
 * The inputs of services in a site, and what is wrong with them there.
 * @param names of all services that have a folder, also of those that could not be read
 */
export function planServices(
  catalogue: readonly CatalogueService[],
  names: readonly string[],
  site: CatalogueSite,
  { checksFiles = true }: FileChecks = {},
): { readonly inputs: MicroserviceInputs[]; readonly diagnostics: readonly Diagnostic[] } {
  const callers = callersOf(catalogue);
  const diagnostics: Diagnostic[] = [];
  const inputs = catalogue.map(({ service, folder, templates }): MicroserviceInputs => {
    diagnostics.push(
      ...checkSiteNamespace(service.namespace, folder, site),
      ...checkBackingServices(service, folder, site),
      ...checkBackingServiceBoundary(service, folder, site),
      ...checkSecretsAtRest(service, folder, site),
    );
    const scope = templateScope(service, site);
    const rendered = renderConfiguration(templates, scope);
    diagnostics.push(
      ...rendered.diagnostics,
      ...(checksFiles ? checkConfiguration({ service, folder, site, templates, rendered, scope }) : []),
      ...checkCardholderConfiguration(service, folder, rendered.files),
    );
    return {
      service,
      site,
      release: site.releases[service.name] ?? "",
      callers: callers.get(service.source) ?? [],
      configuration: rendered.files,
      file: folder,
    };
  });
  diagnostics.push(
    ...checkReleases(names, site),
    ...checkPartNames(catalogue, site),
    ...checkBackingServiceMarks(site),
    ...checkEntrance(catalogue, site),
    ...checkMonitoringSecretsAtRest(site),
    ...checkHosts(catalogue, site),
  );
  return { inputs, diagnostics };
}

/** Service -> the services that call it, in the order of their names. */
function callersOf(catalogue: readonly CatalogueService[]): ReadonlyMap<Microservice, readonly ServiceName[]> {
  const pairs = catalogue
    .flatMap(({ service }) => service.calls.map(({ source }) => ({ caller: service, callee: source })))
    .sort((a, b) => compareText(a.caller.name, b.caller.name));
  const callers = new Map<Microservice, ServiceName[]>();
  for (const { caller, callee } of pairs) callers.set(callee, [...(callers.get(callee) ?? []), caller]);
  return callers;
}

/**
 * The variables of a template. It sees only the backing services and calls that its service declares, which the network
 * opens.
 */
function templateScope(service: ResolvedMicroservice, site: CatalogueSite): Record<string, unknown> {
  const domain = clusterDomain(site);
  const declared = service.backingServices.map((name) => {
    // One that the site lacks is told at the service, and not again at each template that names it.
    const { host, port } = site.backingServices[name] ?? { host: name, port: 1 };
    return [name, { host, port }] as const;
  });
  return {
    site: {
      name: site.name,
      contact: site.contact,
      registry: site.registry,
      domains: { ...site.domains },
      vault: { address: site.vault.address },
    },
    service: { name: service.name, namespace: service.namespace, ports: { ...service.ports } },
    backingServices: Object.fromEntries(declared),
    calls: Object.fromEntries(
      service.calls.map((call) => [
        call.name,
        {
          url: serviceUrl(call, call.port, domain),
          ...(call.grpcPort === undefined ? {} : { grpcTarget: grpcTarget(call, call.grpcPort, domain) }),
        },
      ]),
    ),
  };
}

function checkBackingServices(service: ResolvedMicroservice, folder: string, site: CatalogueSite): Diagnostic[] {
  return service.backingServices.flatMap((name, index) => {
    if (Object.hasOwn(site.backingServices, name)) return [];
    const known = Object.keys(site.backingServices).join(", ") || "none";
    return [
      {
        file: folder,
        path: `backingServices[${index}]`,
        message: `unknown backing service ${formatValue(name)}; in ${site.file} there are ${known}; correct the name, or add it under gemelos:site.backingServices in every site with its host, port and cidrs, which the site's owner knows${didYouMean(name, Object.keys(site.backingServices))}`,
      },
    ];
  });
}

/** An Ingress says with its controller's own annotations that the pods speak TLS, so the site must say which one it has. */
function checkEntrance(catalogue: readonly CatalogueService[], { exposure, file }: CatalogueSite): Diagnostic[] {
  if (exposure.kind === "gateway" || exposure.implementation !== undefined) return [];
  const exposed = catalogue.filter(({ service }) => service.tls && service.exposure !== undefined);
  const names = exposed.map(({ service }) => service.name).join(", ");
  if (exposed.length === 0) return [];
  return [
    {
      file,
      path: "gemelos:site.exposure.implementation",
      message: `is missing; add the ingress controller (one of ${ingressImplementations.join(", ")}), which must verify the certificates of services that speak TLS (${names}); with another controller use kind: gateway`,
    },
  ];
}

function checkSecretsAtRest(service: ResolvedMicroservice, folder: string, site: CatalogueSite): Diagnostic[] {
  const { delivery, stored, issued, existing } = service.secrets;
  const inEtcd = [...existing, ...(delivery === "env" ? [...stored, ...issued] : [])];
  if (site.kubernetes.encryptionAtRest !== "none" || inEtcd.length === 0) return [];
  return [
    {
      file: folder,
      path: "secrets",
      message: `rest in Kubernetes Secrets, which are in etcd in the clear (gemelos:site.kubernetes.encryptionAtRest is none in ${site.file}); write secretDelivery: "files" with secrets of Vault, or encrypt etcd first (kms or secretbox)`,
    },
  ];
}

/** Monitoring's passwords rest in etcd as services' secrets do, and its parts read them in no other way. */
function checkMonitoringSecretsAtRest(site: CatalogueSite): Diagnostic[] {
  const parts = partServices(site, 0).filter(({ secrets }) => secrets.stored.length > 0);
  if (site.kubernetes.encryptionAtRest !== "none" || parts.length === 0) return [];
  const keys = parts.flatMap(({ name, secrets }) => secrets.stored.map(({ key }) => `${key} of ${name}`)).join(", ");
  return [
    {
      file: site.file,
      path: "gemelos:site.kubernetes.encryptionAtRest",
      message: `is none, and monitoring's secrets (${keys}) would rest in etcd in the clear; encrypt etcd first (kms or secretbox), or have another kind of gemelos:site.monitoring`,
    },
  ];
}

/** A service that has the name of a part of monitoring would share that part's release. */
function checkPartNames(catalogue: readonly CatalogueService[], site: CatalogueSite): Diagnostic[] {
  const parts: readonly string[] = partNames(site);
  return catalogue
    .filter(({ service }) => parts.includes(service.name))
    .map(({ service, folder }) => ({
      file: folder,
      path: "name",
      message: `${formatValue(service.name)} is also a part of the monitoring of ${site.file} (gemelos:site.monitoring), and both would have one release; choose another name`,
    }));
}

/** Whether a site is only being set up: it has no release yet. Any other site needs a release of every service. */
export function isNewSite({ releases }: Pick<CatalogueSite, "releases">): boolean {
  return Object.keys(releases).length === 0;
}

/** Checks that a site has a release of each service and of each part of its monitoring, and of nothing else. */
export function checkReleases(
  services: readonly string[],
  site: Pick<CatalogueSite, "file" | "releases" | "monitoring" | "nodes">,
): Diagnostic[] {
  if (isNewSite(site)) return [];
  const names = new Set<string>([...services, ...partNames(site)]);
  const diagnostic = (name: string, message: string): Diagnostic => ({
    file: site.file,
    path: `gemelos:releases.${name}`,
    message,
  });
  return [
    ...[...names]
      .filter((name) => !Object.hasOwn(site.releases, name))
      .map((name) => diagnostic(name, "is missing; add tag@sha256:digest of the image that this site is to run")),
    ...Object.keys(site.releases)
      .filter((name) => !names.has(name))
      .map((name) =>
        diagnostic(
          name,
          `the catalogue has no service of that name; remove it or correct it (${[...names].sort(compareText).join(", ")})${didYouMean(name, [...names])}`,
        ),
      ),
  ];
}
