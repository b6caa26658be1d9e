import { describe, expect, it } from "vitest";
import { judgeLock, locksIn } from "../../../delivery/engine/locks.ts";

/** What the Pulumi command line says, of a file and of a bucket. */
const said = (url: string) => `code: 255
stdout: 
stderr: error: the stack is currently locked by 1 lock(s). Either wait for the other process(es) to end or delete the lock file with \`pulumi cancel\`.
  ${url}/.pulumi/locks/organization/gemelos/dc1/9f7c.json: created by bamboo@agent-1 (pid 4711) at 2026-11-26T19:03:51Z
`;

const lock = { user: "bamboo", host: "agent-1", pid: 4711, time: new Date("2026-11-26T19:03:51Z") };

describe("locksIn", () => {
  it.each(["file:///var/state", "s3://state?endpoint=s3.example&s3ForcePathStyle=true"])(
    "reads who holds it of %s",
    (url) => {
      expect(locksIn(said(url))).toEqual([lock]);
    },
  );

  it("finds every lock, and none where the engine failed otherwise", () => {
    const two = `${said("s3://state")}  s3://state/x.json: created by ana@laptop (pid 12) at 2026-11-26T20:00:00+01:00`;
    expect(locksIn(two).map(({ host, pid }) => `${host} ${pid}`)).toEqual(["agent-1 4711", "laptop 12"]);
    expect(locksIn("error: update failed")).toEqual([]);
  });
});

describe("judgeLock", () => {
  const here = { host: "agent-1", startOf: () => undefined };

  it("knows on its own machine whether the process runs", () => {
    expect(judgeLock(lock, here)).toBe("dead");
    expect(judgeLock(lock, { ...here, startOf: () => new Date("2026-11-26T19:03:40Z") })).toBe("alive");
  });

  it("is not misled by a younger process that has the number now", () => {
    expect(judgeLock(lock, { ...here, startOf: () => new Date("2026-11-27T08:00:00Z") })).toBe("dead");
  });

  it("knows nothing of another machine, but what its Lease says of a deployment that is dead", () => {
    const other = { host: "agent-2", startOf: () => undefined };
    expect(judgeLock(lock, other)).toBe("unknown");
    const [from, until] = [new Date("2026-11-26T19:02:00Z"), new Date("2026-11-26T19:05:00Z")];
    expect(judgeLock(lock, { ...other, dead: { host: "agent-1", from, until } })).toBe("dead");
    expect(judgeLock(lock, { ...other, dead: { host: "agent-3", from, until } })).toBe("unknown");
    const earlier = {
      host: "agent-1",
      from: new Date("2026-11-25T19:02:00Z"),
      until: new Date("2026-11-25T19:05:00Z"),
    };
    expect(judgeLock(lock, { ...other, dead: earlier })).toBe("unknown");
  });
});
