// Process that runs the program once, for one site, on the real engine. See `deployment.ts`.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { type EngineEvent, LocalWorkspace, PulumiCommand, type Stack } from "@pulumi/pulumi/automation/index.js";
import { parse } from "yaml";
import { projectName } from "../../recorder/stackFile.ts";
import type { DeploymentMessage, DeploymentRequest } from "./deployment.ts";

process.once("message", (request: DeploymentRequest) => {
  run(request).then(
    (message) => finish(message),
    (error: unknown) => finish({ kind: "failed", message: error instanceof Error ? error.message : String(error) }),
  );
});

// Ctrl-C is meant for the engine: it finishes running operations, and until then needs this process.
process.on("SIGINT", () => undefined);

async function run(request: DeploymentRequest): Promise<DeploymentMessage> {
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
  switch (request.operation) {
    case "preview":
      await stack.preview({
        ...{ onEvent, onOutput, diff: true, parallel },
        ...(request.planFile === undefined ? {} : { plan: request.planFile }),
      });
      break;
    case "up":
      await stack.up({ onEvent, onOutput, refresh: request.refresh, parallel });
      break;
    case "refresh":
      await stack.refresh({ onEvent, onOutput, clearPendingCreates: true, parallel });
      break;
    case "destroy":
      await stack.destroy({ onEvent, onOutput, parallel });
      break;
  }
  return { kind: "done" };
}

async function openStack({ stack, program, pulumi, folder }: DeploymentRequest): Promise<Stack> {
  return LocalWorkspace.createOrSelectStack(
    {
      stackName: stack.stack,
      projectName,
      program: async () => ({ ...(await import(pathToFileURL(program).href)) }),
    },
    {
      workDir: folder,
      pulumiCommand: await PulumiCommand.get({ root: pulumi }),
      projectSettings: { name: projectName, runtime: "nodejs" },
      stackSettings: { [stack.stack]: await settings(stack, folder) },
      secretsProvider: "passphrase",
    },
  );
}

/** The stack settings: its configuration and, if already known, how its secrets are encrypted. */
async function settings({ stack, config }: DeploymentRequest["stack"], folder: string): Promise<object> {
  const earlier = await readFile(join(folder, `Pulumi.${stack}.yaml`), "utf8").catch(() => "");
  const known: Record<string, unknown> = parse(earlier) ?? {};
  // Key in the stack file -> key in the Automation API.
  const kept = { secretsprovider: "secretsProvider", encryptedkey: "encryptedKey", encryptionsalt: "encryptionSalt" };
  const encryption = Object.entries(kept).flatMap(([key, name]) => (key in known ? [[name, known[key]]] : []));
  const values = Object.entries(config).map(([key, text]): [string, unknown] => [key, JSON.parse(text)]);
  return { ...Object.fromEntries(encryption), config: Object.fromEntries(values) };
}

function send(message: DeploymentMessage, sent: () => void = () => undefined): void {
  process.send?.(message, sent);
}

/** Exits explicitly, because the engine's inline server would keep the process alive for a while. */
function finish(message: DeploymentMessage): void {
  send(message, () => process.exit(0));
}
