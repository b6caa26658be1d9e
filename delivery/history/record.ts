import { z } from "zod";
import { type Fields, release } from "../../components/kubernetes/index.ts";
import type { Identity } from "../identity/index.ts";

/** What was done. */
type HistoryKind = "deployment" | "rollback" | "promotion" | "hold" | "hold-release" | "site-lost";

/**
 * How it went: deployments and rollbacks are `started`, and then `verified` (the gate passed), `failed` or `interrupted`;
 * whatever is done at once is `completed`.
 */
type HistoryOutcome = "started" | "verified" | "failed" | "interrupted" | "completed";

/** What the gate said when a deployment ended. */
interface HistoryGate {
  readonly state: "pass" | "waiting" | "fail" | "no-data";
  /** Each condition of the gate, and for how long it had been so. */
  readonly conditions: readonly {
    readonly name: string;
    readonly state: "pass" | "waiting" | "fail" | "no-data";
    /** When it became so, ISO 8601 in UTC. */
    readonly since?: string;
    /** What it says, without any secret. */
    readonly message?: string;
  }[];
}

/** What somebody has done to a site, before it is recorded. */
export interface HistoryEntry {
  readonly kind: HistoryKind;
  readonly outcome: HistoryOutcome;
  readonly who: Identity;
  /** The reason that was stated. What looks like a secret in it is not recorded. */
  readonly why?: string;
  /** The whole hash of the commit that was deployed, promoted or held. */
  readonly commit: string;
  /** Service -> `tag@sha256:digest`, of the whole site; of a promotion, what it promoted. */
  readonly releases: Readonly<Record<string, string>>;
  /** The only service that was meant, where it was not the whole site. */
  readonly service?: string;
  /** The `sequence` of the record with which it started, in what ends it. */
  readonly started?: number;
  /** SHA-256 of the plan that was applied, in hexadecimal. */
  readonly plan?: string;
  readonly gate?: HistoryGate;
  /** Name of the freeze that was passed by `--break-glass`; `why` has the reason. */
  readonly freeze?: string;
  /** Name of the peak whose minimum replicas were brought. */
  readonly peak?: string;
  /** With `site-lost`, the site that is lost: this one is deployed without it. */
  readonly lost?: string;
}

/** The newest record of another site, as it was when this one was written. */
interface HistoryAnchor {
  readonly site: string;
  readonly sequence: number;
  readonly hash: string;
}

/** One line of a site's history. Its fields and their hash never change. */
export interface HistoryRecord extends HistoryEntry {
  readonly version: 1;
  /** By which a record is known that was sent twice. */
  readonly id: string;
  readonly site: string;
  /** Counts from 1. */
  readonly sequence: number;
  /** When it happened, ISO 8601 in UTC. */
  readonly time: string;
  /**
   * When it was appended, where the store could not be reached at that time.
   * @default at that time
   */
  readonly appended?: string;
  /** The other site's newest record, if it could be read: so each site vouches for the end of the other's history. */
  readonly peer?: HistoryAnchor;
  /** `hash` of the record before; zeros in the first. */
  readonly previous: string;
  /** SHA-256 over all other fields as canonical JSON (RFC 8785), in hexadecimal. */
  readonly hash: string;
}

const sha256 = z.string().regex(/^[0-9a-f]{64}$/);
const time = z.iso.datetime({ precision: 3 });
const sequence = z.int().min(1);
const gateState = z.enum(["pass", "waiting", "fail", "no-data"]);
const text = z.string().min(1);

const who = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("vault-entity"), id: text, name: text }),
  z.strictObject({ kind: z.literal("commit-signer"), signer: text, fingerprint: text }),
  z.strictObject({ kind: z.literal("unknown") }),
]);

const entryFields = {
  kind: z.enum(["deployment", "rollback", "promotion", "hold", "hold-release", "site-lost"]),
  outcome: z.enum(["started", "verified", "failed", "interrupted", "completed"]),
  who,
  why: text.exactOptional(),
  commit: z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/),
  releases: z.record(text, release),
  service: text.exactOptional(),
  started: sequence.exactOptional(),
  plan: sha256.exactOptional(),
  gate: z
    .strictObject({
      state: gateState,
      conditions: z.array(
        z.strictObject({
          name: text,
          state: gateState,
          since: time.exactOptional(),
          message: z.string().exactOptional(),
        }),
      ),
    } satisfies Fields<HistoryGate>)
    .exactOptional(),
  freeze: text.exactOptional(),
  peak: text.exactOptional(),
  lost: text.exactOptional(),
} satisfies Fields<HistoryEntry>;

/** Accepts what is to be recorded. */
export const historyEntry: z.ZodType<HistoryEntry> = z.strictObject(entryFields);

/** Accepts a record as a store holds it. */
export const historyRecord: z.ZodType<HistoryRecord> = z.strictObject({
  ...entryFields,
  version: z.literal(1),
  id: z.uuid(),
  site: text,
  sequence,
  time,
  appended: time.exactOptional(),
  peer: z.strictObject({ site: text, sequence, hash: sha256 } satisfies Fields<HistoryAnchor>).exactOptional(),
  previous: sha256,
  hash: sha256,
} satisfies Fields<HistoryRecord>);
