import { changesBetween, type Difference } from "../protocol/difference.ts";
import {
  type Changed,
  type ChangeOptions,
  type Checked,
  type EngineLog,
  type Found,
  type Known,
  NotReadyError,
  type Provider,
  type ProviderDefinition,
  type Subject,
} from "../protocol/provider.ts";
import {
  containsUnknown,
  isSame,
  type Marked,
  type Path,
  type Properties,
  textAt,
  withoutNulls,
} from "../protocol/values.ts";
import { deploymentTroubles } from "./await/deploymentTroubles.ts";
import { stepsOf } from "./await/steps.ts";
import { judgeSteps, waitForSteps, waitUntilGone } from "./await/wait.ts";
import { Cluster, ConnectionError } from "./cluster.ts";
import { importedInputs } from "./importedInputs.ts";
import { formatId, isAnnotated, type Kind, kindOf, type ObjectName, objectFailures, parseId } from "./kinds.ts";
import { isNotFound, Objects } from "./objects.ts";
import { previewOfChanged, previewOfNew, secretPaths, stateOf } from "./outputs.ts";
import { liveInputs } from "./projection.ts";
import { replaceRule, takesSameName } from "./replaceRules.ts";
import { loadKubeConfig, readSettings, type Settings, settingsDifference, settingsFailures } from "./settings.ts";

/** Seconds that an object may take to work or to go, where the program states no other. */
const defaultTimeoutSeconds = 600;

/** Stand-in for the official kubernetes provider, for the kinds that {@link kindOf} lists. */
export const kubernetes: ProviderDefinition = {
  name: "kubernetes",
  version: "4.34.2",
  open: (log) => new KubernetesProvider(log),
};

/** A configured connection to a cluster. */
interface Connection {
  readonly cluster: Cluster;
  readonly objects: Objects;
  readonly settings: Settings;
}

/**
 * Applies objects on the API server (server-side apply, strict validation) and waits until they work.
 *
 * Fields are taken over from other owners (`force`), unless the object's annotation `pulumi.com/patchForce` is "false":
 * a hand edit is then healed by the next update, and an object that a crashed update has made already is gone on with.
 * The official provider forces only on that annotation; its fields' owner is another in each resource.
 */
class KubernetesProvider implements Provider {
  readonly #log: EngineLog;
  readonly #cancelled = new AbortController();
  #connection: Connection | undefined;

  constructor(log: EngineLog) {
    this.#log = log;
  }

  checkConfig(inputs: Marked): Checked {
    return { inputs, failures: settingsFailures(inputs.value) };
  }

  diffConfig(olds: Properties, news: Properties): Difference {
    return settingsDifference(olds, news);
  }

  async configure(inputs: Properties): Promise<void> {
    const settings = readSettings(inputs);
    const config = loadKubeConfig(settings);
    const cluster = new Cluster(config);
    const namespace = settings.namespace ?? config.getContextObject(config.getCurrentContext())?.namespace ?? "default";
    this.#connection = { cluster, settings, objects: new Objects(cluster, this.#cancelled.signal, namespace) };
  }

  check({ type }: Subject, inputs: Marked): Checked {
    const kind = kindOf(type);
    const value = withoutNulls(inputs.value);
    return { inputs: { value, secrets: inputs.secrets }, failures: objectFailures(kind, value) };
  }

  diff({ type }: Subject, { inputs: old }: Known, inputs: Marked): Difference {
    const kind = kindOf(type);
    const { enableConfigMapMutable, enableSecretMutable } = this.#connected().settings;
    const mutability = { configMap: enableConfigMapMutable, secret: enableSecretMutable };
    return {
      changes: changesBetween(old.value, inputs.value, replaceRule(kind, old.value, mutability)),
      deleteBeforeReplace: takesSameName(old.value, inputs.value),
    };
  }

  async create(subject: Subject, inputs: Marked, options: ChangeOptions): Promise<Changed> {
    const kind = kindOf(subject.type);
    const { objects } = this.#connected();
    if (options.preview) {
      const { id, object } = await this.#dryRun(objects, kind, inputs.value, subject);
      return { id, outputs: marked(kind, previewOfNew(inputs.value, object), inputs.secrets) };
    }
    const name = await objects.nameOf(kind, inputs.value);
    const live = await this.#apply(subject, kind, name, inputs, options);
    return { id: formatId(name), outputs: marked(kind, stateOf(live), inputs.secrets) };
  }

