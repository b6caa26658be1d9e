import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { parseDocument, stringify } from "yaml";
import { at } from "../../../recorder/registeredResource.ts";
import { podLog } from "../../../sandbox/sites/controlPlane.ts";
import { Sandbox } from "../../../sandbox/sites/sandbox.ts";
import { password } from "../../monitoring/renderedSite.ts";
import { DeliveryClone } from "../../support/deliveryClone.ts";
import { LiveSite, sandboxName } from "../../support/liveSites.ts";
import { PagingPrometheus } from "../../support/pagingPrometheus.ts";
import type { CommandResult } from "../../support/projectCopy.ts";

/**
 * What stops a delivery on two real sites, one thing after the other, through a freeze of dc1 that lasts all the time: few
 * deployments, since each takes most of a minute.
 */
vi.setConfig({ testTimeout: 600_000, hookTimeout: 600_000 });

let sandbox: Sandbox;
let clone: DeliveryClone;
let prometheus: PagingPrometheus;
let sites: Readonly<Record<"dc1" | "dc2", LiveSite>>;
/** Two people with a login in dc1's Vault. */
let people: Readonly<Record<"ana" | "bob", { readonly id: string; readonly token: string }>>;
let signingKey: string;
const glass = ["--break-glass", "receipts are lost"];
const declarations = "services/tax-declarations/index.ts";
const receipts = "services/receipts/index.ts";

beforeAll(async () => {
  sandbox = await Sandbox.open(sandboxName);
  prometheus = await PagingPrometheus.start();
  clone = await DeliveryClone.create(sandbox);
  sites = { dc1: await LiveSite.open("dc1"), dc2: await LiveSite.open("dc2") };
  await sites.dc1.askVault("POST", "sys/auth/userpass", { type: "userpass" });
  people = { ana: await login("ana"), bob: await login("bob") };
  signingKey = await trustSigner("ana@tax.example");
  const { url, username, caCertificate } = prometheus;
  await changeFile(["gemelos:site", "gate"], { prometheus: { url, username }, caCertificate });
  await clone.write("delivery.yaml", "soak: 8s\n");
  await clone.write("calendar.yaml", stringify(calendar()));
  await clone.git("config", "gpg.format", "ssh");
  await clone.git("config", "user.signingKey", join(sandbox.state, "signer"));
  await clone.git("config", "commit.gpgSign", "true");
  await clone.commit("A freeze");
  await clone.git("config", "commit.gpgSign", "false");
});

afterAll(async () => {
  await prometheus?.stop();
  await clone?.dispose();
});

/** Somebody who logs in with the deployment's policy. */
async function login(name: string): Promise<{ id: string; token: string }> {
  const user = `auth/userpass/users/${name}`;
  const policies = { token_policies: ["gemelos-deployment"], token_no_default_policy: true };
  await sites.dc1.askVault("POST", user, { password, ...policies, token_ttl: "2h" });
  const { body } = await sites.dc1.askVault("POST", `auth/userpass/login/${name}`, { password });
  return { id: String(at(body, "auth", "entity_id")), token: String(at(body, "auth", "client_token")) };
}

/** Makes a key of SSH whose signatures the clone takes for good. @returns its fingerprint */
async function trustSigner(principal: string): Promise<string> {
  const key = join(sandbox.state, "signer");
  const make = promisify(execFile);
  await make("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", principal, "-f", key]);
  const { stdout } = await make("ssh-keygen", ["-y", "-f", key]);
  await writeFile(join(sandbox.state, "signers"), `${principal} ${stdout}`);
  await clone.git("config", "gpg.ssh.allowedSignersFile", join(sandbox.state, "signers"));
  return (await make("ssh-keygen", ["-l", "-f", key])).stdout.split(" ")[1] ?? "";
}

function calendar() {
  const hour = 3_600_000;
  const wall = (hours: number) => new Date(Date.now() + hours * hour).toISOString().slice(0, 16);
  const window = { timeZone: "UTC", start: wall(-1), end: wall(20) };
  return {
    breakGlass: { vaultEntities: [people.ana.id], signers: [signingKey] },
    freezes: [{ name: "filing-week", reason: "the last days to file the income tax", sites: ["dc1"], ...window }],
  };
}

/** Changes a value of dc1's file. */
async function changeFile(path: readonly string[], value: unknown): Promise<void> {
  const file = parseDocument(await clone.read("Pulumi.dc1.yaml"));
  file.setIn(["config", ...path], value);
  await clone.write("Pulumi.dc1.yaml", file.toString());
}

