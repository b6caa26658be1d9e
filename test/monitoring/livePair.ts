import { expect, vi } from "vitest";
import { createServerIdentity } from "../../sandbox/sites/certificates.ts";
import { LiveSite, replicas } from "./liveSite.ts";

/** Each interval is a third of the rendered one. */
const interval = "10s";

/** Alerts by which a site says that the other one is not well, each after a fifth of its own time or less. */
const alerts = {
  PeerEntranceDown: { for: "30s" },
  PeerMonitoringSilent: { for: "60s" },
  TargetsAllMissing: { for: "60s" },
  TargetsMissing: { for: "60s" },
};

/** Seconds until a site misses the other's life sign and its people hear of it: the alert's own minute and four intervals. */
export const stated = 60 + 4 * 10;

/** Both sites' monitoring on this machine, each watching the other through its entrance. */
export class LivePair {
  readonly dc1: LiveSite;
  readonly dc2: LiveSite;

  private constructor(dc1: LiveSite, dc2: LiveSite) {
    this.dc1 = dc1;
    this.dc2 = dc2;
  }

  /** Starts both, and waits until each has heard the other. */
  static async start(): Promise<LivePair> {
    const options = { identity: await createServerIdentity("the sites' authority"), alerts, interval };
    const pair = new LivePair(await LiveSite.open("dc1", options), await LiveSite.open("dc2", options));
    const { dc1, dc2 } = pair;
    await Promise.all([dc1.start(dc2, options), dc2.start(dc1, options)]);
    for (const site of [dc1, dc2])
      for (const replica of replicas.prometheus)
        await vi.waitFor(
          async () => {
            const peer = site === dc1 ? "dc2" : "dc1";
            const seen = `ALERTS{alertname="DeadMansSwitch",datacenter="${peer}"} and on () probe_success{job="peer-entrance"} == 1`;
            expect(await site.query(seen, replica)).toHaveLength(1);
            const pages = 'ALERTS{severity="page"}';
            expect(await site.query(pages, replica)).toEqual([]);
          },
          { timeout: 120_000, interval: 500 },
        );
    return pair;
  }

  async close(): Promise<void> {
    await this.dc1.close();
    await this.dc2.close();
  }
}

/** Names of the alerts of which who is on call at a site was told, in the order in which they came. */
export function told(site: LiveSite): string[] {
  return site.webhook.received.flatMap(({ status, alerts: sent }) =>
    status === "firing" ? sent.map(({ labels }) => labels["alertname"] ?? "") : [],
  );
}

/**
 * Waits until each Alertmanager of a site has an alert that it does not send, since another one says it, and until the last of
 * them has had its turn with what was sent before: each waits 15 s for every one before it.
 */
export async function restIsSuppressed(site: LiveSite, names: readonly string[]): Promise<void> {
  await vi.waitFor(
    async () => {
      for (const each of replicas.alertmanager)
        expect(await site.alertStates(each)).toMatchObject(
          Object.fromEntries(names.map((name) => [name, "suppressed"])),
        );
    },
    { timeout: 120_000, interval: 500 },
  );
  const sent = site.webhook.received.at(-1)?.at ?? 0;
  await vi.waitUntil(() => performance.now() > sent + 45_000, { timeout: 60_000, interval: 500 });
}

/** Waits for the first page of this name, and returns how many seconds after a moment it came. */
export async function secondsUntilTold(site: LiveSite, name: string, since: number): Promise<number> {
  const [page] = await vi.waitUntil(
    () => (site.webhook.pages(name).length > 0 ? site.webhook.pages(name) : undefined),
    { timeout: 200_000, interval: 250 },
  );
  return ((page?.at ?? 0) - since) / 1000;
}