  async update(subject: Subject, { outputs: old }: Known, inputs: Marked, options: ChangeOptions): Promise<Marked> {
    const kind = kindOf(subject.type);
    const { objects } = this.#connected();
    if (options.preview) {
      const { object } = await this.#dryRun(objects, kind, inputs.value, subject);
      const preview = object === undefined ? { ...old.value, ...inputs.value } : previewOfChanged(object);
      return marked(kind, preview, inputs.secrets);
    }
    const name = await objects.nameOf(kind, inputs.value);
    const live = await this.#apply(subject, kind, name, inputs, options);
    return marked(kind, stateOf(live), inputs.secrets);
  }

  async read({ type, urn }: Subject, known: Known): Promise<Found | undefined> {
    const kind = kindOf(type);
    const { objects } = this.#connected();
    const name = await this.#placeOf(objects, kind, known.id);
    const live = await objects.get(kind, name);
    if (live === undefined) return undefined;
    const isRefresh = Object.keys(known.inputs.value).length > 0;
    // A resource that the program only reads has a state, but no inputs.
    const isOthers = !isRefresh && Object.keys(known.outputs.value).length > 0;
    const inputs = isRefresh
      ? liveInputs(known.inputs.value, known.outputs.value, live)
      : isOthers
        ? {}
        : importedInputs(live);
    const secrets = [...known.inputs.secrets, ...known.outputs.secrets];
    const found: Found = {
      id: formatId(name),
      inputs: marked(kind, inputs, known.inputs.secrets),
      outputs: marked(kind, stateOf(live), secrets),
    };
    // Only in a refresh: whoever reads another's object asks what it is, not whether it works.
    if (isRefresh) await this.#mustBeReady(objects, kind, name, live, found, urn);
    return found;
  }

  async delete({ type, urn }: Subject, { id, inputs, outputs }: Known, options: ChangeOptions): Promise<void> {
    const kind = kindOf(type);
    const { objects } = this.#connected();
    const name = parseId(id);
    try {
      await objects.delete(kind, name);
      // Of any other kind, the official provider waits for the end all the same.
      if (["Namespace", "Deployment"].includes(kind.kind) && isAnnotated(inputs.value, "skipAwait")) return;
      await waitUntilGone(objects, kind, name, textAt(outputs.value, "metadata", "uid"), {
        timeoutSeconds: options.timeoutSeconds ?? defaultTimeoutSeconds,
        cancelled: this.#cancelled.signal,
        onStatus: (message) => this.#log.status(urn, `Waiting until ${describe(kind, name)} is gone: ${message}`),
      });
    } catch (error) {
      // With its kind, the object is gone too.
      if (!isNotFound(error)) throw inWords(`${describe(kind, name)} was not deleted`, error);
    }
  }

  async invoke(token: string): Promise<Marked> {
    throw new Error(
      `function "${token}" is not handled by the stand-in for the kubernetes provider; use the official provider`,
    );
  }

  cancel(): void {
    this.#cancelled.abort();
    this.#connection?.cluster.close();
  }

  #connected(): Connection {
    if (this.#connection === undefined)
      throw new Error("the kubernetes provider was not configured on this connection");
    return this.#connection;
  }

