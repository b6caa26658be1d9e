import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { constants, gunzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { at } from "../../../recorder/registeredResource.ts";
import { LiveSite, quickProject } from "../../support/liveSites.ts";
import type { ProjectCopy } from "../../support/projectCopy.ts";

/** A site, and a changed copy of the project. Whoever deploys has exactly the policy that is printed for it. */
let dc1: LiveSite;
let project: ProjectCopy;

const planted = "planted-7d02-Abrete-Sesamo";
const database = "services/data/declarations/tax-declarations/DB_PASSWORD";
const archive = "services/data/declarations/receipts/ARCHIVE_SECRET_KEY";

async function vault(method: "GET" | "POST", path: string, body?: unknown): Promise<unknown> {
  const answer = await dc1.askVault(method, path, body);
  if (answer.status >= 400) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`);
  return answer.body;
}

const valueAt = async (path: string) => at(await vault("GET", path), "data", "data", "value");
const changes = (report: Awaited<ReturnType<LiveSite["succeed"]>>) =>
  report.changes.map(({ name, operation }) => `${operation} ${name}`).toSorted();

/** All files below a folder. */
async function filesOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

/** The files below a folder that hold one of these texts in clear. */
async function holding(folder: string, texts: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const file of await filesOf(folder)) {
    const content = unpacked(await readFile(file)).toString("latin1");
    if (texts.some((text) => content.includes(text))) found.push(file);
  }
  return found;
}

/** The engine packs its logs before it encrypts them; one of a command that was killed ends anywhere. */
function unpacked(content: Buffer): Buffer {
  const packed = content[0] === 0x1f && content[1] === 0x8b;
  return packed ? gunzipSync(content, { finishFlush: constants.Z_SYNC_FLUSH }) : content;
}

beforeAll(async () => {
  project = await quickProject();
  dc1 = await LiveSite.open("dc1", { program: project.path("index.ts") });
  await dc1.succeed("up");
});

afterAll(() => project.dispose());

describe("a deployment whose token has exactly the policy that is printed for it", () => {
  it("has nothing to do a second time, also after reading everything", async () => {
    expect(changes(await dc1.succeed("up", { refresh: true }))).toEqual([]);
  });

  it("cannot change who may read, and so is stopped where that was changed by hand, with the way to mend it", async () => {
    const place = "sys/policies/acl/gemelos-services";
    const before = at(await vault("GET", place), "data", "policy");
    await vault("POST", place, { policy: 'path "services/*" { capabilities = ["read"] }' });
    try {
      const { failure, report } = await dc1.run("up");
      expect(failure).toBeDefined();
      expect(report.errors.join("\n")).toContain(`${place} is not as it should be: policy`);
      expect(report.errors.join("\n")).toContain("npm run -s secrets -- setup --site dc1");
      expect(report.changes).toEqual([]);
    } finally {
      await vault("POST", place, { policy: before });
    }
    expect(changes(await dc1.succeed("preview"))).toEqual([]);
  });
});

describe("a value that was rotated", () => {
  it("survives up, refresh, and another length in code", async () => {
    await vault("POST", database, { data: { value: planted } });
    expect(changes(await dc1.succeed("up"))).toEqual([]);
    await dc1.succeed("up", { refresh: true });
    expect(await valueAt(database)).toBe(planted);
    const copy = await quickProject();
    try {
      await copy.replace("services/tax-declarations/index.ts", "generated()", "generated({ length: 40 })");
      await dc1.succeed("up", { program: copy.path("index.ts") });
      expect(await valueAt(database)).toBe(planted);
    } finally {
      await copy.dispose();
      await dc1.succeed("up");
    }
    expect(await valueAt(database)).toBe(planted);
  });

  it("is in clear nowhere but in Vault: no event, state, plan, log, manifest or message holds it, nor one that was put", async () => {
    await vault("POST", archive, { data: { value: `${planted}-supplied` } });
    const secret = [planted, String(await valueAt("services/data/payments/card-payments/DB_PASSWORD"))];
    const planFile = join(project.folder, "plan.json");
    const told: string[] = [];
    const onEvent = (_: unknown, event: object) => told.push(JSON.stringify(event));
    await dc1.succeed("up", { refresh: true, onEvent });
    // Every Deployment is changed, so that the plan shows them.
    const configure = ({ releases }: { releases: Record<string, string> }) => {
      for (const service of Object.keys(releases)) releases[service] = `9.9.9@sha256:${"ab".repeat(31)}c4`;
    };
    await dc1.succeed("preview", { configure, planFile, onEvent });
    const { failure, report } = await dc1.run("up", { vaultToken: "hvs.nobody", onEvent });
    expect(failure).toBeDefined();
    expect((await readFile(planFile, "utf8")).length).toBeGreaterThan(10_000);
    const printed = await Promise.all([project.run("render"), project.run("secrets", "policy", "--site", "dc1")]);
    expect(printed.map(({ code }) => code)).toEqual([0, 0]);
    const shown = [
      ...told,
      ...report.errors,
      failure ?? "",
      ...printed.flatMap(({ stdout, stderr }) => [stdout, stderr]),
    ];
    expect(told.length).toBeGreaterThan(200);
    for (const text of secret) expect(shown.filter((line) => line.includes(text))).toEqual([]);
    // The engine's state and backups, the plan and out/, every log, Vault's audit log and storage, and etcd.
    expect(await holding(project.folder, secret)).toEqual([]);
    expect(await holding(dc1.sandbox.state, secret)).toEqual([]);
    const ofEngine = await filesOf(join(dc1.sandbox.state, "dc1", "pulumi"));
    expect(ofEngine.some((file) => /home.logs.organization\+gemelos\+dc1-.*\.log$/.test(file))).toBe(true);
    const state = await Promise.all(ofEngine.map((file) => readFile(file, "latin1")));
    expect(state.some((text) => text.includes("ciphertext"))).toBe(true);
  });

  it("leaves a line in the audit log when it is read, with who and where, and with a hash in the value's place", async () => {
    const value = String(await valueAt(database));
    const log = (await dc1.auditLog()).filter((line) => at(line, "request", "path") === database);
    const read = log.findLast((line) => at(line, "type") === "response" && at(line, "request", "operation") === "read");
    expect(at(read, "auth", "display_name")).toBe("root");
    expect(at(read, "response", "data", "data", "value")).toMatch(/^hmac-sha256:/);
    expect(JSON.stringify(log)).not.toContain(value);
  });
});
