import * as pulumi from "@pulumi/pulumi";
import { Recorder } from "../../cli/internal/recorder.ts";
import type { PlainObject, Registration } from "../../cli/internal/registration.ts";

/** What a program registered. */
export interface Recorded {
  readonly registrations: readonly Registration[];
  /** URN -> outputs, for each component that registered them. */
  readonly outputs: ReadonlyMap<string, PlainObject>;
  /** The manifest of the only Kubernetes object of a kind, or of that name. Throws where there is none, or several. */
  manifest(kind: string, name?: string): PlainObject;
}

/** UID that the recorded cluster answers with. */
export const clusterIdentity = "6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a11";

/** Runs a piece of program with the recorder in the engine's place, as `render` does. */
export async function record(program: () => unknown, config: Record<string, string> = {}): Promise<Recorded> {
  const registrations: Registration[] = [];
  const outputs = new Map<string, PlainObject>();
  const recorder = new Recorder("gemelos", "dc1", {
    onRegistration: (registration) => registrations.push(registration),
    onOutputs: (urn, value) => outputs.set(urn, value),
    readState: (_type, id) => (id === "kube-system" ? { metadata: { name: id, uid: clusterIdentity } } : undefined),
  });
  recorder.install(config);
  await pulumi.runtime.runInPulumiStack(async () => program());
  await pulumi.runtime.disconnect();
  return { registrations, outputs, manifest: (kind, name) => manifestOf(registrations, kind, name) };
}

function manifestOf(registrations: readonly Registration[], kind: string, name?: string): PlainObject {
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