/** Adds a line to a service's description in place of the one that was added before. */
async function describeService(file: string, line: string): Promise<void> {
  const text = (await clone.read(file)).replace(/\n {2}\/\/ added\n.*/, "");
  await clone.write(file, line === "" ? text : text.replace(/\n {2}description:/, `\n  // added\n  ${line}$&`));
}

/** Runs a command of dc1 as somebody. */
function start(args: readonly string[], token?: string) {
  const env = { PROMETHEUS_PASSWORD: password, ...(token === undefined ? {} : { VAULT_TOKEN: token }) };
  return clone.start("dc1", args, env);
}

const deploy = (...args: readonly string[]) => ["deploy", "--site", "dc1", ...args];

/** What it has printed, which is in the test's own log, too. */
function said({ code, stdout, stderr }: CommandResult): string {
  console.log(`exit code ${code}\n${stdout}${stderr}`);
  return stdout + stderr;
}

/** Does something as soon as a command that runs has said something. */
async function when(
  text: RegExp,
  running: ReturnType<typeof start>,
  work: () => Promise<unknown>,
): Promise<CommandResult> {
  let isOver = false;
  const ended = running.ended.finally(() => {
    isOver = true;
  });
  while (!text.test(running.said()) && !isOver) await new Promise((resolve) => setTimeout(resolve, 100));
  if (!isOver) await work();
  return ended;
}

async function history(site: string): Promise<readonly unknown[]> {
  const { stdout } = await clone.start(site, ["history", "--site", site, "--format", "json"]).ended;
  const records = at(JSON.parse(stdout), "sites", "0", "records");
  if (!Array.isArray(records)) throw new Error(stdout);
  return records;
}

/** Waits until a pod runs whose name begins like that, or the command is over that is to bring it. */
async function untilRuns(prefix: string, running: ReturnType<typeof start>): Promise<void> {
  const ended = running.ended.then(({ stdout, stderr }) => {
    throw new Error(`no pod ran by then:\n${stdout}${stderr}`);
  });
  const runs = vi.waitFor(async () => expect(await podsOf(prefix)).not.toEqual([]), {
    timeout: 300_000,
    interval: 500,
  });
  await Promise.race([runs, ended]);
}

/** Ends every pod whose name begins like that, as a kubelet does whose containers have done their work, until a command is over. */
async function endPods(prefix: string, running: ReturnType<typeof start>): Promise<void> {
  let isOver = false;
  void running.ended.finally(() => {
    isOver = true;
  });
  const ended = { status: { phase: "Succeeded" } };
  while (!isOver) {
    for (const pod of await podsOf(prefix)) {
      // One that is gone in the meantime has ended, too.
      await sites.dc1.cluster.patch("Pod", "declarations", pod, ended, "/status").catch(() => undefined);
    }
    await new Promise((resolve) => setTimeout(resolve, 500));
  }
}

/** Pods of the namespace declarations whose names begin like that. */
async function podsOf(prefix: string): Promise<readonly string[]> {
  const pods = await sites.dc1.cluster.list("Pod", "declarations");
  return pods.map((pod) => String(at(pod, "metadata", "name"))).filter((name) => name.startsWith(prefix));
}

test("a freeze stops whoever it does not name, says until when and who may pass, and changes nothing", async () => {
  const [plain, other] = await Promise.all([start(deploy()).ended, start(deploy(...glass), people.bob.token).ended]);
  const frozen =
    /dc1 is frozen until \S+ \S+ America\/Lima, \S+ UTC: filing-week \(the last days to file the income tax\)/;
  expect(said(plain)).toMatch(frozen);
  expect(plain.stdout).toMatch(/--break-glass "why it cannot wait"/);
  expect(said(other)).toMatch(frozen);
  expect(other.stdout).toContain(
    `userpass-bob (Vault), entity ${people.bob.id}, may not break the glass; breakGlass of calendar.yaml names Vault's entity ${people.ana.id}, the key ${signingKey}`,
  );
  expect([plain.code, other.code]).toEqual([1, 1]);
  expect(await sites.dc1.cluster.find("Namespace", "", "declarations")).toBeUndefined();
});

