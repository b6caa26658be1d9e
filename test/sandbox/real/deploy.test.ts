import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { signalGroup } from "../../../command/processes.ts";
import { Sandbox } from "../../../sandbox/sites/sandbox.ts";
import { DeliveryClone } from "../../support/deliveryClone.ts";
import { LiveSite, sandboxName } from "../../support/liveSites.ts";

/** The command as the pipeline's agents run it, in a clean clone, on two sites on which nothing ever ran. */
let sandbox: Sandbox;
let clone: DeliveryClone;
let dc1: LiveSite;
const minutes = 60_000;

beforeAll(async () => {
  sandbox = await Sandbox.open(sandboxName);
  clone = await DeliveryClone.create(sandbox);
  dc1 = await LiveSite.open("dc1", { sandbox });
}, 20 * minutes);

afterAll(() => clone?.dispose());

/** Waits until a command that runs has said something. */
async function until(said: () => string, text: RegExp, ended: Promise<unknown>): Promise<void> {
  let isOver = false;
  void ended.then(() => {
    isOver = true;
  });
  while (!text.test(said())) {
    if (isOver) throw new Error(`it ended without ${text}:\n${said()}`);
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

/** Commits another annotation of the pods of receipts, which rolls them, and perhaps a state that kwok makes up for them. */
async function changeReceipts(value: string, state?: string): Promise<string> {
  const file = "services/receipts/index.ts";
  const text = (await clone.read(file)).replace(/\n {2}(podAnnotations|transforms): .*/g, "");
  const lines = [
    `podAnnotations: { "tax.example/try": "${value}" },`,
    ...(state === undefined
      ? []
      : [
          `transforms: { deployment: (manifest) => { Object.assign(manifest.spec.template.metadata.annotations ?? {}, { "gemelos.dev/sandbox-pod": "${state}" }); return manifest; } },`,
        ]),
  ];
  await clone.write(file, text.replace('name: "receipts",', `name: "receipts",\n  ${lines.join("\n  ")}`));
  return clone.commit(`receipts: ${value}`);
}

test(
  "a service's own tests run at the gate, as a Job that the API server takes and that is removed once it has passed",
  async () => {
    const file = "services/tax-declarations/index.ts";
    const text = await clone.read(file);
    const tested = 'name: "tax-declarations",\n  verification: { command: ["/tests"], timeout: "2m" },';
    await clone.write(file, text.replace('name: "tax-declarations",', tested));
    await clone.commit("tax-declarations: tests at the gate");
    const { code, stdout, stderr } = await clone.run("dc1", "deploy");
    await clone.write(file, text);
    expect(stdout + stderr).toMatch(/verification tax-declarations waiting[\s\S]*all 6 conditions are met/);
    expect(code).toBe(0);
    expect(await dc1.cluster.list("Job", "declarations")).toEqual([]);
    await clone.commit("tax-declarations: as it was");
  },
  20 * minutes,
);

describe("what is wrong is said at once", () => {
  test(
    "a site file edited into nonsense, beside everything else",
    async () => {
      const file = await clone.read("Pulumi.dc1.yaml");
      await clone.write("Pulumi.dc1.yaml", file.replace("address: https", "adress: https"));
      const { code, stdout } = await clone.run("dc1", "deploy");
      await clone.write("Pulumi.dc1.yaml", file);
      expect(stdout).toMatch(/adress/);
      expect(stdout).toMatch(/the working tree is not the commit[\s\S]*Pulumi\.dc1\.yaml/);
      expect(code).toBe(2);
    },
    10 * minutes,
  );
});

describe("a deployment that is interrupted", () => {
  test(
    "by SIGKILL of the agent during up: the same command goes on",
    async () => {
      await changeReceipts("killed");
      const { child, ended, said } = clone.start("dc1", ["deploy", "--site", "dc1"]);
      await until(said, / plan .*; plan /, ended);
      child.kill("SIGKILL");
      await ended;
      const again = await clone.run("dc1", "deploy");
      expect(again.stdout).toMatch(/has no end: it was killed/);
      expect(again.stdout).toMatch(/the state was refreshed/);
      expect(again.stdout).toMatch(/is verified/);
      expect(again.code).toBe(0);
    },
    20 * minutes,
  );

  test(
    "by SIGKILL of agent and engine: the lock that is left is known for a dead one's, and taken off",
    async () => {
      await changeReceipts("killed with the engine");
      const { child, ended, said } = clone.start("dc1", ["deploy", "--site", "dc1"]);
      await until(said, / plan .*; plan /, ended);
      await vi.waitFor(async () => expect(await clone.isLocked("dc1")).toBe(true), { timeout: minutes, interval: 50 });
      const engines = await clone.engines(child.pid ?? 0);
      child.kill("SIGKILL");
      for (const pid of engines) signalGroup(pid, "SIGKILL");
      await ended;
      const again = await clone.run("dc1", "deploy");
      expect(again.stdout).toMatch(/has no end: it was killed/);
      expect(again.stdout).toMatch(
        /dc1 was locked by \S+ \(process \d+\) since \S+, which is dead: the lock is taken off/,
      );
      expect(again.stdout).toMatch(/is verified/);
      expect(again.code).toBe(0);
    },
    20 * minutes,
  );

  test(
    "by Ctrl-C: it ends in good order and says how it goes on",
    async () => {
      await changeReceipts("interrupted");
      const { child, ended, said } = clone.start("dc1", ["deploy", "--site", "dc1"]);
      await until(said, / plan .*; plan /, ended);
      child.kill("SIGINT");
      const { code, stdout } = await ended;
      expect(stdout).toMatch(/interrupted \(interrupted by SIGINT\); to go on: npm run deploy -- --site dc1/);
      expect(code).toBe(130);
    },
    20 * minutes,
  );
});

describe("what changes between plan and up", () => {
  test(
    "a plan that is violated is told from a failure, and --replan goes on",
    async () => {
      await changeReceipts("planned");
      const file = "services/receipts/index.ts";
      const planned = await clone.read(file);
      const { ended, said } = clone.start("dc1", ["deploy", "--site", "dc1"]);
      await until(said, / plan .*; plan /, ended);
      await clone.write(file, planned.replace('"planned"', '"unplanned"'));
      const { code, stdout } = await ended;
      await clone.write(file, planned);
      console.log(stdout);
      expect(stdout).toMatch(/not as it was planned[\s\S]*receipts-deployment: .*[\s\S]*--replan/);
      expect(stdout).not.toContain("unplanned");
      expect(code).toBe(1);
      const again = await clone.run("dc1", "deploy", "--replan");
      expect(again.stdout).toMatch(/is verified/);
    },
    20 * minutes,
  );

  test(
    "a Vault that is sealed: nothing is changed, it says so, and the same command goes on",
    async () => {
      await changeReceipts("sealed");
      const { ended, said } = clone.start("dc1", ["deploy", "--site", "dc1"]);
      await until(said, / plan .*; plan /, ended);
      await dc1.askVault("POST", "sys/seal");
      const { code, stdout } = await ended;
      await dc1.askVault("POST", "sys/unseal", { key: dc1.site.record.vault?.unsealKey });
      console.log(stdout);
      expect(stdout).toMatch(/nothing was changed: the Vault of dc1 .* is sealed; unseal it/);
      expect(code).toBe(1);
      const isReady = async () => expect((await dc1.askVault("GET", "sys/health")).status).toBe(200);
      await vi.waitFor(isReady, { timeout: 30_000 });
      const again = await clone.run("dc1", "deploy");
      expect(again.stdout).toMatch(/is verified/);
    },
    20 * minutes,
  );
});

test(
  "of two at once the second waits, and says for whom",
  async () => {
    const first = clone.start("dc1", ["deploy", "--site", "dc1"]);
    await until(first.said, / drift /, first.ended);
    const second = clone.start("dc1", ["deploy", "--site", "dc1"]);
    await until(second.said, /waiting for the deployment of \w{10} on \S+ \(process \d+\)/, second.ended);
    expect((await first.ended).code).toBe(0);
    expect((await second.ended).code).toBe(0);
  },
  20 * minutes,
);

describe("a release whose pods are never ready", () => {
  test(
    "stops at dc1's gate, dc2 is refused, and a rollback restores dc1 and holds the commit",
    async () => {
      const before = await clone.git("rev-parse", "HEAD");
      const commit = await changeReceipts("never-ready", "image-name");
      const { code, stdout } = await clone.run("dc1", "deploy");
      expect(stdout).toMatch(/receipts/);
      expect(code).toBe(1);
      expect((await clone.run("dc2", "deploy")).stdout).toMatch(/dc1 comes before dc2 and has not verified/);
      const announced = await clone.run("dc1", "rollback");
      console.log(announced.stdout);
      expect(announced.stdout).toMatch(new RegExp(`goes back to commit ${before.slice(0, 10)}`));
      expect(announced.stdout).toMatch(/nothing was changed; the same with --yes does it/);
      const back = await clone.run("dc1", "rollback", "--reason", "receipts never become ready", "--yes");
      console.log(back.stdout);
      expect(back.stdout).toMatch(/is verified/);
      expect(back.code).toBe(0);
      const again = await clone.run("dc1", "deploy");
      expect(again.stdout).toMatch(
        new RegExp(`commit ${commit.slice(0, 10)} is held since .*receipts never become ready`),
      );
      expect(again.code).toBe(1);
    },
    30 * minutes,
  );
});
