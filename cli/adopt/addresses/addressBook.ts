import { isIP } from "node:net";
import { entriesAt, listAt } from "../../../components/kubernetes/index.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { BackingService } from "../../../components/siteData.ts";
import { at, isObject } from "../../../recorder/registeredResource.ts";
import type { ManifestDocument } from "../input/documents.ts";
import { namespaceOf } from "../landscape/objectIndex.ts";
import type { Address } from "./addresses.ts";
import { inCluster, longName, mayBe, type ObjectName, objectNames, sameObject } from "./hostObjects.ts";
import { type Proposal, ProposalList } from "./proposalList.ts";

/** A service that others may call: of the catalogue, or taken in by the same run. */
export interface CallableService {
  /** As the catalogue has it. */
  readonly name: string;
  readonly namespace: string;
  /** Where others reach it in every site, whatever its cluster's domain: `http://receipts.declarations.svc:7137`. */
  readonly url: string;
  /** By which it is known today. */
  readonly names: readonly ObjectName[];
  /** Ports that lead to where it is called: those of its Service today, and its own. */
  readonly ports: ReadonlySet<number>;
  /** The same for gRPC; empty where it speaks none. */
  readonly grpcPorts: ReadonlySet<number>;
  /** Where it is called by gRPC. */
  readonly grpcPort: number | undefined;
  /** Its description; of one that is not made yet, what others need of it. */
  readonly description: Microservice;
  /** Whether it is inside the boundary around cardholder data, which nothing crosses without a reason. */
  readonly cardholderData: boolean;
}

/** What an address leads to. */
export type Destination =
  | { readonly kind: "itself" }
  | { readonly kind: "service"; readonly service: CallableService }
  | {
      readonly kind: "backing service";
      readonly name: string;
      /** Whether one of its pods is named. */
      readonly isPod: boolean;
      /** Whether it has this host in every site. */
      readonly isEverywhere: boolean;
    }
  | { readonly kind: "proposal"; readonly proposal: Proposal }
  | { readonly kind: "unknown"; readonly reason: string; readonly remedy?: string };

/** What hosts may lead to. */
export interface Surroundings {
  readonly services: readonly CallableService[];
  /** Of each site. */
  readonly backingServices: readonly Readonly<Record<string, BackingService>>[];
  /** Namespaces of the catalogue, and of the services that are taken in. */
  readonly closed: ReadonlySet<string>;
  /** Every object of the run. */
  readonly documents: readonly ManifestDocument[];
}

/** The service whose texts name the addresses. */
export interface Speaker {
  readonly name: string;
  /** Namespace of its manifests; undefined where they state none. */
  readonly namespace: string | undefined;
  /** Backing services that it is known to use. */
  readonly backingServices: ReadonlySet<string>;
  /** Hosts at which it is reached from outside. */
  readonly hosts: ReadonlySet<string>;
}

/** What each host leads to, for all services of a run. */
export class AddressBook {
  readonly #services: ReadonlyMap<string, readonly CallableService[]>;
  readonly #backingServices: readonly (readonly [string, BackingService])[];
  readonly #kubernetesServices: ReadonlyMap<string, readonly ManifestDocument[]>;
  readonly #workloads: readonly ManifestDocument[];
  /** Number of the sites. */
  readonly #sites: number;
  readonly #closed: ReadonlySet<string>;
  readonly #proposals: ProposalList;

