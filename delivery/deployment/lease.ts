import { setTimeout as wait } from "node:timers/promises";
import { ApiError, type ApiRequest } from "../../clusterClient/index.ts";
import { at, isObject, type PlainObject } from "../../recorder/registeredResource.ts";

/**
 * The Lease in a site's cluster that a deployment holds and renews, so that another agent sees whether it lives. The backend's own
 * lock says neither that nor covers more than the engine's part of a deployment.
 */
const place = { namespace: "default", name: "gemelos-deployment" } as const;

const collection = `/apis/coordination.k8s.io/v1/namespaces/${place.namespace}/leases`;

/** In seconds: a Lease that is not renewed for this long belongs to nobody. */
const leaseSeconds = 30;

/** Milliseconds between two renewals, and between two looks of who waits. */
const interval = 5000;

/** The annotation by which a rollback asks the deployment that runs to end. */
const endRequest = "gemelos/end-requested-by";

/** Who holds a site's Lease. */
export interface Holder {
  readonly host: string;
  readonly pid: number;
  /** What it does: `deploy of 1a2b3c4d5e`. */
  readonly what: string;
  readonly acquired: Date;
  /** Its last sign of life. */
  readonly renewed: Date;
}

/** What a Lease needs of its site's API server, of the clock and of this machine. */
export interface LeaseOptions {
  readonly client: { readonly send: (request: ApiRequest) => Promise<PlainObject> };
  readonly host: string;
  readonly pid: number;
  readonly what: string;
  /** Whether a process of this machine runs. */
  readonly isRunning: (pid: number) => boolean;
  /** Called once for each holder for which this one has to wait. */
  readonly onWait: (holder: Holder) => void;
  /**
   * Asks a deployment that runs to end, instead of waiting until it is done.
   * @default false
   */
  readonly endsRunning?: boolean;
  /** Ends the wait. */
  readonly signal: AbortSignal;
  /**
   * Milliseconds between two looks.
   * @default 5000
   */
  readonly interval?: number;
  /**
   * Time in milliseconds, from any beginning.
   * @default the process's own monotonic clock
   */
  readonly now?: () => number;
}

/** A Lease that this process holds. */
export interface HeldLease {
  /** The holder that was found dead, whose Lease this one took over. */
  readonly dead: Holder | undefined;
  /** Aborted once somebody asks for the deployment's end, or has taken the Lease: its reason says who. */
  readonly lost: AbortSignal;
  readonly release: () => Promise<void>;
}

/**
 * Takes a site's Lease, and renews it until it is released. Waits as long as another deployment holds and renews it.
 * @throws ApiError if the API server refuses
 */
export async function takeLease(options: LeaseOptions): Promise<HeldLease> {
  const { signal, now = () => performance.now(), host, isRunning } = options;
  let seen: { readonly version: string; readonly since: number } | undefined;
  let told = "";
  let hasAsked = false;
  for (;;) {
    const lease = await readLease(options);
    const holder = lease === undefined ? undefined : holderOf(lease);
    const version = String(at(lease, "spec", "renewTime"));
    // Another machine's clock says nothing: a Lease is dead once it stays as it is for long enough.
    if (seen?.version !== version) seen = { version, since: now() };
    const isDead =
      holder !== undefined &&
      ((holder.host === host && !isRunning(holder.pid)) || now() - seen.since > leaseSeconds * 1000);
    if (holder === undefined || isDead) {
      const taken = await writeLease(options, lease, new Date());
      if (taken !== undefined) return hold(options, taken, holder);
      continue;
    }
    const key = `${holder.host} ${holder.pid} ${holder.acquired.toISOString()}`;
    if (told !== key) {
      told = key;
      hasAsked = false;
      options.onWait(holder);
    }
    if (options.endsRunning === true && !hasAsked && lease !== undefined) hasAsked = await askToEnd(options, lease);
    await wait(options.interval ?? interval, undefined, { signal });
  }
}

