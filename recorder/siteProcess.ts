// Process that runs the program once, for one site, with a recording monitor in place of the engine. See `siteRun.ts`.
import { once } from "node:events";
import { closeSync, openSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { giveUpCompileCache, processFailure } from "./insideConfinement.ts";
import { existingState } from "./offlineReads.ts";
import { readPlainServices } from "./plainServices.ts";
import type { PlainObject } from "./registeredResource.ts";
import type { SiteManifest, SiteManifests, SiteRunRequest, SiteRunResult } from "./siteRun.ts";

giveUpCompileCache();

/** Manifests per message: each message costs a system call on both sides, and each queued manifest costs memory. */
const batch = 32;

process.once("message", (request: SiteRunRequest) => {
  run(request).then(finish, fail);
});
// An error inside `apply` rejects a promise that nothing awaits.
process.on("unhandledRejection", fail);
process.on("uncaughtException", fail);

async function run({ project, stack, config, folder, manifests }: SiteRunRequest): Promise<SiteRunResult> {
  const [pulumi, { RecordingMonitor }, { isManifest, withoutSecretData }] = await Promise.all([
    import("@pulumi/pulumi"),
    import("./monitor.ts"),
    import("./manifestFile.ts"),
  ]);
  const records: { urn: string; json: string }[] = [];
  const outputs = new Map<string, PlainObject>();
  const pending: SiteManifest[] = [];
  const sendPending = () => {
    if (pending.length > 0) send({ kind: "manifests", manifests: pending.splice(0) });
  };
  let objects = 0;

  const recorder = new RecordingMonitor(project, stack, {
    onRegistration: (recorded) => {
      const registration = { ...recorded, inputs: withoutSecretData(recorded.inputs) };
      records.push({ urn: registration.urn, json: JSON.stringify(registration) });
      if (!isManifest(registration)) return;
      objects += 1;
      if (manifests) pending.push({ name: registration.name, manifest: registration.inputs });
      if (pending.length === batch) sendPending();
    },
    onOutputs: (urn, value) => outputs.set(urn, value),
    readState: (type, id) => existingState(config, type, id),
  });
  recorder.install(config);
  await pulumi.runtime.runInPulumiStack(() => import("../index.ts"));
  await idle();
  sendPending();

  const refusal = writeResources(folder, records, outputs);
  if (refusal !== undefined) return refusal;
  return { kind: "done", objects, resources: records.length, ...(await readPlainServices()) };
}

/** Waits until the event loop is empty: `apply` registers resources even after the program itself has finished. */
async function idle(): Promise<void> {
  process.channel?.unref();
  await once(process, "beforeExit");
  process.channel?.ref();
}

/** Returns what the system refused, such as a full disk. */
function writeResources(
  folder: string,
  records: { urn: string; json: string }[],
  outputs: ReadonlyMap<string, PlainObject>,
): SiteRunResult | undefined {
  let file: number | undefined;
  try {
    file = openSync(join(folder, "resources.json"), "w");
    records.sort((a, b) => (a.urn < b.urn ? -1 : 1));
    // Written line by line: the whole text at once would dominate this process's peak memory.
    for (const [index, { urn, json }] of records.entries()) {
      const registered = outputs.get(urn);
      const line = registered === undefined ? json : `${json.slice(0, -1)},"outputs":${JSON.stringify(registered)}}`;
      writeFileSync(file, `${index === 0 ? "[" : ","}\n${line}`);
    }
    writeFileSync(file, "\n]\n");
    return undefined;
  } catch (error) {
    if (!(error instanceof Error && "code" in error && "syscall" in error)) throw error;
    return { kind: "refused", code: String(error.code), syscall: String(error.syscall) };
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

function send(message: SiteManifests | SiteRunResult, sent: () => void = () => undefined): void {
  process.send?.(message, sent);
}

function finish(result: SiteRunResult): void {
  send(result, () => process.disconnect());
}

function fail(error: unknown): void {
  send(processFailure(error), () => process.exit(1));
}
