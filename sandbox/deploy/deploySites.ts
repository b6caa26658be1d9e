import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { print, printError } from "../../command/print.ts";
import { visibleLine } from "../../command/visibleText.ts";
import {
  DeploymentReport,
  explainFailure,
  formatChanges,
  type Operation,
  planLines,
} from "../../delivery/engine/index.ts";
import type { StackConfiguration } from "../../recorder/stackFile.ts";
import type { Attendance, Sandbox } from "../sites/sandbox.ts";
import { sandboxConfiguration } from "../sites/siteConfiguration.ts";
import { type Deployment, deployWatched } from "./deployment.ts";
import { deploymentToken } from "./deploymentToken.ts";
import { fillSupplied, isNew, withoutReleases } from "./newSite.ts";
import { formatProviders, type ProviderKinds } from "./providers.ts";

/** Refresh interval of the progress line, in milliseconds. */
const interval = 500;

/**
 * Deploys sites one after the other, as in production: the second only after the first has succeeded. Prints each
 * service when it is done, and a summary.
 * @returns whether all deployments succeeded
 */
export async function deploySites(
  sandbox: Sandbox,
  { sites, operation, refresh }: { sites: readonly string[]; operation: Operation; refresh: boolean },
  attendance: Attendance,
): Promise<boolean> {
  const tools = await sandbox.tools(attendance);
  for (const site of (await sandbox.running()).filter(({ name }) => sites.includes(name))) {
    const report = new DeploymentReport();
    const progress = new Progress(site.name, report);
    const stack = sandboxConfiguration(site.stack, site.record);
    const vaultToken = await deploymentToken(site, tools);
    const deployment = {
      ...{ site, operation, refresh, tools, stack, vaultToken },
      state: sandbox.state,
      kubeconfig: sandbox.kubeconfig,
      signal: attendance.signal,
      onEvent: (event: EngineEvent) => {
        report.add(event);
        const { urn, op } = event.resOutputsEvent?.metadata ?? { urn: "", op: "same" };
        if (operation !== "preview" && op !== "same" && urn.includes("kubernetes:apps/v1:Deployment::"))
          progress.line(`${report.componentOf(urn)}: ${op}`);
      },
    };
    let failure: string | undefined;
    try {
      const prepared = { ...deployment, stack: await prepare(deployment, progress) };
      const result = await deployWatched(prepared, (cause) => progress.line(`${cause.name}: ${cause.what}`));
      failure = result.failure === undefined ? undefined : explainFailure(report.errors, result.failure, result);
      progress.end();
      print(summary(site.name, operation, report, result.providers));
    } finally {
      progress.end();
    }
    if (failure !== undefined) {
      printError(`${site.name}: ${operation} failed\n${failure}\n`);
      return false;
    }
  }
  return true;
}

/**
 * Fills a new site's secrets. A preview changes nothing, so it shows the site without services instead.
 * @returns the configuration to deploy
 */
async function prepare(
  { site, operation, stack }: Deployment & { readonly stack: StackConfiguration },
  progress: Progress,
): Promise<StackConfiguration> {
  if (operation === "preview" && (await isNew(site))) {
    progress.line("is new, and its secrets await their values: this is its deployment without services");
    return withoutReleases(stack);
  }
  const filled = operation === "up" ? await fillSupplied(site) : [];
  if (filled.length > 0) progress.line(`made up a random value for ${filled.join(", ")}`);
  return stack;
}

function summary(site: string, operation: Operation, report: DeploymentReport, providers: ProviderKinds): string {
  const changes = operation === "preview" ? planLines(report).map((line) => `  ${line}\n`) : [];
  const warnings = [
    ...report.retained.map((line) => `  stays behind: ${line}\n`),
    ...report.warnings.map((message) => `  warning: ${message}\n`),
  ];
  return `${site}: ${operation} in ${report.seconds} s, ${formatChanges(report.counts)} (${formatProviders(providers)})\n${changes.join("")}${warnings.join("")}`;
}

/** Shows the progress of a deployment: a live line on a terminal, and one line for each completed service. */
class Progress {
  readonly #site: string;
  readonly #start = performance.now();
  readonly #timer: NodeJS.Timeout | undefined;

  constructor(site: string, report: DeploymentReport) {
    this.#site = site;
    if (process.stderr.isTTY !== true) return;
    this.#timer = setInterval(() => {
      const underWay = report.underWay.join(", ");
      const text = `${this.#prefix()} ${underWay === "" ? "planning" : underWay}`;
      process.stderr.write(`\r\u001b[K${text.slice(0, (process.stderr.columns ?? 80) - 1)}`);
    }, interval);
  }

  line(text: string): void {
    this.#clear();
    printError(`${this.#prefix()} ${visibleLine(text)}\n`);
  }

  end(): void {
    clearInterval(this.#timer);
    this.#clear();
  }

  #prefix(): string {
    return `${this.#site} ${Math.round((performance.now() - this.#start) / 1000)} s`;
  }

  #clear(): void {
    if (process.stderr.isTTY === true) process.stderr.write("\r\u001b[K");
  }
}