function hold(options: LeaseOptions, taken: PlainObject, dead: Holder | undefined): HeldLease {
  const acquired = holderOf(taken)?.acquired ?? new Date();
  const [lost, released] = [new AbortController(), new AbortController()];
  const renewing = (async () => {
    while (!released.signal.aborted) {
      await wait(options.interval ?? interval, undefined, { signal: released.signal }).catch(() => undefined);
      if (released.signal.aborted) return;
      try {
        const lease = await readLease(options);
        const now = lease === undefined ? undefined : holderOf(lease);
        if (now !== undefined && (now.host !== options.host || now.pid !== options.pid)) {
          lost.abort(new Error(`${now.host} (process ${now.pid}) has taken over: ${now.what}`));
          return;
        }
        const asked = at(lease, "metadata", "annotations", endRequest);
        if (typeof asked === "string") lost.abort(new Error(`${asked} asks it to end`));
        await writeLease(options, lease, acquired);
      } catch {
        // Whoever cannot reach the cluster cannot deploy either; the engine says so.
      }
    }
  })();
  return {
    dead,
    lost: lost.signal,
    release: async () => {
      released.abort();
      await renewing;
      const lease = await readLease(options).catch(() => undefined);
      const holder = lease === undefined ? undefined : holderOf(lease);
      if (holder?.host !== options.host || holder.pid !== options.pid) return;
      await options.client.send({ method: "DELETE", path: `${collection}/${place.name}` }).catch(() => undefined);
    },
  };
}

async function readLease({ client }: LeaseOptions): Promise<PlainObject | undefined> {
  try {
    return await client.send({ path: `${collection}/${place.name}` });
  } catch (error) {
    if (error instanceof ApiError && error.status === 404) return undefined;
    throw error;
  }
}

/** Writes the Lease as this process's; undefined if somebody else was faster. */
async function writeLease(
  { client, host, pid, what }: LeaseOptions,
  lease: PlainObject | undefined,
  acquired: Date,
): Promise<PlainObject | undefined> {
  const micro = (time: Date) => time.toISOString().replace("Z", "000Z");
  const resourceVersion = at(lease, "metadata", "resourceVersion");
  const body = {
    apiVersion: "coordination.k8s.io/v1",
    kind: "Lease",
    metadata: {
      ...place,
      annotations: { "gemelos/deployment": what },
      ...(resourceVersion === undefined ? {} : { resourceVersion }),
    },
    spec: {
      holderIdentity: `${host} ${pid}`,
      leaseDurationSeconds: leaseSeconds,
      acquireTime: micro(acquired),
      renewTime: micro(new Date()),
    },
  };
  try {
    return lease === undefined
      ? await client.send({ method: "POST", path: collection, body })
      : await client.send({ method: "PUT", path: `${collection}/${place.name}`, body });
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return undefined;
    throw error;
  }
}

/** @returns whether the request stands in the Lease; not if its holder renewed it in between */
async function askToEnd({ client, host, what }: LeaseOptions, lease: PlainObject): Promise<boolean> {
  const metadata = at(lease, "metadata");
  const annotations = at(lease, "metadata", "annotations");
  const body = {
    ...lease,
    metadata: {
      ...(isObject(metadata) ? metadata : {}),
      annotations: { ...(isObject(annotations) ? annotations : {}), [endRequest]: `${what} on ${host}` },
    },
  };
  try {
    await client.send({ method: "PUT", path: `${collection}/${place.name}`, body });
    return true;
  } catch (error) {
    if (error instanceof ApiError && error.status === 409) return false;
    throw error;
  }
}

function holderOf(lease: PlainObject): Holder | undefined {
  const identity = at(lease, "spec", "holderIdentity");
  const [, host = "", pid] = /^(\S+) (\d+)$/.exec(typeof identity === "string" ? identity : "") ?? [];
  if (pid === undefined) return undefined;
  const time = (field: string) => new Date(String(at(lease, "spec", field)));
  return {
    ...{ host, pid: Number(pid), what: String(at(lease, "metadata", "annotations", "gemelos/deployment") ?? "") },
    ...{ acquired: time("acquireTime"), renewed: time("renewTime") },
  };
}
