import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { DeploymentReport, type Operation } from "../../delivery/engine/index.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { type Deployment, deploy } from "../../sandbox/deploy/deployment.ts";
import { deploymentToken } from "../../sandbox/deploy/deploymentToken.ts";
import { fillSupplied, withoutReleases } from "../../sandbox/deploy/newSite.ts";
import { type RunningSite, Sandbox } from "../../sandbox/sites/sandbox.ts";
import { sandboxConfiguration } from "../../sandbox/sites/siteConfiguration.ts";
import { step } from "../../sandbox/sites/steps.ts";
import type { Toolchain } from "../../sandbox/toolchain/build.ts";
import { watch } from "./runProcess.ts";
import { prepareWorkload, type Workload } from "./workload.ts";

/** The deployed programs: this project's, and one that registers the same objects without components. */
const programs = ["components", "bare program"] as const;

/** The measured operations in order; `up again` finds no changes. */
const operations = ["preview", "up", "up again", "refresh"] as const;

/** CPU seconds of each part. */
interface Shares {
  readonly program: number;
  readonly engine: number;
  readonly providers: number;
  /** The API server and etcd together. */
  readonly apiServer: number;
}

/** Measurement of one operation on one catalogue. */
export interface DeploymentSample {
  /** Number of services in the catalogue. */
  readonly size: number;
  readonly program: (typeof programs)[number];
  readonly operation: (typeof operations)[number];
  readonly resources: number;
  /** Elapsed time of the whole command. */
  readonly wallSeconds: number;
  readonly cpuSeconds: Shares;
  /** Sum of the peaks of the program, the engine and the providers. */
  readonly memoryMebibytes: number;
}

/** Sampling interval in milliseconds. */
const interval = 100;

const kinds: Readonly<Record<(typeof operations)[number], Operation>> = {
  preview: "preview",
  up: "up",
  "up again": "up",
  refresh: "refresh",
};

/**
 * Deploys synthetic catalogues to a separate sandbox, which is emptied for each program, and measures each operation.
 * The result is the run with the median wall time out of `runs`, except for `up`, which cannot be repeated.
 */
export async function measureDeployments(
  { sizes, runs }: { readonly sizes: readonly number[]; readonly runs: number },
  temporary: string,
  signal: AbortSignal,
): Promise<DeploymentSample[]> {
  const samples: DeploymentSample[] = [];
  for (const size of sizes) {
    const workload = await prepareWorkload(join(temporary, String(size)), size, signal);
    for (const program of programs) {
      const sandbox = await Sandbox.open("bench", workload.project);
      await sandbox.down({ signal }, true);
      try {
        await sandbox.up({ step, signal });
        const [site] = await sandbox.running();
        if (site === undefined) throw new Error("the sandbox has no site");
        // Both programs start with a site whose namespaces exist, as for any catalogue with a release.
        await step(`${size} services, ${program}: preparing the site`, () =>
          prepare(program, workload, sandbox, site, signal),
        );
        for (const operation of operations) {
          const repeated: DeploymentSample[] = [];
          for (let run = 1; run <= (operation === "up" ? 1 : runs); run += 1) {
            const name = `${size} services, ${program}: ${operation}${run === 1 ? "" : ` (run ${run})`}`;
            const measured = { size, program, operation, workload, sandbox, site, signal };
            repeated.push(await step(name, () => measure(measured)));
          }
          samples.push(medianOf(repeated));
        }
      } finally {
        await sandbox.down({ signal: new AbortController().signal }, true);
      }
    }
  }
  return samples;
}

async function prepare(
  program: DeploymentSample["program"],
  workload: Workload,
  sandbox: Sandbox,
  site: RunningSite,
  signal: AbortSignal,
): Promise<void> {
  process.env["GEMELOS_BENCH_RESOURCES"] = workload.siteFile;
  const tools = await sandbox.tools({ step, signal });
  const deployment: Deployment = {
    site,
    operation: "up",
    tools,
    state: sandbox.state,
    kubeconfig: sandbox.kubeconfig,
    signal,
    program: programFile(program, workload),
    vaultToken: await tokenFor(program, workload, site, tools),
    onEvent: () => undefined,
    ...(program === "components" ? { stack: withoutReleases(sandboxConfiguration(site.stack, site.record)) } : {}),
  };
  const { failure } = await deploy(deployment);
  if (failure !== undefined) throw new Error(failure);
  if (program === "components") await fillSupplied(site, deployment.program);
}

function programFile(program: DeploymentSample["program"], { project }: Workload): string {
  return program === "components" ? join(project, "index.ts") : join(projectFolder, "bench", "deployBare.ts");
}

