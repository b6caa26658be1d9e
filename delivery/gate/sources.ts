import type { SecureContext } from "node:tls";
import { partServices, prometheusUser, secretKeys } from "../../components/monitoring/index.ts";
import type { Site } from "../../components/siteData.ts";
import { valueField, vaultMounts } from "../../components/vault/index.ts";
import { certificateSource, exposedHost } from "../../components/workload/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { VaultClient } from "../../vaultClient/vaultClient.ts";
import { readServicesAuthority } from "../../vaultSetup.ts";
import { type AlertQuestions, AlertSource, alertsCondition } from "./alerts.ts";
import type { Observation, Source } from "./condition.ts";
import { EntranceSource } from "./entrance.ts";
import type { ExpectedHost } from "./exposures.ts";
import { askByHttps, trustIn, trustOfMachine } from "./httpsRequest.ts";

/** What is needed of a client of Vault. */
type VaultReader = Pick<VaultClient, "read">;

/** What a gate takes from a site's data. */
export type GatedSite = Pick<
  Site,
  | "name"
  | "file"
  | "peer"
  | "registry"
  | "releases"
  | "network"
  | "contact"
  | "nodes"
  | "domains"
  | "exposure"
  | "monitoring"
  | "gate"
>;

/** How a site's entrance and its Prometheus are reached. */
export interface SiteAccess {
  readonly site: GatedSite;
  /** Asks the site's Vault: for the authority of its hosts, and the password of its Prometheus. */
  readonly vault: VaultReader;
  /** The variables of the environment, of which `PROMETHEUS_PASSWORD` may be read. */
  readonly environment: Readonly<Record<string, string | undefined>>;
}

/** What asks a site from outside, and what it does not ask. */
export interface OutsideSources {
  readonly sources: readonly Source[];
  /** `alerts are not asked: monitoring is none`. */
  readonly notes: readonly string[];
  /** Who may have signed the site's certificates. */
  readonly authorities: Authorities;
}

/** What asks a site's entrance for its exposed services, and its Prometheus for alerts. */
export function outsideSources(access: SiteAccess, hosts: readonly ExpectedHost[]): OutsideSources {
  const { site } = access;
  const authorities = new Authorities(access);
  const entrance = new EntranceSource(hosts, {
    addresses: entranceAddresses(site),
    port: site.gate?.entrance?.port ?? 443,
    sharesPublicNames: site.peer !== undefined,
    trust: ({ certificate }) => authorities.of(certificate),
  });
  const alerts = alertSource(access, authorities);
  return typeof alerts === "string"
    ? { sources: [entrance], notes: [`alerts are not asked: ${alerts}`], authorities }
    : { sources: [entrance, alerts], notes: [], authorities };
}

/** Where a site's entrance is: what is stated for the gate, else for the probes. */
export function entranceAddresses({ gate, monitoring }: Pick<Site, "gate" | "monitoring">): readonly string[] {
  if (gate?.entrance !== undefined) return gate.entrance.addresses;
  if (monitoring?.kind !== "prometheus") return [];
  const cidrs = (monitoring.entranceCidrs ?? []).map((entry) => (typeof entry === "string" ? entry : entry.cidr));
  // A range of addresses says of none of them that it answers.
  return cidrs.flatMap((cidr) => /^(.+)\/(?:32|128)$/.exec(cidr)?.[1] ?? []);
}

/** Who may have signed a certificate, by where it comes from. Each is made once, and asked for again where that failed. */
export class Authorities {
  readonly #access: SiteAccess;
  #machine: SecureContext | undefined;
  #site: SecureContext | undefined;
  #issuer: string | undefined;

  constructor(access: SiteAccess) {
    this.#access = access;
  }

  async of(source: ExpectedHost["certificate"]): Promise<SecureContext> {
    const own = await this.ownOf(source);
    if (source === "issued") {
      this.#site ??= trustIn(own === undefined ? [] : [own]);
      return this.#site;
    }
    this.#machine ??= trustOfMachine(own === undefined ? [] : [own]);
    return this.#machine;
  }

