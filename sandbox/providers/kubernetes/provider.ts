import { changesBetween, type Difference } from "../protocol/difference.ts";
import type {
  Changed,
  ChangeOptions,
  Checked,
  EngineLog,
  Found,
  Known,
  Provider,
  ProviderDefinition,
  Subject,
} from "../protocol/provider.ts";
import { type Marked, type Properties, textAt, withoutNulls } from "../protocol/values.ts";
import { Application, defaultTimeoutSeconds, describe, inWords } from "./application.ts";
import { waitUntilGone } from "./await/wait.ts";
import { Cluster } from "./cluster.ts";
import { importedInputs } from "./importedInputs.ts";
import { formatId, isAnnotated, type Kind, kindOf, type ObjectName, objectFailures, parseId } from "./kinds.ts";
import { isNotFound, Objects } from "./objects.ts";
import { marked, previewOfChanged, previewOfNew, stateOf } from "./outputs.ts";
import { liveInputs } from "./projection.ts";
import { replaceRule, takesSameName } from "./replaceRules.ts";
import { loadKubeConfig, readSettings, type Settings, settingsDifference, settingsFailures } from "./settings.ts";

/** Stand-in for the official kubernetes provider, for the kinds that {@link kindOf} accepts. */
export const kubernetes: ProviderDefinition = {
  name: "kubernetes",
  version: "4.34.2",
  open: (log) => new KubernetesProvider(log),
};

/** A configured connection to a cluster. */
interface Connection {
  readonly cluster: Cluster;
  readonly objects: Objects;
  readonly application: Application;
  readonly settings: Settings;
}

/** Applies objects to the API server (see {@link Application}) and compares its contents with what was applied. */
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
    const objects = new Objects(cluster, this.#cancelled.signal, namespace);
    const application = new Application(objects, this.#log, this.#cancelled.signal);
    this.#connection = { cluster, settings, objects, application };
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
    const { objects, application } = this.#connected();
    if (options.preview) {
      const { id, object } = await application.tryOut(subject, kind, inputs.value);
      return { id, outputs: marked(kind, previewOfNew(inputs.value, object), inputs.secrets) };
    }
    const name = await objects.nameOf(kind, inputs.value);
    const live = await application.apply(subject, kind, name, inputs, options.timeoutSeconds);
    return { id: formatId(name), outputs: marked(kind, stateOf(live), inputs.secrets) };
  }

  async update(subject: Subject, { outputs: old }: Known, inputs: Marked, options: ChangeOptions): Promise<Marked> {
    const kind = kindOf(subject.type);
    const { objects, application } = this.#connected();
    if (options.preview) {
      const { object } = await application.tryOut(subject, kind, inputs.value);
      const preview = object === undefined ? { ...old.value, ...inputs.value } : previewOfChanged(object);
      return marked(kind, preview, inputs.secrets);
    }
    const name = await objects.nameOf(kind, inputs.value);
    const live = await application.apply(subject, kind, name, inputs, options.timeoutSeconds);
    return marked(kind, stateOf(live), inputs.secrets);
  }

  async read(subject: Subject, known: Known): Promise<Found | undefined> {
    const kind = kindOf(subject.type);
    const { objects, application } = this.#connected();
    const name = await this.#placeOf(objects, kind, known.id);
    const live = await objects.get(kind, name);
    if (live === undefined) return undefined;
    const isRefresh = Object.keys(known.inputs.value).length > 0;
    // A resource that the program only reads has outputs in the state, but no inputs.
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
    // Only in a refresh: a program that reads someone else's object does not require it to be ready.
    if (isRefresh) await application.mustWork(subject, kind, name, live, found);
    return found;
  }

  async delete({ type, urn }: Subject, { id, inputs, outputs }: Known, options: ChangeOptions): Promise<void> {
    const kind = kindOf(type);
    const { objects } = this.#connected();
    const name = parseId(id);
    try {
      await objects.delete(kind, name);
      // For all other kinds, the official provider waits for the deletion regardless of the annotation.
      if (["Namespace", "Deployment"].includes(kind.kind) && isAnnotated(inputs.value, "skipAwait")) return;
      await waitUntilGone(objects, kind, name, textAt(outputs.value, "metadata", "uid"), {
        timeoutSeconds: options.timeoutSeconds ?? defaultTimeoutSeconds,
        cancelled: this.#cancelled.signal,
        onStatus: (message) => this.#log.status(urn, `Waiting until ${describe(kind, name)} is gone: ${message}`),
      });
    } catch (error) {
      // If the kind no longer exists, neither does the object.
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

  /** Parses an ID. An import ID without a namespace, for a namespaced kind, refers to the default namespace. */
  async #placeOf(objects: Objects, kind: Kind, id: string): Promise<ObjectName> {
    const { name, namespace } = parseId(id);
    try {
      return await objects.nameOf(kind, { metadata: namespace === undefined ? { name } : { name, namespace } });
    } catch (error) {
      if (isNotFound(error)) return { name, namespace };
      throw error;
    }
  }
}