  /** An id without a namespace, typed to import an object of a kind that has them, means the default one. */
  async #placeOf(objects: Objects, kind: Kind, id: string): Promise<ObjectName> {
    const { name, namespace } = parseId(id);
    try {
      return await objects.nameOf(kind, { metadata: namespace === undefined ? { name } : { name, namespace } });
    } catch (error) {
      if (isNotFound(error)) return { name, namespace };
      throw error;
    }
  }

  /** What the API server would make of the inputs, or nothing where they are not all known or their place is not there yet. */
  async #dryRun(
    objects: Objects,
    kind: Kind,
    inputs: Properties,
    { urn }: Subject,
  ): Promise<{ id: string; object?: Properties }> {
    if (containsUnknown(inputs)) return { id: "" };
    try {
      const name = await objects.nameOf(kind, inputs);
      const { object, warnings } = await objects.apply(kind, inputs, { dryRun: true, force: takesOver(inputs) });
      for (const warning of warnings) this.#log.warn(urn, warning);
      return { id: formatId(name), object };
    } catch (error) {
      // Its namespace, or the definition of its kind, is made in the same update.
      if (isNotFound(error)) return { id: "" };
      throw inWords(`${kind.kind} ${textAt(inputs, "metadata", "name")} would be refused by the API server`, error);
    }
  }

  async #apply(
    { urn }: Subject,
    kind: Kind,
    name: ObjectName,
    inputs: Marked,
    { timeoutSeconds }: ChangeOptions,
  ): Promise<Properties> {
    const { objects } = this.#connected();
    let applied: Properties;
    try {
      const { object, warnings } = await objects.apply(kind, inputs.value, {
        dryRun: false,
        force: takesOver(inputs.value),
      });
      for (const warning of warnings) this.#log.warn(urn, warning);
      applied = object;
    } catch (error) {
      throw inWords(`${describe(kind, name)} was not applied`, error);
    }
    const steps = stepsOf(kind, name, applied);
    if (steps.length === 0) return applied;
    const readiness = await waitForSteps(objects, steps, name, {
      timeoutSeconds: timeoutSeconds ?? annotatedTimeout(inputs.value) ?? defaultTimeoutSeconds,
      cancelled: this.#cancelled.signal,
      onStatus: (message) => this.#log.status(urn, `Waiting for ${describe(kind, name)}: ${message}`),
    });
    const live = this.#cancelled.signal.aborted ? applied : ((await objects.get(kind, name)) ?? applied);
    if (readiness.ready) return live;
    const found: Found = { id: formatId(name), inputs, outputs: marked(kind, stateOf(live), inputs.secrets) };
    throw await this.#notReady(objects, kind, name, readiness.message, found, live);
  }

  async #mustBeReady(
    objects: Objects,
    kind: Kind,
    name: ObjectName,
    live: Properties,
    found: Found,
    urn: string,
  ): Promise<void> {
    const readiness = await judgeSteps(objects, stepsOf(kind, name, live), name, { kind, live });
    if (readiness.ready) return;
    this.#log.status(urn, `${describe(kind, name)} does not work: ${readiness.message}`);
    throw await this.#notReady(objects, kind, name, readiness.message, found, live);
  }

  async #notReady(
    objects: Objects,
    kind: Kind,
    name: ObjectName,
    message: string,
    found: Found,
    live: Properties,
  ): Promise<NotReadyError> {
    const troubles =
      kind.kind === "Deployment" && !this.#cancelled.signal.aborted ? await deploymentTroubles(objects, live) : [];
    const reasons = [message, ...troubles];
    return new NotReadyError(
      `${describe(kind, name)} is applied, but does not work:\n  ${reasons.join("\n  ")}`,
      found,
      reasons,
    );
  }
}

function marked(kind: Kind, value: Properties, secrets: readonly Path[]): Marked {
  const paths = secretPaths(kind, value, secrets);
  return {
    value,
    secrets: paths.filter((path, index) => !paths.slice(0, index).some((other) => isSame([...other], [...path]))),
  };
}

function takesOver(inputs: Properties): boolean {
  return textAt(inputs, "metadata", "annotations", "pulumi.com/patchForce") !== "false";
}

function annotatedTimeout(inputs: Properties): number | undefined {
  const seconds = Number(textAt(inputs, "metadata", "annotations", "pulumi.com/timeoutSeconds"));
  return seconds > 0 ? seconds : undefined;
}

function describe({ kind }: Kind, name: ObjectName): string {
  return `${kind} ${formatId(name)}`;
}

/** What the API server says, after what could not be done. A lost connection says enough by itself. */
function inWords(what: string, error: unknown): Error {
  if (error instanceof ConnectionError) return new Error(`${what}: ${error.message}`, { cause: error });
  return new Error(`${what}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
}