  /** The certificate (PEM) of the authority that only the site knows; undefined where the machine's are enough. */
  async ownOf(source: ExpectedHost["certificate"]): Promise<string | undefined> {
    const { site, vault } = this.#access;
    if (source !== "issued") return site.gate?.caCertificate;
    this.#issuer ??= await readServicesAuthority(vault, site.name);
    return this.#issuer;
  }
}

/** What asks for alerts, or why nobody does. */
function alertSource(access: SiteAccess, authorities: Authorities): Source | string {
  const { site } = access;
  const { monitoring, gate } = site;
  if (gate?.prometheus === "none") return "gate.prometheus is none";
  if (gate?.prometheus !== undefined) return statedPrometheus(access, gate.prometheus, authorities);
  if (monitoring?.kind === "prometheus") return ownPrometheus(access, authorities);
  if (monitoring?.kind === "none") return "monitoring is none";
  return new StatedSource({
    ...{ condition: alertsCondition, state: "no-data", finalAfter: 0 },
    what: `which Prometheus knows of alerts nobody has said`,
    remedy: `state gate.prometheus in ${site.file}, or none where there is no Prometheus`,
  });
}

/** Says the same at every look. */
class StatedSource implements Source {
  readonly conditions;
  readonly #observation: Observation;

  constructor(observation: Observation) {
    this.conditions = [{ name: observation.condition }];
    this.#observation = observation;
  }

  async look(): Promise<readonly Observation[]> {
    return [this.#observation];
  }
}

/** The Prometheus that the site makes itself, behind its own entrance. */
function ownPrometheus({ site, vault }: SiteAccess, authorities: Authorities): Source | string {
  const part = partServices(site, 0).find(({ name }) => name === "prometheus");
  const host = part === undefined ? undefined : exposedHost(part, site);
  const secret = part?.secrets.stored.find(({ key }) => key === secretKeys.prometheusPassword);
  if (part?.exposure === undefined || host === undefined || secret === undefined) {
    throw new RangeError("a Prometheus of a site's own has a host and a password");
  }
  const { source } = certificateSource(part.exposure, site.exposure);
  let password: string | undefined;
  return new AlertSource(
    { severity: "page", alwaysFiring: "DeadMansSwitch", peerIsAnotherSite: true },
    async (path, signal) => {
      const trust = await authorities.of(source);
      password ??= await readValue(vault, secret.path);
      const [address = host] = entranceAddresses(site);
      const login = { username: prometheusUser, password };
      const answer = await askByHttps({
        address,
        port: site.gate?.entrance?.port ?? 443,
        host,
        path,
        trust,
        login,
        signal,
      });
      // It may have been put anew in the meantime.
      if (answer.status === 401) password = undefined;
      return answer;
    },
  );
}

/** A Prometheus that the site's file names. */
function statedPrometheus(
  { site, environment }: SiteAccess,
  stated: Exclude<NonNullable<NonNullable<Site["gate"]>["prometheus"]>, "none">,
  authorities: Authorities,
): Source {
  const { username, severity = "page" } = stated;
  const isOperator = site.monitoring?.kind === "operator";
  const { alwaysFiring = isOperator ? "DeadMansSwitch" : "Watchdog" } = stated;
  const questions: AlertQuestions = { severity, alwaysFiring, peerIsAnotherSite: isOperator };
  const { hostname, port, pathname } = new URL(stated.url);
  const host = hostname.replace(/^\[|\]$/g, "");
  return new AlertSource(questions, async (path, signal) => {
    const { PROMETHEUS_PASSWORD: password = "" } = environment;
    if (username !== undefined && password === "") {
      throw new Error(`PROMETHEUS_PASSWORD is not set; export the password of ${username}`);
    }
    return askByHttps({
      ...{ address: host, host, port: port === "" ? 443 : Number(port), signal },
      path: `${pathname.replace(/\/$/, "")}${path}`,
      trust: await authorities.of("supplied"),
      ...(username === undefined ? {} : { login: { username, password } }),
    });
  });
}

async function readValue(vault: VaultReader, path: string): Promise<string> {
  const value = at(await vault.read(`${vaultMounts.services}/data/${path}`), "data", valueField);
  if (typeof value !== "string" || value === "") {
    throw new Error(
      "the password of Prometheus is not in Vault; put it: npm run secrets -- put --service prometheus --key PASSWORD",
    );
  }
  return value;
}
