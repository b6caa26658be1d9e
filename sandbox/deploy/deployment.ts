import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { UsageError } from "../../command/errors.ts";
import { isRunning } from "../../command/processes.ts";
import { writeWhole } from "../../command/writeWhole.ts";
import {
  type EngineRun,
  type Operation,
  runEngine,
  runWatched,
  type WatchedResult,
} from "../../delivery/engine/index.ts";
import { projectFolder, projectName, type StackConfiguration } from "../../recorder/stackFile.ts";
import type { Cause } from "../../rollout/cause.ts";
import { askApiServer } from "../sites/apiServer.ts";
import type { RunningSite } from "../sites/sandbox.ts";
import { sandboxConfiguration } from "../sites/siteConfiguration.ts";
import type { Toolchain } from "../toolchain/build.ts";
import { type ProviderKinds, startProviders } from "./providers.ts";

/** A deployment of one site. */
export interface Deployment {
  readonly site: RunningSite;
  readonly operation: Operation;
  readonly tools: Toolchain;
  /** State folder of the sandbox. */
  readonly state: string;
  readonly kubeconfig: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  /**
   * Whether `up` refreshes the state first, so that drift is corrected.
   * @default false
   */
  readonly refresh?: boolean;
  /** Token for the site's Vault; see `deploymentToken.ts`. */
  readonly vaultToken: string;
  /**
   * Path of the program.
   * @default this project's `index.ts`
   */
  readonly program?: string;
  /**
   * File for a preview's update plan, as with `pulumi preview --save-plan`.
   * @default none is written
   */
  readonly planFile?: string;
  /**
   * The stack's configuration.
   * @default the site's own with the sandbox's addresses
   */
  readonly stack?: StackConfiguration;
  /** Called with the process IDs once the processes run. The program's process leads the engine's process group. */
  readonly onStart?: (processes: DeploymentProcesses) => void;
}

/** Process IDs of a deployment. */
interface DeploymentProcesses {
  readonly program: number;
  /** Absent with official plugins, which the engine starts itself. */
  readonly providers?: number;
}

/** Result of a deployment. */
export interface DeploymentResult {
  /** Why the deployment failed, or undefined if it succeeded. */
  readonly failure: string | undefined;
  /** Whether official provider plugins or this project's stand-ins were used. */
  readonly providers: ProviderKinds;
}

/** Runs the program for one site on the real Pulumi engine, with a file backend whose secrets are encrypted. */
export function deploy(deployment: Deployment): Promise<DeploymentResult> {
  return withEngine(deployment, runEngine);
}

/** Runs a deployment like `deploy`, and follows its rollouts; see `runWatched`. */
export function deployWatched(
  deployment: Deployment,
  onCause: (cause: Cause) => void,
): Promise<WatchedResult & DeploymentResult> {
  const read = async (path: string) => {
    const { status, body } = await askApiServer(deployment.site.record, "GET", path);
    if (status !== 200) throw new Error(`${path} cannot be read: ${status}`);
    return body;
  };
  return withEngine(deployment, (run) => runWatched(run, { read, onCause }));
}

/** Gives a task everything that the engine needs in the sandbox. */
async function withEngine<Result>(
  deployment: Deployment,
  work: (run: EngineRun) => Promise<Result>,
): Promise<Result & Pick<DeploymentResult, "providers">> {
  const { site, operation, tools, state, kubeconfig, refresh = false, planFile, signal, onEvent, onStart } = deployment;
  const folder = join(state, site.name, "pulumi");
  await mkdir(join(folder, "backend"), { recursive: true });
  await clearStaleLocks(folder, site.name);
  const credentials = {
    KUBECONFIG: kubeconfig,
    VAULT_TOKEN: deployment.vaultToken,
    VAULT_CACERT: join(state, site.name, "ca.pem"),
  };
  const providers = await startProviders({ tools, home: join(folder, "home"), credentials });
  const others = providers.pid === undefined ? {} : { providers: providers.pid };
  try {
    const result = await work({
      ...{ operation, refresh, planFile, folder, signal, onEvent, makesStack: true },
      stack: deployment.stack ?? sandboxConfiguration(site.stack, site.record),
      program: deployment.program ?? join(projectFolder, "index.ts"),
      pulumi: dirname(dirname(tools.pulumi.path)),
      environment: {
        ...credentials,
        ...providers.environment,
        PULUMI_BACKEND_URL: pathToFileURL(join(folder, "backend")).href,
        PULUMI_CONFIG_PASSPHRASE: await passphrase(state),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The engine writes the whole state twice per resource; a backup of each previous state would double that.
        PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
      },
      onStart: (program) => onStart?.({ program, ...others }),
    });
    return { ...result, providers: providers.kinds };
  } finally {
    await providers.stop();
  }
}

/** The passphrase that encrypts the stacks' secrets: generated once and kept with the sandbox's keys. */
async function passphrase(state: string): Promise<string> {
  const file = join(state, "passphrase");
  const existing = await readFile(file, "utf8").catch(() => undefined);
  if (existing !== undefined) return existing;
  const made = randomBytes(24).toString("base64url");
  writeWhole(file, made, 0o600);
  return made;
}

/**
 * Removes locks of dead processes on this machine: the engine's locks never expire, and an engine that is killed leaves
 * its lock behind. The lock of a running process is kept and reported.
 */
async function clearStaleLocks(folder: string, site: string): Promise<void> {
  const locks = join(folder, "backend", ".pulumi", "locks", "organization", projectName, site);
  const files = await readdir(locks).catch(() => []);
  for (const name of files.filter((file) => file.endsWith(".json"))) {
    const lock: { pid?: number; hostname?: string } = JSON.parse(await readFile(join(locks, name), "utf8"));
    if (lock.pid === undefined || lock.hostname !== hostname()) {
      throw new UsageError(
        `${join(locks, name)} was created on another machine; remove it once no deployment is running there`,
      );
    }
    if (isRunning(lock.pid)) {
      throw new UsageError(`process ${lock.pid} is currently deploying ${site}; wait for it to finish, or stop it`);
    }
    process.stderr.write(`${site}: removing the lock of a deployment that was killed (process ${lock.pid})\n`);
    // The backend stores an attributes file next to each lock.
    await Promise.all([rm(join(locks, name)), rm(join(locks, `${name}.attrs`), { force: true })]);
  }
}
