import type { SecureContext } from "node:tls";
import type { Before, Observation, Source } from "./condition.ts";
import type { ExpectedHost } from "./exposures.ts";
import { askByHttps, type HttpsAnswer, HttpsFailure } from "./httpsRequest.ts";

/** How a site's entrance is asked. */
export interface EntranceAccess {
  /** Each has to answer. Empty where hosts' names lead there. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** Whether the name of a public host may lead to another site. */
  readonly sharesPublicNames: boolean;
  /** The authorities that may have signed a host's certificate. */
  readonly trust: (host: ExpectedHost) => Promise<SecureContext>;
}

/** Name of the condition about an exposed service. */
function entranceCondition({ service, host, path }: Pick<ExpectedHost, "service" | "host" | "path">): string {
  return `entrance https://${host}${path} (${service})`;
}

/** Requests at the same time: the gate is no load test. */
const parallel = 8;

/** Asks each exposed service through the site's entrance, as a caller from outside does. */
export class EntranceSource implements Source {
  readonly #hosts: readonly ExpectedHost[];
  readonly #access: EntranceAccess;
  readonly conditions;

  constructor(hosts: readonly ExpectedHost[], access: EntranceAccess) {
    this.#hosts = hosts;
    this.#access = access;
    this.conditions = hosts.map((host) => ({ name: entranceCondition(host) }));
  }

  async look(_: Before, signal: AbortSignal): Promise<readonly Observation[]> {
    const queue = [...this.#hosts];
    const found: Observation[] = [];
    const worker = async () => {
      for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
        found.push({ condition: entranceCondition(next), ...(await this.#lookAt(next, signal)) });
      }
    };
    await Promise.all(Array.from({ length: parallel }, worker));
    return found;
  }

  async #lookAt(host: ExpectedHost, signal: AbortSignal): Promise<Omit<Observation, "condition">> {
    const { addresses, port, sharesPublicNames } = this.#access;
    if (addresses.length === 0 && sharesPublicNames && host.domain === "public") return unknownEntrance;
    let trust: SecureContext;
    try {
      trust = await this.#access.trust(host);
    } catch (error) {
      return { state: "no-data", what: error instanceof Error ? error.message : String(error) };
    }
    let last: Omit<Observation, "condition"> = { state: "no-data", what: "no address of the entrance is known" };
    for (const address of addresses.length === 0 ? [host.host] : addresses) {
      last = await ask(host, { address, port, trust, signal });
      if (last.state !== "pass") return last;
    }
    return last;
  }
}

interface Way {
  readonly address: string;
  readonly port: number;
  readonly trust: SecureContext;
  readonly signal: AbortSignal;
}

/** What answers may be the other site, which says nothing of this one. */
const unknownEntrance: Omit<Observation, "condition"> = {
  state: "no-data",
  what: "its name may lead to the other site, and where this site's entrance is nobody has said",
  remedy: "state gate.entrance.addresses in the site's file",
  finalAfter: 0,
};

async function ask(host: ExpectedHost, way: Way): Promise<Omit<Observation, "condition">> {
  try {
    return observeAnswer(host, way.address, await askByHttps({ ...way, host: host.host, path: host.path }));
  } catch (error) {
    if (!(error instanceof HttpsFailure)) throw error;
    const remedy = error.untrusted ? { kind: "certificate", remedy: certificateRemedy(host) } : {};
    return { state: "fail", what: `${way.address} ${error.message}`, ...remedy };
  }
}

function observeAnswer(
  host: ExpectedHost,
  address: string,
  { status, validTo }: HttpsAnswer,
): Omit<Observation, "condition"> {
  const until = validTo === undefined ? "" : `; its certificate is good until ${validTo.toISOString().slice(0, 10)}`;
  const what = `${address} answers HTTP ${status}${until}`;
  return { state: host.statuses(status) ? "pass" : "fail", what };
}

function certificateRemedy({ certificate, host }: ExpectedHost): string {
  switch (certificate) {
    case "supplied":
      return `put the pair of ${host} again: npm run secrets -- put --host ${host}`;
    case "issued":
      return "see whether External Secrets has renewed its Secret: kubectl get externalsecret -A";
    case "cert-manager":
      return "see why cert-manager does not renew it: kubectl get certificate -A";
    default:
      return "correct the certificate of the controller; gate.caCertificate names an authority that this machine does not know";
  }
}
