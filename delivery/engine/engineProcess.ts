// Process that runs the program once, for one site, on the Pulumi engine. See `engine.ts`.
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type EngineEvent, LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import { signalGroup } from "../../command/processes.ts";
import { at } from "../../recorder/registeredResource.ts";
import { projectName } from "../../recorder/stackFile.ts";
import type { EngineMessage, EngineRequest } from "./engine.ts";

process.once("message", (request: EngineRequest) => {
  run(request).then(
    (message) => finish(message),
    (error: unknown) => finish({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
});

// Ctrl-C is meant for the engine: it finishes running operations, and until then needs this process.
process.on("SIGINT", () => undefined);

// Whoever started this was killed, and nobody would watch what goes on: the engine ends in good order and gives its lock back.
process.once("disconnect", () => signalGroup(process.pid, "SIGINT"));

async function run(request: EngineRequest): Promise<EngineMessage> {
  const stack = await openStack(request);
  const onEvent = (event: EngineEvent) => {
    // Events of severity `debug`, which the SDK's type lacks, contain each of the engine's responses in full, including
    // secret values (runtime/resource.js).
    const severity: string | undefined = event.diagnosticEvent?.severity;
    if (severity !== "debug") send({ kind: "event", event });
  };
  const onOutput = () => undefined;
  // Most operations only wait for rollouts. By default the engine runs four per processor.
  const parallel = 64;
  const { refresh, planFile, plannedState } = request;
  const plan = planFile === undefined ? {} : { plan: planFile };
  const state = planFile === undefined ? undefined : await fingerprint(stack);
  if (plannedState !== undefined && plannedState !== state) return { kind: "moved" };
  switch (request.operation) {
    case "preview":
      await stack.preview({ onEvent, onOutput, diff: true, parallel, ...plan });
      break;
    case "up":
      await stack.up({ onEvent, onOutput, refresh, parallel, ...plan });
      break;
    case "refresh":
      await stack.refresh({ onEvent, onOutput, clearPendingCreates: true, parallel });
      break;
    case "cancel":
      await stack.cancel();
      break;
    case "destroy":
      await stack.destroy({ onEvent, onOutput, parallel });
      break;
  }
  return { kind: "done", state };
}

async function openStack({ stack, program, pulumi, folder, makesStack }: EngineRequest): Promise<Stack> {
  const source = {
    stackName: stack.stack,
    projectName,
    program: async () => ({ ...(await import(pathToFileURL(program).href)) }),
  };
  const workspace = {
    workDir: folder,
    pulumiCommand: await PulumiCommand.get(pulumi === undefined ? {} : { root: pulumi }),
    projectSettings: { name: projectName, runtime: "nodejs" as const },
    stackSettings: { [stack.stack]: await settings(stack, folder) },
    secretsProvider: "passphrase",
  };
  return makesStack
    ? LocalWorkspace.createOrSelectStack(source, workspace)
    : LocalWorkspace.selectStack(source, workspace);
}

/** Changes whenever the engine has written the state: it holds when that was, and what is under way. */
async function fingerprint(stack: Stack): Promise<string> {
  const { deployment } = await stack.exportStack();
  const parts = [at(deployment, "manifest", "time"), at(deployment, "pending_operations")];
  return createHash("sha256").update(JSON.stringify(parts)).digest("hex");
}

/** The stack settings: its configuration and, if already known, how its secrets are encrypted. */
async function settings({ stack, config }: EngineRequest["stack"], folder: string): Promise<object> {
  const earlier = await readFile(join(folder, `Pulumi.${stack}.yaml`), "utf8").catch(() => "");
  const known: Record<string, unknown> = parse(earlier) ?? {};
  // Key in the stack file -> key in the Automation API.
  const kept = { secretsprovider: "secretsProvider", encryptedkey: "encryptedKey", encryptionsalt: "encryptionSalt" };
  const encryption = Object.entries(kept).flatMap(([key, name]) => (key in known ? [[name, known[key]]] : []));
  const values = Object.entries(config).map(([key, text]): [string, unknown] => [key, JSON.parse(text)]);
  return { ...Object.fromEntries(encryption), config: Object.fromEntries(values) };
}

function send(message: EngineMessage, sent: () => void = () => undefined): void {
  // Nobody is there to be told where this process was left alone.
  if (process.connected) process.send?.(message, sent);
  else sent();
}

/** Exits explicitly, because the engine's inline server would keep the process alive for a while. */
function finish(message: EngineMessage): void {
  send(message, () => process.exit(0));
}
