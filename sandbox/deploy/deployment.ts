import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rm } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { UsageError } from "../../command/errors.ts";
import { writeWhole } from "../../command/writeWhole.ts";
import { projectFolder, projectName, type StackConfiguration } from "../../recorder/stackFile.ts";
import { isRunning, signalGroup } from "../sites/processes.ts";
import type { RunningSite } from "../sites/sandbox.ts";
import { sandboxConfiguration } from "../sites/siteConfiguration.ts";
import type { Toolchain } from "../toolchain/build.ts";
import { type ProviderKinds, startProviders } from "./providers.ts";

/** Operation of the engine on a site's stack. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** Message to the process that performs one deployment. */
export interface DeploymentRequest {
  readonly operation: Operation;
  /** Whether `up` refreshes the state first, so that drift is corrected. */
  readonly refresh: boolean;
  readonly stack: StackConfiguration;
  /** Path of the program's `index.ts`. */
  readonly program: string;
  /** Folder whose `bin` contains the Pulumi CLI. */
  readonly pulumi: string;
  /** Existing folder for the project and stack files that the engine requires. */
  readonly folder: string;
  /** File for a preview's update plan; none is written if undefined. */
  readonly planFile?: string | undefined;
}

/** Message from the process that performs one deployment. */
export type DeploymentMessage =
  | { readonly kind: "event"; readonly event: EngineEvent }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string };

/** A deployment of one site. */
export interface Deployment {
  readonly site: RunningSite;
  readonly operation: Operation;
  readonly tools: Toolchain;
  /** State folder of the sandbox. */
  readonly state: string;
  readonly kubeconfig: string;
  readonly signal: AbortSignal;
  /**
   * Ends the engine as `signal` does, so that its state can be used again, but as a deployment that has failed.
   * @default never
   */
  readonly stop?: AbortSignal;
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
export async function deploy(deployment: Deployment): Promise<DeploymentResult> {
  const { site, operation, tools, state, kubeconfig, refresh = false } = deployment;
  const folder = join(state, site.name, "pulumi");
  await mkdir(join(folder, "backend"), { recursive: true });
  await clearStaleLocks(folder, site.name);
  const credentials = {
    KUBECONFIG: kubeconfig,
    VAULT_TOKEN: deployment.vaultToken,
    VAULT_CACERT: join(state, site.name, "ca.pem"),
  };
  const pulumi = dirname(dirname(tools.pulumi.path));
  const providers = await startProviders({ tools, home: join(folder, "home"), credentials });
  try {
    const failure = await runProcess(
      {
        operation,
        refresh,
        stack: deployment.stack ?? sandboxConfiguration(site.stack, site.record),
        program: deployment.program ?? join(projectFolder, "index.ts"),
        pulumi,
        folder,
        planFile: deployment.planFile,
      },
      {
        ...credentials,
        ...providers.environment,
        PULUMI_BACKEND_URL: pathToFileURL(join(folder, "backend")).href,
        PULUMI_CONFIG_PASSPHRASE: await passphrase(state),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The engine writes the whole state twice per resource; a backup of each previous state would double that.
        PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
      },
      deployment,
      providers.pid === undefined ? {} : { providers: providers.pid },
    );
    return { failure, providers: providers.kinds };
  } finally {
    await providers.stop();
  }
}

function runProcess(
  request: DeploymentRequest,
  environment: Readonly<Record<string, string>>,
  { signal, stop, onEvent, onStart }: Deployment,
  others: Omit<DeploymentProcesses, "program">,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    // A separate process group, so that the engine and everything it started can be terminated together. Ctrl-C reaches
    // the group only through the signal, so that the engine can shut down cleanly.
    const child = fork(join(import.meta.dirname, "deployProcess.ts"), {
      stdio: ["ignore", "ignore", 2, "ipc"],
      detached: true,
      // For the Pulumi CLI, every call of which needs them: backend, passphrase, credentials, providers.
      env: { ...process.env, ...environment },
    });
    let failure: string | undefined = "the deployment ended without a result";
    const interrupt = () => {
      if (child.pid !== undefined) signalGroup(child.pid, "SIGINT");
    };
    signal.addEventListener("abort", interrupt, { once: true });
    stop?.addEventListener("abort", interrupt, { once: true });
    child.on("message", (message: DeploymentMessage) => {
      if (message.kind === "event") onEvent(message.event);
      else failure = message.kind === "done" ? undefined : message.message;
    });
    child.once("error", reject);
    child.once("spawn", () => onStart?.({ program: child.pid ?? 0, ...others }));
    child.once("close", () => {
      signal.removeEventListener("abort", interrupt);
      stop?.removeEventListener("abort", interrupt);
      if (signal.aborted) reject(signal.reason);
      else resolve(failure);
    });
    child.send(request);
  });
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