test("whoever has signed the commit breaks the glass, and an alert that begins to fire during the soak fails the deployment", async () => {
  const deployed = await when(/gate .*; soaking/, start(deploy(...glass)), () => prometheus.page(true));
  const told = said(deployed);
  expect(told).toMatch(/by ana@tax\.example \(signed commit\).*the glass is broken in the freeze filing-week/);
  expect(told).toMatch(
    /the gate failed: alerts is fail since \S+Z, and it lasted as long as the soak\n +firing with severity page: ServiceDown \(receipts\)/,
  );
  expect(told).toMatch(/is not verified: it did not pass the gate[\s\S]*npm run rollback/);
  expect(deployed.code).toBe(1);
  const who = { kind: "commit-signer", signer: "ana@tax.example", fingerprint: signingKey };
  const condition = expect.objectContaining({ name: "alerts", state: "fail" });
  const gate = { state: "fail", conditions: expect.arrayContaining([condition]) };
  const outcome = { outcome: "failed", freeze: "filing-week", why: "receipts are lost", who, gate };
  expect((await history("dc1")).at(-1)).toMatchObject(outcome);
  const next = await clone.run("dc2", "deploy");
  expect(said(next)).toMatch(/dc1 comes before dc2 and has not verified commit/);
  expect(next.code).toBe(1);
  await prometheus.page(false);
});

test("pods that crash after their rollout fail the gate, which names the Deployment and since when", async () => {
  const [pod = ""] = await podsOf("receipts-");
  const crash = () => sites.dc1.cluster.patch("Pod", "declarations", pod, { status: crashLoop }, "/status");
  const gate = await when(/it has to last for/, start(["gate", "--site", "dc1"]), crash);
  expect(said(gate)).toMatch(
    /the gate failed: Deployment declarations\/receipts is fail since \S+Z, and it cannot heal by itself\n.*exit code 1/,
  );
  expect(gate.stderr).toContain("the soak is interrupted");
  expect(gate.code).toBe(1);
  await sites.dc1.cluster.delete("Pod", "declarations", pod);
});

/** What a kubelet says of a container that has crashed too often. */
const crashLoop = {
  conditions: ["Ready", "ContainersReady"].map((type) => ({ type, status: "False", reason: "ContainersNotReady" })),
  containerStatuses: [
    {
      ...{ name: "receipts", image: "receipts", imageID: "", ready: false, started: false, restartCount: 4 },
      state: { waiting: { reason: "CrashLoopBackOff", message: "back-off 1m20s restarting failed container" } },
      lastState: { terminated: { exitCode: 1, reason: "Error" } },
    },
  ],
};

test("tests of a service that fail are told with their count and the end of their log", async () => {
  const report = [
    "-----BEGIN JUNIT-----",
    "<testsuite><testcase name='files'><failure/></testcase><testcase name='pays'/></testsuite>",
    "-----END JUNIT-----",
  ];
  await describeService(declarations, 'verification: { command: ["/sandbox/fails"], timeout: "2m" },');
  const lines = ["a declaration is filed", ...report, "no receipt came within 30 s"];
  const log = lines.map((line) => `2026-05-04T08:00:00.000000000Z stdout F ${line}\n`).join("");
  await writeFile(join(sandbox.state, "dc1", podLog), log);
  const gate = await start(["gate", "--site", "dc1"]).ended;
  const told = said(gate);
  expect(told).toMatch(
    /the gate failed: verification tax-declarations is fail since \S+Z[\s\S]*its tests did not pass \(exit code 3\): 2 tests, 1 failed[\s\S]*kubectl logs -n declarations job\/tax-declarations-verify-/,
  );
  expect(told).toMatch(
    /tests of tax-declarations: fail after .*2 tests, 1 failed, 0 skipped: .*out\/verification\/dc1\/tax-declarations\.xml\n {2}\| a declaration is filed\n {2}\| no receipt came within 30 s/,
  );
  expect(gate.code).toBe(1);
  expect(await clone.read("out/verification/dc1/tax-declarations.xml")).toContain("<failure/>");
});

async function grace(): Promise<unknown> {
  const deployment = await sites.dc1.cluster.get("Deployment", "taxpayers", "taxpayer-registry");
  return at(deployment, "spec", "template", "spec", "terminationGracePeriodSeconds");
}

