import { readFile } from "node:fs/promises";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { DeploymentReport, type Operation, type WatchedResult } from "../../delivery/engine/index.ts";
import type { StackConfiguration } from "../../recorder/stackFile.ts";
import { type Deployment, type DeploymentResult, deployWatched } from "../../sandbox/deploy/deployment.ts";
import { deploymentToken } from "../../sandbox/deploy/deploymentToken.ts";
import { fillMissing, fillSupplied } from "../../sandbox/deploy/newSite.ts";
import { type RunningSite, Sandbox } from "../../sandbox/sites/sandbox.ts";
import { type SandboxParts, sandboxConfiguration } from "../../sandbox/sites/siteConfiguration.ts";
import { step } from "../../sandbox/sites/steps.ts";
import { vaultUrl } from "../../sandbox/sites/vault.ts";
import { askVault } from "./askVault.ts";
import { Cluster } from "./cluster.ts";
import { ProjectCopy } from "./projectCopy.ts";

/** The sandbox that `sandboxSetup.ts` has brought up for the file that runs: one for each of vitest's workers. */
export const sandboxName = `test-${process.env["VITEST_POOL_ID"]}`;

/** How a test's deployment differs from the plain one. */
export interface DeployOptions {
  readonly refresh?: boolean;
  /** Which secrets get values before an `up`: all of a new site (default), or also those that are new in another. */
  readonly fill?: "new site" | "missing" | "none";
  /** Where a preview writes its plan, as `pulumi preview --save-plan` does. */
  readonly planFile?: string;
  /** As whom the site's Vault is asked; default a token of exactly the policy that is printed for the program. */
  readonly vaultToken?: string;
  /** Another program than the project's own, such as a changed copy's. */
  readonly program?: string;
  /** Changes the stack's configuration; gets the parsed values of `gemelos:site` and `gemelos:releases`. */
  readonly configure?: (config: { site: ChangeableSite; releases: Record<string, string> }) => void;
  readonly onStart?: NonNullable<Deployment["onStart"]>;
  readonly onEvent?: (report: DeploymentReport, event: EngineEvent) => void;
}

/** What tests change of a site's data. */
interface ChangeableSite {
  kubernetes: { clusterUid: string; context: string };
  [key: string]: unknown;
}

/** What came of a test's deployment. */
export interface Deployed extends WatchedResult, DeploymentResult {
  readonly report: DeploymentReport;
}

/**
 * A copy of the project in which a new replica counts after one second instead of ten or more, for tests of what a
 * rollout does and not of how long it takes.
 */
export async function quickProject(): Promise<ProjectCopy> {
  const copy = await ProjectCopy.create(["sandbox"]);
  const file = "components/description/resolve.ts";
  await copy.write(file, quickly(await copy.read(file)));
  return copy;
}

/** The text of `components/description/resolve.ts` with that one second. */
export function quickly(defaults: string): string {
  const stated = "service.rollout?.minReadySeconds ?? 10";
  if (!defaults.includes(stated)) throw new Error(`the defaults do not say ${stated}`);
  return defaults.replace(stated, "1");
}

/** A site of a running sandbox, with what a test does to it. */
export class LiveSite {
  readonly cluster: Cluster;
  readonly site: RunningSite;
  readonly sandbox: Sandbox;

  readonly #program: string | undefined;
  readonly #parts: SandboxParts;

  private constructor(sandbox: Sandbox, site: RunningSite, program: string | undefined, parts: SandboxParts) {
    this.sandbox = sandbox;
    this.site = site;
    this.cluster = new Cluster(site.record);
    this.#program = program;
    this.#parts = parts;
  }

  /** A site of the tests' sandbox, or of another one that runs; `program` is what it runs unless told otherwise. */
  static async open(
    name: string,
    { sandbox, program, ...parts }: { sandbox?: Sandbox; program?: string } & SandboxParts = {},
  ): Promise<LiveSite> {
    const opened = sandbox ?? (await Sandbox.open(sandboxName));
    const site = (await opened.running()).find((each) => each.name === name);
    if (site === undefined) throw new Error(`the sandbox has no site ${name}`);
    return new LiveSite(opened, site, program, parts);
  }

  /** Runs the program on the real engine; before the first `up`, a new site's secrets are filled. */
  async run(operation: Operation, options: DeployOptions = {}): Promise<Deployed> {
    const { refresh = false, fill = "new site", program = this.#program, configure, vaultToken } = options;
    const { planFile, onStart, onEvent } = options;
    const { sandbox, site } = this;
    const report = new DeploymentReport();
    const signal = new AbortController().signal;
    const tools = await sandbox.tools({ step, signal });
    const deployment: Deployment = {
      site,
      operation,
      refresh,
      tools,
      vaultToken: vaultToken ?? (await deploymentToken(site, tools, program)),
      state: sandbox.state,
      kubeconfig: sandbox.kubeconfig,
      signal,
      stack: configured(sandboxConfiguration(site.stack, site.record, this.#parts), configure),
      onEvent: (event) => {
        report.add(event);
        onEvent?.(report, event);
      },
      ...(planFile === undefined ? {} : { planFile }),
      ...(program === undefined ? {} : { program }),
    };
    if (operation === "up" && fill !== "none") {
      await (fill === "missing" ? fillMissing : fillSupplied)(site, program, this.#parts);
    }
    const watched = { ...deployment, ...(onStart === undefined ? {} : { onStart }) };
    const result = await deployWatched(watched, () => undefined);
    return { ...result, report };
  }

  /** What the site's Vault wrote into its audit log, an object a line. */
  async auditLog(): Promise<unknown[]> {
    const servers = await this.sandbox.sites.find(({ name }) => name === this.site.name)?.servers.recorded();
    const log = servers?.find(({ name }) => name === "vault")?.log;
    if (log === undefined) throw new Error(`${this.site.name} has no Vault`);
    const lines = (await readFile(log, "utf8")).split("\n");
    return lines.filter((line) => line.startsWith("{")).map((line) => JSON.parse(line));
  }

  /** Asks the site's Vault as root, or as somebody else. */
  askVault(
    method: "GET" | "POST" | "DELETE",
    path: string,
    body?: unknown,
    token?: string,
  ): ReturnType<typeof askVault> {
    const { record } = this.site;
    const access = { address: vaultUrl(record), ca: record.caCertificate };
    return askVault({ ...access, token: token ?? record.vault?.rootToken ?? "" }, method, path, body);
  }

  /** Runs it and throws what the engine said where that fails. */
  async succeed(operation: Operation, options: DeployOptions = {}): Promise<DeploymentReport> {
    const { failure, report } = await this.run(operation, options);
    if (failure !== undefined) throw new Error((report.errors.length > 0 ? report.errors : [failure]).join("\n"));
    return report;
  }
}

function configured(stack: StackConfiguration, configure: DeployOptions["configure"]): StackConfiguration {
  if (configure === undefined) return stack;
  const site: ChangeableSite = JSON.parse(stack.config["gemelos:site"] ?? "{}");
  const releases: Record<string, string> = JSON.parse(stack.config["gemelos:releases"] ?? "{}");
  configure({ site, releases });
  const config = { "gemelos:site": JSON.stringify(site), "gemelos:releases": JSON.stringify(releases) };
  return { ...stack, config: { ...stack.config, ...config } };
}
