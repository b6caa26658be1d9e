import { type EngineLog, type Found, NotReadyError, type Subject } from "../protocol/provider.ts";
import { containsUnknown, type Marked, type Properties, textAt } from "../protocol/values.ts";
import { deploymentTroubles } from "./await/deploymentTroubles.ts";
import { failed, type Readiness } from "./await/readiness.ts";
import { stepsOf } from "./await/steps.ts";
import { judgeSteps, waitForSteps } from "./await/wait.ts";
import { formatId, type Kind, type ObjectName } from "./kinds.ts";
import { isNotFound, type Objects } from "./objects.ts";
import { marked, stateOf } from "./outputs.ts";

/** Seconds to wait for an object to become ready or to be deleted, unless the program sets a timeout. */
export const defaultTimeoutSeconds = 600;

/** Result of a dry run; empty if no dry run was possible. */
interface Trial {
  /** Empty if no dry run was possible. */
  readonly id: string;
  readonly object?: Properties;
}

/**
 * Applies objects (server-side apply, strict validation) and waits until they are ready.
 *
 * Conflicting fields are taken over from other field managers (`force`), unless the object's annotation
 * `pulumi.com/patchForce` is "false". The next update therefore reverts manual edits, and continues with an object that
 * a crashed update left behind. The official provider uses force only with that annotation, and a different field
 * manager for each resource.
 */
export class Application {
  readonly #objects: Objects;
  readonly #log: EngineLog;
  readonly #cancelled: AbortSignal;

  constructor(objects: Objects, log: EngineLog, cancelled: AbortSignal) {
    this.#objects = objects;
    this.#log = log;
    this.#cancelled = cancelled;
  }

  /**
   * Sends a dry run to the API server. The result is empty if an input is unknown or the namespace or kind is missing.
   * @throws Error if the API server would reject the object.
   */
  async tryOut({ urn }: Subject, kind: Kind, inputs: Properties): Promise<Trial> {
    if (containsUnknown(inputs)) return { id: "" };
    try {
      const name = await this.#objects.nameOf(kind, inputs);
      const { object, warnings } = await this.#objects.apply(kind, inputs, { dryRun: true, force: takesOver(inputs) });
      for (const warning of warnings) this.#log.warn(urn, warning);
      return { id: formatId(name), object };
    } catch (error) {
      // The namespace, or the kind's definition, is created in the same update.
      if (isNotFound(error)) return { id: "" };
      throw inWords(`${kind.kind} ${textAt(inputs, "metadata", "name")} would be refused by the API server`, error);
    }
  }

  /**
   * Applies an object and waits until it is ready.
   * @returns the object at that point
   * @throws NotReadyError if it was applied but does not become ready.
   * @throws Error if it was not applied.
   */
  async apply(
    { urn }: Subject,
    kind: Kind,
    name: ObjectName,
    inputs: Marked,
    timeoutSeconds?: number,
  ): Promise<Properties> {
    let live: Properties;
    try {
      const options = { dryRun: false, force: takesOver(inputs.value) };
      const { object, warnings } = await this.#objects.apply(kind, inputs.value, options);
      for (const warning of warnings) this.#log.warn(urn, warning);
      live = object;
    } catch (error) {
      throw inWords(`${describe(kind, name)} was not applied`, error);
    }
    const steps = stepsOf(kind, name, live);
    if (steps.length === 0) return live;
    let readiness: Readiness;
    try {
      readiness = await waitForSteps(this.#objects, steps, name, {
        timeoutSeconds: timeoutSeconds ?? annotatedTimeout(inputs.value) ?? defaultTimeoutSeconds,
        cancelled: this.#cancelled,
        onStatus: (message) => this.#log.status(urn, `Waiting for ${describe(kind, name)}: ${message}`),
      });
      if (!this.#cancelled.aborted) live = (await this.#objects.get(kind, name)) ?? live;
    } catch (error) {
      // The object was applied, whatever happened afterwards, so it must be recorded in the state.
      readiness = failed(error instanceof Error ? error.message : String(error));
    }
    if (readiness.ready) return live;
    const found: Found = { id: formatId(name), inputs, outputs: marked(kind, stateOf(live), inputs.secrets) };
    throw await this.#notReady(kind, name, readiness.message, found, live);
  }

  /** @throws NotReadyError if an object that was read is not ready. */
  async mustWork({ urn }: Subject, kind: Kind, name: ObjectName, live: Properties, found: Found): Promise<void> {
    const readiness = await judgeSteps(this.#objects, stepsOf(kind, name, live), name, { kind, live });
    if (readiness.ready) return;
    this.#log.status(urn, `${describe(kind, name)} does not work: ${readiness.message}`);
    throw await this.#notReady(kind, name, readiness.message, found, live);
  }

  async #notReady(
    kind: Kind,
    name: ObjectName,
    message: string,
    found: Found,
    live: Properties,
  ): Promise<NotReadyError> {
    const troubles = kind.kind === "Deployment" ? await this.#troubles(live) : [];
    const reasons = [message, ...troubles];
    const text = `${describe(kind, name)} was applied but is not ready:\n  ${reasons.join("\n  ")}`;
    return new NotReadyError(text, found, reasons);
  }

  async #troubles(live: Properties): Promise<readonly string[]> {
    try {
      return await deploymentTroubles(this.#objects, live);
    } catch {
      // Cancelled or unreachable: the existing message already says so.
      return [];
    }
  }
}

/** An object's name in messages: `Deployment play/receipts`. */
export function describe({ kind }: Kind, name: ObjectName): string {
  return `${kind} ${formatId(name)}`;
}

/** An error that says what failed, followed by the API server's message. */
export function inWords(what: string, error: unknown): Error {
  return new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}

function takesOver(inputs: Properties): boolean {
  return textAt(inputs, "metadata", "annotations", "pulumi.com/patchForce") !== "false";
}

function annotatedTimeout(inputs: Properties): number | undefined {
  const seconds = Number(textAt(inputs, "metadata", "annotations", "pulumi.com/timeoutSeconds"));
  return seconds > 0 ? seconds : undefined;
}
