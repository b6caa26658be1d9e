import { setImmediate } from "node:timers/promises";
import * as pulumi from "@pulumi/pulumi";
import { RecordingMonitor } from "../../recorder/monitor.ts";
import { answeredCall, existingState } from "../../recorder/offlineReads.ts";
import type { Plain, PlainObject, RegisteredResource } from "../../recorder/registeredResource.ts";

/** What a program registered. */
export interface Recorded {
  readonly registrations: readonly RegisteredResource[];
  /** URN -> outputs, for each component that registered them. */
  readonly outputs: ReadonlyMap<string, PlainObject>;
  /** The manifest of the only Kubernetes object of a kind, or of that name. Throws where there is none, or several. */
  manifest(kind: string, name?: string): PlainObject;
  /** Names of the resources that must be there before the named one, however far down the chain. */
  awaitedBy(name: string): Set<string>;
}

/** How the recorder is set up; everything has a default. */
export interface RecordOptions {
  /** The stack's configuration. */
  readonly config?: Readonly<Record<string, string>>;
  /** UID that the cluster answers with. */
  readonly uid?: string;
  /** Whether answers tell nothing but a URN: every output is unknown. */
  readonly silent?: boolean;
  /** What the cluster answers. Default: it is ready. */
  readonly readState?: typeof existingState;
  /** What provider functions answer. Default: every supplied secret has its value. */
  readonly call?: (token: string, args: PlainObject) => PlainObject | undefined;
}

/** The configuration that says what the cluster's UID is. */
function siteOf(clusterUid: string): Record<string, string> {
  return { "gemelos:site": JSON.stringify({ kubernetes: { clusterUid } }) };
}

function mapValues(object: PlainObject, change: () => Plain): PlainObject {
  return Object.fromEntries(Object.keys(object).map((key) => [key, change()]));
}

/** UID that the recorded cluster answers with. */
export const clusterUid = "6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a11";

class SilentRecorder extends RecordingMonitor {
  override registerResource(...[request, callback]: Parameters<RecordingMonitor["registerResource"]>): void {
    super.registerResource(request, (error, response) =>
      callback(
        error,
        typeof response === "object" && response !== null ? { ...response, getObject: () => undefined } : response,
      ),
    );
  }
}

/** Runs a piece of program with the recorder in the engine's place, as `render` does. */
export async function record(program: () => unknown, options: RecordOptions = {}): Promise<Recorded> {
  const { config = {}, silent = false, uid = clusterUid } = options;
  const registrations: RegisteredResource[] = [];
  const outputs = new Map<string, PlainObject>();
  const recorder = new (silent ? SilentRecorder : RecordingMonitor)("gemelos", "dc1", {
    onRegistration: (registration) => registrations.push(registration),
    onOutputs: (urn, value) => outputs.set(urn, value),
    readState: (type, id) => {
      const state = (options.readState ?? existingState)(siteOf(uid), type, id);
      return state === undefined || !silent ? state : mapValues(state, () => pulumi.runtime.unknownValue);
    },
    call: options.call ?? answeredCall,
  });
  recorder.install(config);
  await pulumi.runtime.runInPulumiStack(async () => program());
  await settled(() => registrations.length + outputs.size);
  return {
    registrations,
    outputs,
    manifest: (kind, name) => manifestOf(registrations, kind, name),
    awaitedBy: (name) => awaitedBy(registrations, name),
  };
}

/** Waits until nothing is registered any more: what apply makes is registered after the program itself has ended. */
async function settled(count: () => number): Promise<void> {
  for (let before = -1; before !== count(); ) {
    before = count();
    await pulumi.runtime.disconnect();
    await setImmediate();
  }
}

function manifestOf(registrations: readonly RegisteredResource[], kind: string, name?: string): PlainObject {
  const found = registrations.filter(({ inputs }) => {
    const metadata = inputs["metadata"];
    const actual =
      typeof metadata === "object" && metadata !== null && "name" in metadata ? metadata["name"] : undefined;
    return inputs["kind"] === kind && (name === undefined || actual === name);
  });
  const [only] = found;
  if (only === undefined || found.length > 1) throw new Error(`${found.length} objects of kind ${kind} ${name ?? ""}`);
  return only.inputs;
}

function awaitedBy(registrations: readonly RegisteredResource[], name: string): Set<string> {
  const direct = new Map(registrations.map(({ urn, dependencies }) => [urn, dependencies]));
  const walk = (urn: string): string[] => (direct.get(urn) ?? []).flatMap((each) => [each, ...walk(each)]);
  const urns = registrations.filter((each) => each.name === name).flatMap(({ urn }) => walk(urn));
  return new Set(urns.map((urn) => urn.split("::").at(-1) ?? urn));
}

/** What somebody asked of a provider to make: no component, no provider, nothing that is only read. */
export function managed({ registrations }: Recorded): RegisteredResource[] {
  return registrations.filter(
    ({ custom, type, read }) => custom && read === undefined && !type.startsWith("pulumi:providers:"),
  );
}
