import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectFolder } from "../../recorder/stackFile.ts";

/** Packages whose resources the program registers. */
const packages = ["kubernetes", "vault", "random"] as const;

/** Download site of the plugins. Probed first, so that a machine without internet access does not wait for a timeout. */
const downloads = "https://get.pulumi.com";

/** Timeout of the probe in seconds. */
const patience = 3;

/** Providers for one deployment. */
export interface Providers {
  readonly kind: "official" | "stand-in";
  /** Environment variables through which the engine finds the providers. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
  /** Process ID of the stand-ins. */
  readonly pid?: number;
}

/**
 * Uses the official provider plugins if they are installed or can be downloaded; otherwise starts this project's
 * stand-ins, which run until `stop` is called.
 */
export async function startProviders(options: {
  /** Path of the Pulumi CLI. */
  readonly pulumi: string;
  /** Environment variables with which providers reach clusters and Vaults. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}): Promise<Providers> {
  if (await haveOfficial(options.pulumi)) return { kind: "official", environment: {}, stop: async () => undefined };
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", "providers", "main.ts")], {
    env: { ...process.env, ...options.credentials },
    stdio: ["pipe", "pipe", "inherit"],
    // Keeps Ctrl-C from the stand-ins, which an interrupted deployment needs to shut down cleanly.
    detached: true,
  });
  const ports = await firstLine(child);
  const attached = Object.entries(ports).map(([name, port]) => `${name}:${port}`);
  return {
    kind: "stand-in",
    environment: { PULUMI_DEBUG_PROVIDERS: attached.join(",") },
    stop: () => end(child),
    ...(child.pid === undefined ? {} : { pid: child.pid }),
  };
}

/** The ports that the stand-ins print once they are listening. */
async function firstLine(child: ChildProcess): Promise<Record<string, number>> {
  if (child.stdout === null) throw new Error("the stand-in providers have no standard output");
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error("the stand-in providers ended before they listened");
}

function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once("close", () => resolve());
    child.stdin?.end();
  });
}

let official: Promise<boolean> | undefined;

/** Whether all official plugins are installed, after trying to download missing ones. Determined once per process. */
function haveOfficial(pulumi: string): Promise<boolean> {
  official ??= findOfficial(pulumi);
  return official;
}

async function findOfficial(pulumi: string): Promise<boolean> {
  const wanted = await Promise.all(packages.map(async (name) => ({ name, version: await pluginVersion(name) })));
  const missing = wanted.filter(({ name, version }) => !isInstalled(name, version));
  if (missing.length === 0) return true;
  if (!(await canDownload())) return false;
  return missing.every(({ name, version }) => {
    process.stderr.write(`downloading the official provider ${name} ${version}\n`);
    return spawnSync(pulumi, ["plugin", "install", "resource", name, version], { stdio: "ignore" }).status === 0;
  });
}

function isInstalled(name: string, version: string): boolean {
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  return existsSync(join(home, "plugins", `resource-${name}-v${version}`));
}

/** The plugin version that matches a package's installed SDK. */
async function pluginVersion(name: string): Promise<string> {
  const file = join(projectFolder, "node_modules", "@pulumi", name, "package.json");
  const { version }: { version: string } = JSON.parse(await readFile(file, "utf8"));
  return version.replace(/^v/, "");
}

async function canDownload(): Promise<boolean> {
  try {
    await fetch(downloads, { method: "HEAD", signal: AbortSignal.timeout(patience * 1000) });
    return true;
  } catch {
    return false;
  }
}
