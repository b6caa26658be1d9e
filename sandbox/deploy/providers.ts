import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { projectFolder } from "../../recorder/stackFile.ts";

/** The packages whose resources the program registers. */
const packages = ["kubernetes", "vault", "random"] as const;

/** Where plugins are downloaded from; asked first, so that a machine without a way out loses no time. */
const downloads = "https://get.pulumi.com";

/** Seconds that the question may take. */
const patience = 3;

/** Providers that are ready to be used by one deployment. */
export interface Providers {
  readonly kind: "official" | "stand-in";
  /** Variables of the engine by which it finds them. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
  /** Process of the stand-ins. */
  readonly pid?: number;
}

/**
 * The official provider plugins where they are installed or can be downloaded; otherwise this project's stand-ins, which
 * are started here and end with `stop`.
 */
export async function startProviders(options: {
  /** The Pulumi command line. */
  readonly pulumi: string;
  /** Variables by which providers reach clusters and Vaults. */
  readonly credentials: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}): Promise<Providers> {
  if (await haveOfficial(options.pulumi)) return { kind: "official", environment: {}, stop: async () => undefined };
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", "providers", "main.ts")], {
    env: { ...process.env, ...options.credentials },
    stdio: ["pipe", "pipe", "inherit"],
    // An interrupted deployment still needs them to end in good order.
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

/** The ports that the stand-ins print when they listen. */
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

/** Whether all official plugins are there, after an attempt to download those that are missing. Asked once a process. */
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

/** The plugin that belongs to the installed SDK of a package. */
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
