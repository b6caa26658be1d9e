import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, rm, symlink } from "node:fs/promises";
import { homedir } from "node:os";
import { basename, join } from "node:path";
import { createInterface } from "node:readline";
import type { Toolchain } from "../toolchain/build.ts";
import { sdkVersion } from "../toolchain/tools.ts";

/** Packages whose resources the program registers. */
const packages = ["kubernetes", "vault", "random"] as const;

/** What serves each package's resources: its official provider plugin, or this project's stand-in for it. */
export type ProviderKinds = Readonly<Record<(typeof packages)[number], "official" | "stand-in">>;

/** Download site of the plugins. Probed first, so that a machine without internet access does not wait for a timeout. */
const downloads = "https://get.pulumi.com";

/** Timeout of the probe in seconds. */
const patience = 3;

/** Providers for one deployment. */
export interface Providers {
  readonly kinds: ProviderKinds;
  /** Environment variables through which the engine finds the providers. */
  readonly environment: Readonly<Record<string, string>>;
  readonly stop: () => Promise<void>;
  /** Process ID of the stand-ins; absent if there are none. */
  readonly pid?: number;
}

/**
 * Uses the three official provider plugins if they are installed or can be downloaded. Otherwise Kubernetes' is the official
 * one, built from its module, and stand-ins of this project serve Vault and random until `stop` is called: the modules of those
 * two are not available.
 */
export async function startProviders(options: {
  readonly tools: Toolchain;
  /** Folder for the engine's plugins and logs (`PULUMI_HOME`), used unless all plugins are those of the user. */
  readonly home: string;
  /** Environment variables with which providers reach clusters and Vaults. */
  readonly credentials: Readonly<Record<string, string>>;
}): Promise<Providers> {
  const { tools, home, credentials } = options;
  if (await haveOfficial(tools.pulumi.path)) {
    const kinds = { kubernetes: "official", vault: "official", random: "official" } as const;
    return { kinds, environment: {}, stop: async () => undefined };
  }
  await installPlugin(home, "kubernetes", tools["pulumi-resource-kubernetes"].path);
  const child = spawn(process.execPath, [join(import.meta.dirname, "..", "providers", "main.ts")], {
    env: { ...process.env, ...credentials },
    stdio: ["pipe", "pipe", "inherit"],
    // Keeps Ctrl-C from the stand-ins, which an interrupted deployment needs to shut down cleanly.
    detached: true,
  });
  const ports = await firstLine(child);
  const attached = Object.entries(ports).map(([name, port]) => `${name}:${port}`);
  return {
    kinds: { kubernetes: "official", vault: "stand-in", random: "stand-in" },
    environment: {
      // The engine logs each run and removes the oldest logs: a sandbox's must not push out those of the user's own stacks.
      PULUMI_HOME: home,
      PULUMI_DEBUG_PROVIDERS: attached.join(","),
    },
    stop: () => end(child),
    ...(child.pid === undefined ? {} : { pid: child.pid }),
  };
}

/** `kubernetes official, vault and random stand-ins`: what serves the resources, for a person. */
export function formatProviders(kinds: ProviderKinds): string {
  const named = (kind: "official" | "stand-in") => packages.filter((name) => kinds[name] === kind);
  const [official, standIns] = [named("official"), named("stand-in")];
  if (standIns.length === 0) return "all providers official";
  return `${official.join(" and ")} official, ${standIns.join(" and ")} stand-ins`;
}

/** Puts a plugin where the engine looks for it. */
async function installPlugin(home: string, name: (typeof packages)[number], executable: string): Promise<void> {
  const folder = pluginFolder(home, name);
  await mkdir(folder, { recursive: true });
  const link = join(folder, basename(executable));
  await rm(link, { force: true });
  await symlink(executable, link);
}

function pluginFolder(home: string, name: (typeof packages)[number]): string {
  return join(home, "plugins", `resource-${name}-v${sdkVersion(name)}`);
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
  const home = process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi");
  const missing = packages.filter((name) => !existsSync(pluginFolder(home, name)));
  if (missing.length === 0) return true;
  if (!(await canDownload())) return false;
  return missing.every((name) => {
    const version = sdkVersion(name);
    process.stderr.write(`downloading the official provider ${name} ${version}\n`);
    return spawnSync(pulumi, ["plugin", "install", "resource", name, version], { stdio: "ignore" }).status === 0;
  });
}

async function canDownload(): Promise<boolean> {
  try {
    await fetch(downloads, { method: "HEAD", signal: AbortSignal.timeout(patience * 1000) });
    return true;
  } catch {
    return false;
  }
}
