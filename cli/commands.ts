import type { Command } from "commander";

/** One command, as the list of all shows it. */
export interface CommandEntry {
  /** What people type: `new-service`. npm's script of the same name starts it, too. */
  readonly name: string;
  /** What it does, in half a line. */
  readonly summary: string;
  /** Loads it. Nothing else is loaded when another command runs. */
  readonly load: () => Promise<{ readonly command: Command }>;
}

/** All commands, in the order of the help. */
export const commands: readonly CommandEntry[] = [
  entry("render", "render every object of every site, offline", () => import("./render.ts")),
  entry("parity", "fail where the sites differ in anything but their site data", () => import("./parity.ts")),
  entry("preview", "show what the working tree changes, by service and site", () => import("./preview.ts")),
  entry("drift", "find what somebody changed by hand in a site's cluster", () => import("./drift.ts")),
  entry("deploy", "deploy the commit that is checked out to a site", () => import("./deploy.ts")),
  entry("gate", "look whether a site does what the working tree says", () => import("./gate.ts")),
  entry("rollback", "take a site back to what it has verified before", () => import("./rollback.ts")),
  entry("promote", "bring images, libraries and releases to where they run", () => import("./promote.ts")),
  entry("calendar", "say when sites are frozen, and which peaks are due", () => import("./calendar.ts")),
  entry("history", "show what was deployed to the sites, by whom, when and why", () => import("./history.ts")),
  entry("secrets", "show, fill, rotate and roll back the secrets of a site", () => import("./secrets.ts")),
  entry("explain", "say what a field means, and which objects it becomes", () => import("./explain.ts")),
  entry("new-service", "add a service from scratch", () => import("./newService.ts")),
  entry("adopt", "take in services that run from manifests", () => import("./adopt.ts")),
  entry("placeholders", "fail where something is still to be filled in", () => import("./placeholders.ts")),
  entry("bamboo", "fail where the pipeline's file is not right", () => import("./bamboo.ts")),
  entry("completion", "complete commands, options and names in bash and zsh", () => import("./completion.ts")),
  entry("sandbox", "run both data centres on this machine", () => import("../sandbox/sandbox.ts")),
  entry("bench", "measure render beside other ways to make the same objects", () => import("../bench/bench.ts")),
];

function entry(name: string, summary: string, load: CommandEntry["load"]): CommandEntry {
  return { name, summary, load };
}
