import { join } from "node:path";
import type { ApiClient } from "../../clusterClient/index.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { ClusterSource } from "./cluster.ts";
import type { Expectations } from "./expectations.ts";
import { type Clock, followConditions, processClock } from "./follow.ts";
import { type GateResult, gateResult } from "./result.ts";
import type { SoakState } from "./soak.ts";
import { outsideSources, type SiteAccess } from "./sources.ts";
import { testsOf } from "./tests.ts";
import { VerificationSource } from "./verification.ts";

/** What a gate needs to know. */
export interface GateOptions extends SiteAccess {
  /** See `readExpectations`. */
  readonly expected: Expectations;
  /** Asks the site's cluster. */
  readonly client: Pick<ApiClient, "send" | "read">;
  /**
   * Folder below which the reports of services' tests are written, `<folder>/<site>/<service>.xml`.
   * @default out/verification of the project
   */
  readonly reports?: string;
  /** How long all conditions have to be met without interruption: `soak` of `delivery.yaml`. */
  readonly soakSeconds: number;
  /**
   * How long conditions may take until they are met; a soak that has begun by then is let run.
   * @default six times the soak, and one hour at least
   */
  readonly timeoutSeconds?: number;
  /** Called after each look. */
  readonly onState: (state: SoakState) => void;
  /** Ends it; then the result is `interrupted`. */
  readonly signal: AbortSignal;
  /** @default the process's own */
  readonly clock?: Clock;
}

/** Milliseconds between two looks: as often as the shortest soak needs, and seldom enough for the site's servers. */
const interval = { least: 1_000, most: 10_000 };

/** Seconds between two looks after which nobody knows what was between. */
const longestGap = 60;

/** Looks at a site until it has run what a commit says for the soak, or until it is known that it will not. */
export async function runGate(options: GateOptions): Promise<GateResult> {
  const { site, expected, client, soakSeconds, onState, signal, clock = processClock } = options;
  const { reports = join(projectFolder, "out", "verification") } = options;
  const { timeoutSeconds = Math.max(3600, 6 * soakSeconds) } = options;
  const { sources, notes, authorities } = outsideSources(options, expected.hosts);
  const verifications = expected.verified.map((service) => {
    const manifests = () => testsOf(service, site, authorities);
    const folder = join(reports, site.name);
    return new VerificationSource(client, { service: service.name, manifests, folder });
  });
  const state = await followConditions({
    sources: [new ClusterSource(client, expected), ...sources, ...verifications],
    rules: { soak: soakSeconds, timeout: timeoutSeconds, longestGap },
    interval: Math.min(interval.most, Math.max(interval.least, (soakSeconds * 1000) / 10)),
    ...{ clock, onState, signal },
  });
  return gateResult(state, {
    site: site.name,
    soakSeconds,
    ended: clock.now(),
    verification: verifications.flatMap(({ result }) => result ?? []),
    notes,
  });
}
