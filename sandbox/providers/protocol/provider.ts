import type { Difference } from "./difference.ts";
import type { Marked, Properties } from "./values.ts";

/** The resource that a call refers to. */
export interface Subject {
  /** Type token: `kubernetes:apps/v1:Deployment`. */
  readonly type: string;
  readonly urn: string;
}

/** Checked inputs, and the errors in them. */
export interface Checked {
  readonly inputs: Marked;
  readonly failures: readonly Failure[];
}

/** One validation error, with the path of the input. */
export interface Failure {
  readonly property: string;
  readonly reason: string;
}

/** A resource after a change. */
export interface Changed {
  readonly id: string;
  readonly outputs: Marked;
}

/** A resource as read from the real system. */
export interface Found extends Changed {
  readonly inputs: Marked;
}

/** Options for a change. */
export interface ChangeOptions {
  /** Whether this is a preview, which must not change anything. */
  readonly preview: boolean;
}

/** A resource as recorded in the engine's state. */
export interface Known {
  readonly id: string;
  readonly inputs: Marked;
  readonly outputs: Marked;
}

/** A provider plugin in terms of plain values. Each engine connection has its own instance. */
export interface Provider {
  /** Validates the provider's own configuration. */
  checkConfig(inputs: Marked): Checked;
  /** Decides what a change in the provider's own configuration means for its resources. */
  diffConfig(olds: Properties, news: Properties): Difference;
  /**
   * Applies the provider's configuration.
   * @throws Error if the configuration is unusable.
   */
  configure(inputs: Properties): Promise<void>;
  /** Validates a resource's inputs and fills in defaults. */
  check(subject: Subject, inputs: Marked, oldInputs: Marked): Checked;
  /** Compares a resource's state with its new inputs. */
  diff(subject: Subject, known: Known, inputs: Marked): Difference;
  /** Creates a resource. */
  create(subject: Subject, inputs: Marked, options: ChangeOptions): Promise<Changed>;
  /** Reads a resource. In a refresh `known` is its state; in an import `known` has neither inputs nor outputs. */
  read(subject: Subject, known: Known): Promise<Found | undefined>;
  /** Updates a resource. */
  update(subject: Subject, known: Known, inputs: Marked, options: ChangeOptions): Promise<Marked>;
  /** Deletes a resource; it is not an error if it no longer exists. */
  delete(subject: Subject, known: Known, options: ChangeOptions): Promise<void>;
  /** Calls a provider function. */
  invoke(token: string, args: Properties): Promise<Marked>;
  /** Cancels running operations. */
  cancel(): void;
}

/** A provider that can be served. */
export interface ProviderDefinition {
  /** Package name, as in `PULUMI_DEBUG_PROVIDERS`. */
  readonly name: string;
  /** Version of the SDK whose resources the provider supports. */
  readonly version: string;
  /** Creates an instance for one connection. */
  open(): Provider;
}
