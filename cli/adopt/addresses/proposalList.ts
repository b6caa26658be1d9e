import { isIP } from "node:net";
import { hostCidr } from "../../../components/kubernetes/index.ts";

/** An entry that the sites' data lacks. */
export interface Proposal {
  readonly name: string;
  readonly host: string;
  readonly port: number;
  /** The pods behind it, for a workload of the input; undefined for everything else. */
  readonly pods:
    | {
        readonly namespace: string | undefined;
        readonly podLabels: Readonly<Record<string, string>>;
        readonly podPort: number | undefined;
        /** Whether they are in a namespace of the catalogue, whose closed network would cut them off. */
        readonly isClosed: boolean;
      }
    | undefined;
  /** What is known of its addresses. */
  readonly cidrs: readonly string[];
}

/** The entries that the sites' data lacks: one for a host and port, each under a name of its own. */
export class ProposalList {
  readonly #byPlace = new Map<string, Proposal>();
  readonly #taken: Set<string>;

  /** @param taken names that the sites' data has already */
  constructor(taken: readonly string[]) {
    this.#taken = new Set(taken);
  }

  /** In the order in which they were found. */
  get entries(): readonly Proposal[] {
    return [...this.#byPlace.values()];
  }

  /** The entry for a host and port; a new one where there is none yet. */
  add(host: string, port: number, pods: Proposal["pods"]): Proposal {
    const place = `${host}:${port}`;
    const known = this.#byPlace.get(place);
    if (known !== undefined) return known;
    const cidrs = isIP(host) === 4 ? [hostCidr(host)] : [];
    const proposal = { name: this.#freeName(host), host, port, pods, cidrs };
    this.#byPlace.set(place, proposal);
    return proposal;
  }

  #freeName(host: string): string {
    const words = isIP(host) === 0 ? (host.split(".")[0] ?? host) : `at-${host.replaceAll(".", "-")}`;
    for (let count = 1; ; count += 1) {
      const name = count === 1 ? words : `${words}-${count}`;
      if (this.#taken.has(name)) continue;
      this.#taken.add(name);
      return name;
    }
  }
}