test("the same site is verified once nothing fires any more, and --heal puts right what was changed by hand", async () => {
  await describeService(declarations, "");
  const byHand = { spec: { template: { spec: { terminationGracePeriodSeconds: 77 } } } };
  await sites.dc1.cluster.patch("Deployment", "taxpayers", "taxpayer-registry", byHand);
  const deployed = await start(deploy("--heal", ...glass), people.ana.token).ended;
  const told = said(deployed);
  expect(told).toMatch(
    /drift +1 field was changed by hand; the plan puts that right[\s\S]*taxpayer-registry .*terminationGracePeriodSeconds \(kubectl-edit/,
  );
  expect(told).toMatch(/the state was refreshed[\s\S]*taxpayer-registry: update[\s\S]*is verified/);
  expect(deployed.code).toBe(0);
  expect(await grace()).toBe(45);
  const who = { kind: "vault-entity", id: people.ana.id, name: "userpass-ana" };
  expect((await history("dc1")).at(-1)).toMatchObject({ outcome: "verified", who, freeze: "filing-week" });
});

test("a rollback of one service ends the deployment that runs, waits for its migration, and passes the freeze", async () => {
  const images = async () => {
    const deployments = await sites.dc1.cluster.list("Deployment", "declarations");
    return deployments.map((each) => JSON.stringify(at(each, "spec", "template", "spec", "containers", "0", "image")));
  };
  const before = await images();
  await describeService(receipts, 'migration: { command: ["/sandbox/runs"], phase: "expand", timeout: "10m" },');
  const digest = createHash("sha256").update("receipts 9.9.9").digest("hex");
  await changeFile(["gemelos:releases", "receipts"], `9.9.9@sha256:${digest}`);
  const commit = await clone.commit("receipts 9.9.9");
  const deployment = start(deploy(...glass), people.ana.token);
  await untilRuns("receipts-migration-", deployment);
  const args = ["rollback", "--site", "dc1", "--service", "receipts", "--reason", "receipts without totals", "--yes"];
  const rollback = start(args, people.ana.token);
  // A kubelet's part: the migrations of both releases end well, the first once it is waited for.
  const rolledBack = when(/still runs: waiting for its end/, rollback, () => endPods("receipts-migration-", rollback));
  const interrupted = await deployment.ended;
  expect(said(interrupted)).toMatch(/interrupted \(.*rollback to .* asks it to end\)/);
  const told = said(await rolledBack);
  expect(told).toMatch(/dc1: receipts goes back from 9\.9\.9@\S+ to 2\.0\.7@\S+, and everything else stays/);
  expect(told).toMatch(
    /what cannot be rolled back:\n {2}receipts: its database stays as the migration of 9\.9\.9 has left it/,
  );
  expect(told).toMatch(
    /before +the migration of receipts \(Job declarations\/receipts-migration-\w+\) of a deployment that was stopped still runs: waiting for its end, \S+Z at the latest.*kubectl --context tax-dc1 delete job -n declarations/,
  );
  expect(told).toMatch(/the migration has ended, and the deployment goes on: receipts[\s\S]*is verified/);
  expect((await rollback.ended).code).toBe(0);
  expect(await images()).toEqual(before);
  const records = await history("dc1");
  const who = { kind: "vault-entity", name: "userpass-ana" };
  expect(records).toContainEqual(expect.objectContaining({ kind: "hold", commit, why: "receipts without totals" }));
  expect(records.at(-1)).toMatchObject({ kind: "rollback", outcome: "verified", who });
  expect(at(records.at(-1), "freeze")).toBeUndefined();
});

test("dc2 is deployed without dc1, which is lost, once that is stated, and of no site that there is not", async () => {
  await describeService(receipts, "");
  await changeFile(["gemelos:site", "history"], { kind: "git", url: "file:///nowhere/history.git" });
  await changeFile(["gemelos:site", "kubernetes", "address"], "https://127.0.0.1:1");
  const commit = await clone.commit("dc1 is out of reach");
  const lost = (text: string) => clone.run("dc2", "deploy", "--site-lost", text);
  const [plain, wrong] = await Promise.all([clone.run("dc2", "deploy"), lost("dc9: flood in the machine room")]);
  expect(said(plain)).toMatch(/--site-lost "what happened to dc1"/);
  expect(plain.code).toBe(1);
  expect(said(wrong)).toMatch(/--site-lost: its reason names dc9, which is no site; the sites before dc2 are dc1/);
  expect(wrong.code).toBe(2);
  expect(await sites.dc2.cluster.find("Namespace", "", "declarations")).toBeUndefined();
  const deployed = await lost("dc1: flood in the machine room");
  expect(said(deployed)).toMatch(/it goes without dc1, stated as lost[\s\S]*is verified/);
  expect(deployed.code).toBe(0);
  const records = await history("dc2");
  const statement = { kind: "site-lost", lost: "dc1", commit, why: "dc1: flood in the machine room" };
  expect(records).toContainEqual(expect.objectContaining(statement));
  expect(records.at(-1)).toMatchObject({ outcome: "verified", commit });
});
