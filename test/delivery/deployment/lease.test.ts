import { describe, expect, it } from "vitest";
import { ApiError, type ApiRequest } from "../../../clusterClient/index.ts";
import { type LeaseOptions, takeLease } from "../../../delivery/deployment/lease.ts";
import { at, isObject, type PlainObject } from "../../../recorder/registeredResource.ts";

/** An API server with one Lease, which refuses an update of an old version as the real one does. */
class Leases {
  lease: PlainObject | undefined;
  #version = 0;

  send = async ({ method = "GET", body }: ApiRequest): Promise<PlainObject> => {
    if (method === "DELETE") {
      this.lease = undefined;
      return {};
    }
    if (method === "GET") {
      if (this.lease === undefined) throw new ApiError(404, "not found");
      return this.lease;
    }
    if (!isObject(body)) throw new ApiError(400, "no body");
    const wanted = at(body, "metadata", "resourceVersion");
    const present = at(this.lease, "metadata", "resourceVersion");
    if (wanted !== present) throw new ApiError(409, "conflict");
    this.#version += 1;
    const metadata = at(body, "metadata");
    this.lease = {
      ...body,
      metadata: { ...(isObject(metadata) ? metadata : {}), resourceVersion: String(this.#version) },
    } as PlainObject;
    return this.lease;
  };
}

function options(leases: Leases, more: Partial<LeaseOptions> = {}): LeaseOptions {
  return {
    client: leases,
    host: "agent-1",
    pid: 100,
    what: "deploy of 1a2b3c4d5e",
    isRunning: () => true,
    onWait: () => undefined,
    signal: new AbortController().signal,
    interval: 5,
    ...more,
  };
}

describe("takeLease", () => {
  it("takes a free Lease and gives it back", async () => {
    const leases = new Leases();
    const held = await takeLease(options(leases));
    expect(at(leases.lease, "spec", "holderIdentity")).toBe("agent-1 100");
    await held.release();
    expect(leases.lease).toBeUndefined();
  });

  it("waits for another agent's deployment that lives, says for whom once, and goes on when it is done", async () => {
    const leases = new Leases();
    const first = await takeLease(options(leases));
    const told: string[] = [];
    const second = takeLease(
      options(leases, {
        host: "agent-2",
        pid: 7,
        onWait: ({ host, pid, what }) => told.push(`${host} ${pid} ${what}`),
      }),
    );
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(told).toEqual(["agent-1 100 deploy of 1a2b3c4d5e"]);
    await first.release();
    const held = await second;
    expect(held.dead).toBeUndefined();
    await held.release();
  });

  it("takes over at once on the same machine where the process is gone", async () => {
    const leases = new Leases();
    const first = await takeLease(options(leases, { interval: 1_000_000 }));
    const held = await takeLease(options(leases, { pid: 200, isRunning: (pid) => pid !== 100 }));
    expect(held.dead?.pid).toBe(100);
    await held.release();
    await first.release();
  });

  it("takes over another machine's once it is not renewed for 30 s by its own clock", async () => {
    const leases = new Leases();
    await takeLease(options(leases, { interval: 1_000_000 }));
    let now = 0;
    const told: number[] = [];
    const held = await takeLease(
      options(leases, {
        ...{ host: "agent-2", pid: 7 },
        now: () => {
          now += 4000;
          return now;
        },
        onWait: () => told.push(now),
      }),
    );
    expect(held.dead?.host).toBe("agent-1");
    expect(told).toHaveLength(1);
    expect(now).toBeGreaterThan(30_000);
    await held.release();
  });

  it("ends a deployment that runs where a rollback asks for it", async () => {
    const leases = new Leases();
    const first = await takeLease(options(leases));
    const rollback = takeLease(options(leases, { host: "agent-2", pid: 7, what: "rollback", endsRunning: true }));
    await new Promise<void>((resolve) => first.lost.addEventListener("abort", () => resolve()));
    expect(String(first.lost.reason)).toContain("rollback on agent-2 asks it to end");
    await first.release();
    await (await rollback).release();
  });

  it("two that take it at once do not both get it", async () => {
    const leases = new Leases();
    const stop = new AbortController();
    const take = (pid: number) => takeLease(options(leases, { pid, signal: stop.signal }));
    const held = await Promise.race([take(1), take(2)]);
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(["agent-1 1", "agent-1 2"]).toContain(at(leases.lease, "spec", "holderIdentity"));
    stop.abort();
    await held.release();
  });
});