/** The bare program does not use Vault, so it needs no token. */
async function tokenFor(
  program: DeploymentSample["program"],
  workload: Workload,
  site: RunningSite,
  tools: Toolchain,
): Promise<string> {
  return program === "components" ? deploymentToken(site, tools, programFile(program, workload)) : "none";
}

/** The run with the median wall time; for an even number of runs, the slower of the two in the middle. */
function medianOf(samples: readonly DeploymentSample[]): DeploymentSample {
  const middle = samples.toSorted((a, b) => a.wallSeconds - b.wallSeconds)[Math.floor(samples.length / 2)];
  if (middle === undefined) throw new Error("nothing was measured");
  return middle;
}

interface Measured {
  readonly size: number;
  readonly program: (typeof programs)[number];
  readonly operation: (typeof operations)[number];
  readonly workload: Workload;
  readonly sandbox: Sandbox;
  readonly site: RunningSite;
  readonly signal: AbortSignal;
}

async function measure({
  size,
  program,
  operation,
  workload,
  sandbox,
  site,
  signal,
}: Measured): Promise<DeploymentSample> {
  const report = new DeploymentReport();
  const parts: Promise<readonly [keyof Shares, Usage]>[] = [];
  const servers = await serverProcesses(sandbox);
  const before = await cpuOf(servers);
  process.env["GEMELOS_BENCH_RESOURCES"] = workload.resourcesFile;
  const tools = await sandbox.tools({ step, signal });
  const vaultToken = await tokenFor(program, workload, site, tools);
  const start = performance.now();
  const { failure } = await deploy({
    site,
    operation: kinds[operation],
    tools,
    state: sandbox.state,
    kubeconfig: sandbox.kubeconfig,
    signal,
    program: programFile(program, workload),
    vaultToken,
    onEvent: (event) => report.add(event),
    onStart: (processes) => {
      parts.push(part("program", watch(processes.program, interval)));
      parts.push(
        part(
          "engine",
          childOf(processes.program).then((pid) => (pid === undefined ? nothing : watch(pid, interval))),
        ),
      );
      if (processes.providers !== undefined) parts.push(part("providers", watch(processes.providers, interval)));
    },
  });
  const wallSeconds = (performance.now() - start) / 1000;
  if (failure !== undefined) throw new Error([...report.errors, failure].join("\n"));
  const used = await Promise.all(parts);
  const cpu = Object.fromEntries(used.map(([name, { cpuSeconds }]) => [name, cpuSeconds]));
  return {
    size,
    program,
    operation,
    resources: Object.values(report.counts).reduce((sum, count) => sum + count, 0),
    wallSeconds,
    cpuSeconds: { program: 0, engine: 0, providers: 0, ...cpu, apiServer: (await cpuOf(servers)) - before },
    memoryMebibytes: used.reduce((sum, [, { memoryMebibytes }]) => sum + memoryMebibytes, 0),
  };
}

type Usage = Awaited<ReturnType<typeof watch>>;

const nothing: Usage = { cpuSeconds: 0, memoryMebibytes: 0 };

async function part(name: keyof Shares, usage: Promise<Usage>): Promise<readonly [keyof Shares, Usage]> {
  return [name, await usage];
}

/** Finds the Pulumi CLI process of the operation; before it, the program's process briefly starts others. */
async function childOf(parent: number): Promise<number | undefined> {
  for (;;) {
    const alive = await readFile(`/proc/${parent}/stat`, "utf8").catch(() => undefined);
    if (alive === undefined) return undefined;
    for (const name of await readdir("/proc")) {
      if (!/^\d+$/.test(name)) continue;
      const stat = await readFile(`/proc/${name}/stat`, "utf8").catch(() => "");
      const [, ppid] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (Number(ppid) !== parent) continue;
      const command = await readFile(`/proc/${name}/cmdline`, "utf8").catch(() => "");
      if (/\0(up|preview|refresh)\0/.test(command)) return Number(name);
    }
    await wait(interval);
  }
}

async function serverProcesses(sandbox: Sandbox): Promise<number[]> {
  const recorded = await Promise.all(sandbox.sites.map((site) => site.servers.recorded()));
  return recorded.flat().flatMap(({ name, pid }) => (name === "kube-apiserver" || name === "etcd" ? [pid] : []));
}

async function cpuOf(processes: readonly number[]): Promise<number> {
  const seconds = await Promise.all(
    processes.map(async (pid) => {
      const stat = await readFile(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return (Number(fields[11]) + Number(fields[12])) / 100;
    }),
  );
  return seconds.reduce((sum, each) => sum + each, 0);
}
