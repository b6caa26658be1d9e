import { fork } from "node:child_process";
import { randomBytes } from "node:crypto";
import { mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { UsageError } from "../../command/errors.ts";
import { projectFolder, projectName, type StackConfiguration } from "../../recorder/stackFile.ts";
import { isRunning } from "../internal/processes.ts";
import type { RunningSite } from "../internal/sandbox.ts";
import { sandboxConfiguration } from "../internal/siteConfiguration.ts";
import type { Toolchain } from "../toolchain/build.ts";
import { startProviders } from "./providers.ts";

/** What the engine does with a site's stack. */
export type Operation = "preview" | "up" | "refresh" | "destroy";

/** What the process of one deployment is told. */
export interface DeploymentRequest {
  readonly operation: Operation;
  /** Whether `up` reads the real state of everything first, so that drift is healed. */
  readonly refresh: boolean;
  readonly stack: StackConfiguration;
  /** The program's `index.ts`. */
  readonly program: string;
  /** Folder whose `bin` holds the Pulumi command line. */
  readonly pulumi: string;
  /** Existing folder for the project and stack files that the engine wants to see. */
  readonly folder: string;
  /** Where a preview writes its plan; nowhere where it is undefined. */
  readonly planFile?: string | undefined;
}

/** What it tells. */
export type DeploymentMessage =
  | { readonly kind: "event"; readonly event: EngineEvent }
  | { readonly kind: "done" }
  | { readonly kind: "failed"; readonly message: string };

/** A deployment of one site. */
export interface Deployment {
  readonly site: RunningSite;
  readonly operation: Operation;
  readonly tools: Toolchain;
  /** Folder of the sandbox's state. */
  readonly state: string;
  readonly kubeconfig: string;
  readonly signal: AbortSignal;
  readonly onEvent: (event: EngineEvent) => void;
  /** Default false. */
  readonly refresh?: boolean;
  /** As whom the site's Vault is asked; see `deploymentToken.ts`. */
  readonly vaultToken: string;
  /** The program; default this project's `index.ts`. */
  readonly program?: string;
  /** Where a preview writes its plan, as `pulumi preview --save-plan` does. Default nowhere. */
  readonly planFile?: string;
  /** The configuration; default the site's own with the addresses of the sandbox. */
  readonly stack?: StackConfiguration;
  /** Told the processes as soon as they run: the program's, which leads the engine's group, and the stand-ins'. */
  readonly onStart?: (processes: DeploymentProcesses) => void;
}

/** Process numbers of a deployment. */
interface DeploymentProcesses {
  readonly program: number;
  /** Absent where official plugins are used, which the engine starts itself. */
  readonly providers?: number;
}

/** How a deployment ended. */
export interface DeploymentResult {
  /** Why it failed, or undefined where it succeeded. */
  readonly failure: string | undefined;
  /** What the providers were: official plugins, or the stand-ins of this project. */
  readonly providers: "official" | "stand-in";
}

/** Runs the program for one site on the real Pulumi engine, with a file backend whose secrets are encrypted. */
export async function deploy(deployment: Deployment): Promise<DeploymentResult> {
  const { site, operation, tools, state, kubeconfig, signal, refresh = false } = deployment;
  const folder = join(state, site.name, "pulumi");
  await mkdir(join(folder, "backend"), { recursive: true });
  await clearStaleLocks(folder, site.name);
  const credentials = {
    KUBECONFIG: kubeconfig,
    VAULT_TOKEN: deployment.vaultToken,
    VAULT_CACERT: join(state, site.name, "ca.pem"),
  };
  const pulumi = dirname(dirname(tools.pulumi.path));
  const providers = await startProviders({ pulumi: tools.pulumi.path, credentials, signal });
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
        // The engine logs each run and removes the oldest logs: a sandbox's must not push out those of the user's own stacks.
        // Official plugins are in the user's folder, so that is used with them.
        ...(providers.kind === "official" ? {} : { PULUMI_HOME: join(folder, "home") }),
        PULUMI_BACKEND_URL: pathToFileURL(join(folder, "backend")).href,
        PULUMI_CONFIG_PASSPHRASE: await passphrase(state),
        PULUMI_SKIP_UPDATE_CHECK: "true",
        // The engine writes the whole state twice for each resource; a copy of the one before would double that.
        PULUMI_DIY_BACKEND_DISABLE_CHECKPOINT_BACKUPS: "true",
      },
      deployment,
      providers.pid === undefined ? {} : { providers: providers.pid },
    );
    return { failure, providers: providers.kind };
  } finally {
    await providers.stop();
  }
}

function runProcess(
  request: DeploymentRequest,
  environment: Readonly<Record<string, string>>,
  { signal, onEvent, onStart }: Deployment,
  others: Omit<DeploymentProcesses, "program">,
): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    // A process group of its own: the engine and all that it started can be ended together, and Ctrl-C reaches it only
    // through the signal, so that the engine ends in good order.
    const child = fork(join(import.meta.dirname, "deployProcess.ts"), {
      stdio: ["ignore", "ignore", 2, "ipc"],
      detached: true,
      // For the command line, whose every call has them: backend, passphrase, credentials, providers.
      env: { ...process.env, ...environment },
    });
    let failure: string | undefined = "the deployment ended without a result";
    const interrupt = () => {
      if (child.pid !== undefined) process.kill(-child.pid, "SIGINT");
    };
    signal.addEventListener("abort", interrupt, { once: true });
    child.on("message", (message: DeploymentMessage) => {
      if (message.kind === "event") onEvent(message.event);
      else failure = message.kind === "done" ? undefined : message.message;
    });
    child.once("error", reject);
    child.once("spawn", () => onStart?.({ program: child.pid ?? 0, ...others }));
    child.once("close", () => {
      signal.removeEventListener("abort", interrupt);
      if (signal.aborted) reject(signal.reason);
      else resolve(failure);
    });
    child.send(request);
  });
}

/** The passphrase that encrypts the stacks' secrets: made once, kept with the sandbox's keys. */
async function passphrase(state: string): Promise<string> {
  const file = join(state, "passphrase");
  const existing = await readFile(file, "utf8").catch(() => undefined);
  if (existing !== undefined) return existing;
  const made = randomBytes(24).toString("base64url");
  await writeFile(`${file}.tmp`, made, { mode: 0o600 });
  await rename(`${file}.tmp`, file);
  return made;
}

/**
 * Removes locks whose process of this machine is dead: the engine's locks have no expiry, and one that was killed leaves
 * its own behind. A lock of a living process stays, and the engine says who has it.
 */
async function clearStaleLocks(folder: string, site: string): Promise<void> {
  const locks = join(folder, "backend", ".pulumi", "locks", "organization", projectName, site);
  const files = await readdir(locks).catch(() => []);
  for (const name of files.filter((file) => file.endsWith(".json"))) {
    const lock: { pid?: number; hostname?: string } = JSON.parse(await readFile(join(locks, name), "utf8"));
    if (lock.pid === undefined || lock.hostname !== hostname()) {
      throw new UsageError(`${join(locks, name)} is a lock of another machine; remove it when nothing deploys there`);
    }
    if (isRunning(lock.pid)) {
      throw new UsageError(`process ${lock.pid} deploys ${site} at this moment; wait until it ends, or end it`);
    }
    process.stderr.write(`${site}: removing the lock of a deployment that was killed (process ${lock.pid})\n`);
    // The backend keeps a file of attributes beside each.
    await Promise.all([rm(join(locks, name)), rm(join(locks, `${name}.attrs`), { force: true })]);
  }
}
