import type { Microservice } from "../microservice.ts";
import type { MicroserviceSite, MicroserviceVault } from "../microserviceSite.ts";
import { checkCatalogue, type Described } from "./catalogueRules.ts";
import { renderConfiguration, type Template } from "./configuration.ts";
import { type ResolvedMicroservice, resolveMicroservice, serviceUrl } from "./defaults.ts";
import { compareText, type Problem, ProblemsError, show } from "./problems.ts";
import { secretsOf } from "./secrets.ts";

/** One folder of the catalogue: a description and its configuration templates. */
export interface CatalogueEntry extends Described {
  readonly templates: readonly Template[];
}

/** What the catalogue as a whole needs of a site, beside what each service needs. */
export interface PlacementSite extends MicroserviceSite {
  /** The site's name: a value for templates, never a decision. */
  readonly name: string;
  /** Whom to ask about the site. */
  readonly contact: string;
  /** The file that describes the site, for messages: `Pulumi.dc1.yaml`. */
  readonly file: string;
  /** How the cluster encrypts Secrets in etcd; `none` refuses services whose secrets rest there. */
  readonly kubernetes: { readonly encryptionAtRest: "kms" | "aescbc" | "none" };
  /** The site's Vault; its address is a value for templates too. */
  readonly vault: MicroserviceVault;
  /** Service -> `tag@sha256:...`. Empty for a site that is only being set up. */
  readonly releases: Readonly<Record<string, string>>;
}

/** A service of the catalogue, ready to be made in a site: the arguments of a `JavaMicroservice`. */
export interface Placement {
  readonly service: Microservice;
  readonly release: string;
  readonly callers: readonly Microservice[];
  readonly configuration: Readonly<Record<string, string>>;
}

/**
 * The one validation pass over the whole catalogue in one site: descriptions, calls, endpoints, releases, templates.
 * Returns the services in the order of their names; none of them where the site has no release at all, since a new site's
 * Vault is there before its first service.
 *
 * @throws ProblemsError with every problem found; nothing has been registered by then.
 */
export function placeCatalogue(catalogue: readonly CatalogueEntry[], site: PlacementSite): Placement[] {
  const problems = checkCatalogue(catalogue);
  if (problems.length > 0) throw new ProblemsError(problems);
  const callers = callersOf(catalogue);
  const placements = catalogue.map((entry): Placement => {
    const service = resolveMicroservice(entry.service);
    problems.push(...checkEndpoints(service, entry.folder, site), ...checkSecrets(service, entry.folder, site));
    const rendered = renderConfiguration(entry.templates, templateScope(service, site));
    problems.push(...rendered.problems);
    return {
      service: entry.service,
      release: site.releases[service.name] ?? "",
      callers: callers.get(entry.service) ?? [],
      configuration: rendered.files,
    };
  });
  problems.push(...checkReleases(catalogue, site));
  if (problems.length > 0) throw new ProblemsError(problems);
  if (isNew(site)) return [];
  return placements.sort((a, b) => compareText(a.service.name, b.service.name));
}

function callersOf(catalogue: readonly Described[]): ReadonlyMap<Microservice, readonly Microservice[]> {
  const pairs = catalogue
    .flatMap(({ service }) =>
      resolveMicroservice(service).resolvedCalls.map((call) => ({ caller: service, callee: call.service })),
    )
    .sort((a, b) => compareText(a.caller.name, b.caller.name));
  const callers = new Map<Microservice, Microservice[]>();
  for (const { caller, callee } of pairs) callers.set(callee, [...(callers.get(callee) ?? []), caller]);
  return callers;
}

/** What a template may name. Of endpoints and calls it sees only what its service declares, so that rules stay true. */
function templateScope(service: ResolvedMicroservice, site: PlacementSite): Record<string, unknown> {
  const declared = service.endpoints.flatMap((name) => {
    const endpoint = site.endpoints[name];
    return endpoint === undefined ? [] : [[name, { host: endpoint.host, port: endpoint.port }] as const];
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
    endpoints: Object.fromEntries(declared),
    calls: Object.fromEntries(
      service.resolvedCalls.map((call) => [call.service.name, { url: serviceUrl(resolveMicroservice(call.service)) }]),
    ),
  };
}

function checkEndpoints(service: ResolvedMicroservice, folder: string, site: PlacementSite): Problem[] {
  return service.endpoints.flatMap((name, index) => {
    if (Object.hasOwn(site.endpoints, name)) return [];
    const known = Object.keys(site.endpoints).join(", ") || "none";
    return [
      {
        file: folder,
        path: `endpoints[${index}]`,
        message: `${show(name)} is no endpoint of ${site.file}, which has ${known}; correct the name or add it under gemelos:site.endpoints in every site`,
      },
    ];
  });
}

function checkSecrets(service: ResolvedMicroservice, folder: string, site: PlacementSite): Problem[] {
  const { stored, issued, existing } = secretsOf(service);
  const inEtcd = [...existing, ...(service.secretDelivery === "env" ? [...stored, ...issued] : [])];
  if (site.kubernetes.encryptionAtRest !== "none" || inEtcd.length === 0) return [];
  return [
    {
      file: folder,
      path: "secrets",
      message: `rest in Kubernetes Secrets, which ${site.file} keeps in etcd in the clear (gemelos:site.kubernetes.encryptionAtRest is none); write secretDelivery: "files" with secrets of Vault, or encrypt etcd first (kms or aescbc)`,
    },
  ];
}

/** A site that is being set up has no release yet; one that has some has one of each service. */
export function isNew({ releases }: Pick<PlacementSite, "releases">): boolean {
  return Object.keys(releases).length === 0;
}

function checkReleases(catalogue: readonly Described[], site: PlacementSite): Problem[] {
  if (isNew(site)) return [];
  const names = new Set(catalogue.map(({ service }) => service.name));
  const at = (name: string, message: string): Problem => ({
    file: site.file,
    path: `gemelos:releases.${name}`,
    message,
  });
  return [
    ...[...names]
      .filter((name) => !Object.hasOwn(site.releases, name))
      .map((name) => at(name, "is missing; add tag@sha256:digest of the image that this site is to run")),
    ...Object.keys(site.releases)
      .filter((name) => !names.has(name))
      .map((name) =>
        at(
          name,
          `no service of that name under services/; remove it or correct it (${[...names].sort(compareText).join(", ")})`,
        ),
      ),
  ];
}
