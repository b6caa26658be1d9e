import type { Difference } from "./difference.ts";
import type { Marked, Properties } from "./values.ts";

/** What the engine says of the resource that a call is about. */
export interface Subject {
  /** `kubernetes:apps/v1:Deployment` */
  readonly type: string;
  readonly urn: string;
}

/** Inputs that are checked, and what is wrong with them. */
export interface Checked {
  readonly inputs: Marked;
  readonly failures: readonly Failure[];
}

/** One thing that is wrong, with the path of the input. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** A resource as it stands after a change. */
export interface Changed {
  readonly id: string;
  readonly outputs: Marked;
}

/** A resource as it was found. */
export interface Found extends Changed {
  readonly inputs: Marked;
}

/** What a change may take. */
export interface ChangeOptions {
  /** Whether the change is only to be shown. */
  readonly preview: boolean;
  /** Seconds that the resource may take, where its `customTimeouts` say so. */
  readonly timeoutSeconds: number | undefined;
}

/** A resource of the engine's state. */
export interface Known {
  readonly id: string;
  readonly inputs: Marked;
  readonly outputs: Marked;
}

/** What a provider plugin does, in plain values. One instance serves one connection of an engine. */
export interface Provider {
  /** Says what is wrong with the provider's own configuration. */
  checkConfig(inputs: Marked): Checked;
  /** Says what a change of the provider's own configuration means for its resources. */
  diffConfig(olds: Properties, news: Properties): Difference;
  /** Takes the configuration. @throws Error where it cannot be used. */
  configure(inputs: Properties): Promise<void>;
  /** Says what is wrong with a resource's inputs and fills in their defaults. */
  check(subject: Subject, inputs: Marked, oldInputs: Marked): Checked;
  /** Compares a resource's state with new inputs. */
  diff(subject: Subject, known: Known, inputs: Marked): Difference;
  /** Makes a resource. @throws NotReadyError where it was made and does not work. */
  create(subject: Subject, inputs: Marked, options: ChangeOptions): Promise<Changed>;
  /** Reads a resource: `known` is its state in a refresh, and has neither inputs nor outputs in an import. */
  read(subject: Subject, known: Known): Promise<Found | undefined>;
  /** Changes a resource. @throws NotReadyError where it was changed and does not work. */
  update(subject: Subject, known: Known, inputs: Marked, options: ChangeOptions): Promise<Marked>;
  /** Removes a resource; one that is gone already is no error. */
  delete(subject: Subject, known: Known, options: ChangeOptions): Promise<void>;
  /** Calls a function of the provider. */
  invoke(token: string, args: Properties): Promise<Marked>;
  /** Ends what is going on. */
  cancel(): void;
}

/** A provider that can be served. */
export interface ProviderDefinition {
  /** Package name, as in `PULUMI_DEBUG_PROVIDERS`. */
  readonly name: string;
  /** Version of the SDK whose resources it takes. */
  readonly version: string;
  /** Makes an instance for one connection. */
  open(log: EngineLog): Provider;
}

/** Messages to the engine, which shows them beside the resource. */
export interface EngineLog {
  /** What a resource is waiting for; the next status takes its place. */
  status(urn: string, message: string): void;
  /** What a person should see although nothing failed. */
  warn(urn: string, message: string): void;
}

/** The resource exists and is recorded in the state, but does not work yet; the next update goes on from there. */
export class NotReadyError extends Error {
  override readonly name = "NotReadyError";
  readonly found: Found;
  readonly reasons: readonly string[];

  constructor(message: string, found: Found, reasons: readonly string[]) {
    super(message);
    this.found = found;
    this.reasons = reasons;
  }
}
