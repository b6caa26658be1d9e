import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";

/**
 * What docs/delivery.md says of Liquibase and Flyway, tried with both on a database: a second site finds nothing to do, a lock that
 * a killed pod left behind and a version that failed are put right by the stated command.
 */
const hasMaven = spawnSync("mvn", ["-version"]).status === 0;
const goals = {
  liquibase: "org.liquibase:liquibase-maven-plugin:4.33.0",
  flyway: "org.flywaydb:flyway-maven-plugin:13.12.0",
} as const;

vi.setConfig({ testTimeout: 900_000, hookTimeout: 60_000 });

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-migration-"));
  await cp(join(import.meta.dirname, "..", "..", "fixtures", "migration"), folder, { recursive: true });
});

afterAll(() => rm(folder, { recursive: true }));

interface Run {
  readonly code: number | null;
  readonly text: string;
}

/** Runs a goal of a tool on its own database. The process group is killed as soon as the output says so. */
function run(tool: keyof typeof goals, goal: string, killAt?: RegExp): Promise<Run> {
  // What is committed is on the disk at once, as in a database of production: by default H2 may lose half a second.
  const url = `-Durl=jdbc:h2:file:${folder}/${tool};AUTO_SERVER=TRUE;WRITE_DELAY=0`;
  // It waits five minutes for a lock by itself; a pod that is tried again does not.
  const patience = "-Dliquibase.changelogLockWaitTimeInMinutes=0";
  const child = spawn("mvn", ["-B", `${goals[tool]}:${goal}`, url, patience], { cwd: folder, detached: true });
  return new Promise((resolve, reject) => {
    let text = "";
    const read = (chunk: Buffer) => {
      text += chunk.toString("utf8");
      if (killAt?.test(text)) killGroup(child);
    };
    child.stdout.on("data", read);
    child.stderr.on("data", read);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, text }));
  });
}

function killGroup({ pid }: ChildProcess): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, "SIGKILL");
  } catch {
    // It is gone already.
  }
}

describe.skipIf(!hasMaven)("Liquibase", () => {
  test("a second site that shares the database finds nothing to do, and goes on", async () => {
    const first = await run("liquibase", "update");
    expect(first.text).toMatch(/Run: +1/);
    const second = await run("liquibase", "update");
    expect(second.text).toMatch(/Run: +0[\s\S]*Previously run: +1/);
    expect([first.code, second.code]).toEqual([0, 0]);
  });

  test("a lock that a killed one left behind is released by release-locks, and then it goes on", async () => {
    const file = join(folder, "changelog.xml");
    const before = await readFile(file, "utf8");
    const slow = 'CREATE ALIAS PAUSE FOR "java.lang.Thread.sleep(long)"; CALL PAUSE(600000)';
    const change = (sql: string) =>
      before.replace("</databaseChangeLog>", `<changeSet id="2" author="receipts"><sql>${sql}</sql></changeSet>\n$&`);
    await writeFile(file, change(slow));
    const killed = await run("liquibase", "update", /Running Changeset: .*::2::/);
    expect(killed.code).not.toBe(0);
    await writeFile(file, change("CREATE TABLE note (id INT)"));
    const locked = await run("liquibase", "update");
    expect(locked.text).toContain("Could not acquire change log lock");
    expect(locked.code).not.toBe(0);
    expect((await run("liquibase", "releaseLocks")).code).toBe(0);
    const after = await run("liquibase", "update");
    expect(after.text).toMatch(/Run: +1/);
    expect(after.code).toBe(0);
  });
});

describe.skipIf(!hasMaven)("Flyway", () => {
  test("a second site that shares the database finds nothing to do, and goes on", async () => {
    const first = await run("flyway", "migrate");
    expect(first.text).toContain("now at version v1");
    const second = await run("flyway", "migrate");
    expect(second.text).toContain("is up to date. No migration necessary.");
    expect([first.code, second.code]).toEqual([0, 0]);
  });

  test("a version that failed is taken out by repair, and then it goes on", async () => {
    const file = join(folder, "sql", "V2__second.sql");
    await writeFile(file, "CREATE TABLE note (id INT);\nINSERT INTO nowhere VALUES (1);\n");
    expect((await run("flyway", "migrate")).code).not.toBe(0);
    await writeFile(file, "CREATE TABLE IF NOT EXISTS note (id INT);\n");
    const refused = await run("flyway", "migrate");
    expect(refused.text).toContain("Detected failed migration to version 2");
    expect(refused.code).not.toBe(0);
    expect((await run("flyway", "repair")).code).toBe(0);
    const after = await run("flyway", "migrate");
    expect(after.text).toContain("now at version v2");
    expect(after.code).toBe(0);
  });
});