  constructor({ services, backingServices, closed, documents }: Surroundings) {
    const names = services.flatMap((service) => service.names.map(({ name }) => [name, service] as const));
    this.#services = new Map(
      [...Map.groupBy(names, ([name]) => name)].map(([name, found]) => [
        name,
        [...new Set(found.map(([, service]) => service))],
      ]),
    );
    this.#backingServices = backingServices.flatMap((site) => Object.entries(site));
    this.#kubernetesServices = Map.groupBy(
      documents.filter(({ kind }) => kind === "Service"),
      ({ name }) => name,
    );
    this.#workloads = documents.filter(({ object }) => at(object, "spec", "template", "spec") !== undefined);
    this.#sites = backingServices.length;
    this.#closed = closed;
    this.#proposals = new ProposalList(this.#backingServices.map(([name]) => name));
  }

  /** Entries that the sites' data lacks, in the order in which they were found. */
  get proposals(): readonly Proposal[] {
    return this.#proposals.entries;
  }

  /**
   * What an address leads to: a service, else a backing service of a site, else an entry that the sites lack. A short name
   * is one of the speaker's own namespace.
   */
  find({ host, port }: Pick<Address, "host" | "port">, speaker: Speaker): Destination {
    if (speaker.hosts.has(host)) return { kind: "itself" };
    const names = objectNames(host, speaker.namespace);
    const service = this.#serviceOf(names);
    if (service !== undefined) {
      if (service.name === speaker.name) return { kind: "itself" };
      if (service.cardholderData) return acrossBoundary(service.name);
      if (port === undefined || service.ports.has(port) || service.grpcPorts.has(port))
        return { kind: "service", service };
      return {
        kind: "unknown",
        reason: `${service.name} is called at port ${[...service.ports, ...service.grpcPorts].join(" or ")} only, and not at ${port}`,
      };
    }
    const known = this.#backingServiceOf(host, port, names);
    if (known?.backingService.cardholderData === true && !speaker.backingServices.has(known.name)) {
      return acrossBoundary(known.name);
    }
    if (known !== undefined)
      return { kind: "backing service", name: known.name, isPod: known.isPod, isEverywhere: known.isEverywhere };
    return this.#proposalFor(host, port, names);
  }

  #serviceOf(names: readonly ObjectName[]): CallableService | undefined {
    for (const { name, namespace } of names) {
      const found = this.#services.get(name) ?? [];
      const exact = found.filter((service) =>
        service.names.some((own) => own.name === name && own.namespace === namespace),
      );
      const open = found.filter((service) => service.names.some((own) => own.name === name && mayBe(own, namespace)));
      const [only, ...others] = exact.length > 0 ? exact : open;
      if (only !== undefined && others.length === 0) return only;
    }
    return undefined;
  }

  #backingServiceOf(host: string, port: number | undefined, names: readonly ObjectName[]) {
    const found = this.#backingServices.flatMap(([name, backingService]) => {
      if (port !== undefined && backingService.port !== port) return [];
      const object = sameObject(backingService.host, names);
      if (backingService.host !== host && object === undefined) return [];
      return [{ name, backingService, isPod: object?.isPod === true }];
    });
    const [first] = found.map((each) => ({ ...each, isEverywhere: found.length === this.#sites }));
    return found.every(({ name }) => name === first?.name) ? first : undefined;
  }

  #proposalFor(host: string, port: number | undefined, names: readonly ObjectName[]): Destination {
    const object = this.#kubernetesServiceOf(names);
    const external = at(object?.object, "spec", "externalName");
    const ports = listAt(object?.object, "spec", "ports").filter((each) => (at(each, "protocol") ?? "TCP") === "TCP");
    const [only, ...others] = ports;
    const stated = port ?? (others.length === 0 ? numberOf(at(only, "port")) : undefined);
    if (stated === undefined) return { kind: "unknown", reason: "no port is known" };
    if (isIP(host) === 6)
      return { kind: "unknown", reason: "an entry of the sites' data has a DNS name or IPv4 address" };
    const selector = at(object?.object, "spec", "selector");
    if (object === undefined || typeof external === "string" || !isObject(selector)) {
      const [name] = typeof external === "string" ? [external] : names.flatMap((each) => inCluster(host, each) ?? []);
      return { kind: "proposal", proposal: this.#proposals.add(name ?? host, stated, undefined) };
    }
    const podLabels = Object.fromEntries(entriesAt(selector).map(([key, value]) => [key, String(value)]));
    const namespace = namespaceOf(object) ?? names.find(({ name }) => name === object.name)?.namespace;
    const target = ports.find((each) => at(each, "port") === stated);
    const podPort = this.#podPort(at(target, "targetPort"), podLabels, namespaceOf(object));
    const proposal = this.#proposals.add(longName({ name: object.name, namespace }), stated, {
      namespace,
      podLabels,
      podPort: podPort === stated ? undefined : podPort,
      isClosed: namespace !== undefined && this.#closed.has(namespace),
    });
    return { kind: "proposal", proposal };
  }

  #kubernetesServiceOf(names: readonly ObjectName[]): ManifestDocument | undefined {
    for (const { name, namespace } of names) {
      const found = this.#kubernetesServices.get(name) ?? [];
      const exact = found.find((document) => namespaceOf(document) === namespace);
      const open = found.find((document) => mayBe({ name, namespace: namespaceOf(document) }, namespace));
      if (exact !== undefined || open !== undefined) return exact ?? open;
    }
    return undefined;
  }

  /** The number of a port that may be a name, which only the pods' containers know. */
  #podPort(
    target: unknown,
    labels: Readonly<Record<string, string>>,
    namespace: string | undefined,
  ): number | undefined {
    if (typeof target !== "string") return numberOf(target);
    const workload = this.#workloads.find(
      (document) =>
        mayBe({ name: document.name, namespace: namespaceOf(document) }, namespace) &&
        Object.entries(labels).every(
          ([key, value]) => at(document.object, "spec", "template", "metadata", "labels", key) === value,
        ),
    );
    const containers = listAt(workload?.object, "spec", "template", "spec", "containers");
    const ports = containers.flatMap((container) => listAt(container, "ports"));
    return numberOf(
      at(
        ports.find((port) => at(port, "name") === target),
        "containerPort",
      ),
    );
  }
}

function acrossBoundary(name: string): Destination {
  return {
    kind: "unknown",
    reason: `${name} is inside the boundary around cardholder data`,
    remedy:
      "a person says why it is used, with a justification under calls or backingServices; accept the loss until then",
  };
}

function numberOf(value: unknown): number | undefined {
  return typeof value === "number" ? value : undefined;
}
