import * as pulumi from "@pulumi/pulumi";
import resourceProto from "@pulumi/pulumi/proto/resource_pb.js";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import {
  isObject,
  type Plain,
  type PlainObject,
  type RegisteredResource,
  secretMark,
  unknownMark,
} from "./registeredResource.ts";

const { DeploymentInfo, ResourceMonitorFeature: feature } = resourceProto;

/** Callback of the SDK's gRPC client. */
type Callback = (error: Error | null, response: unknown) => void;

/** A message that carries properties. Of the SDK's protobuf Struct, only this method is used. */
interface PropertyMessage {
  toJavaScript(): PlainObject;
}

/** Callbacks and offline answers that a RecordingMonitor needs. */
export interface RecordingMonitorOptions {
  /** Called once for each registered resource, in registration order. The monitor keeps no copy. */
  readonly onRegistration: (registration: RegisteredResource) => void;
  /** Called when a component registers its outputs. */
  readonly onOutputs: (urn: string, outputs: PlainObject) => void;
  /** State of an existing object that the program reads, or undefined if it does not exist. */
  readonly readState: (type: string, id: string) => PlainObject | undefined;
}

/**
 * A resource monitor that records. It replaces the engine behind the SDK (`pulumi.runtime.setMockOptions`), so the
 * program runs unchanged, as in a preview of a stack that does not exist yet. Unlike mocks, it sees everything that the
 * engine would see of each resource, including its parent, provider, dependencies and options.
 *
 * It answers with the inputs as they were received, without converting them a second time.
 */
export class RecordingMonitor {
  readonly #options: RecordingMonitorOptions;
  readonly #stack: string;
  readonly #project: string;
  readonly #urns = new Set<string>();

  constructor(project: string, stack: string, options: RecordingMonitorOptions) {
    this.#project = project;
    this.#stack = stack;
    this.#options = options;
  }

  /**
   * Installs the monitor for the program that is imported next, with the stack's configuration and `gemelos:offline`, by
   * which the program knows that it must ask no Vault.
   */
  install(config: Readonly<Record<string, string>>): void {
    keepPlainStructs();
    if (Error.stackTraceLimit === 0) keepStackTracesOff();
    pulumi.runtime.setMockOptions(this, this.#project, this.#stack, true);
    pulumi.runtime.setAllConfig({ ...config, "gemelos:offline": "true" });
  }

  registerResource(request: resourceProto.RegisterResourceRequest, callback: Callback): void {
    answer(callback, () => {
      const urn = this.#newUrn(request.getParent(), request.getType(), request.getName());
      const message = propertiesOf(request.getObject());
      const { value: inputs, secrets } = reveal(message);
      this.#options.onRegistration({
        urn,
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        custom: request.getCustom(),
        provider: request.getProvider(),
        dependencies: request.getDependenciesList().toSorted(),
        options: statedOptions(request),
        inputs,
        secrets,
      });
      return registered(urn, request.getCustom() ? unknownId(request) : "", message);
    });
  }

  readResource(request: resourceProto.ReadResourceRequest, callback: Callback): void {
    answer(callback, () => {
      const urn = this.#newUrn(request.getParent(), request.getType(), request.getName());
      const state = this.#options.readState(request.getType(), request.getId());
      if (state === undefined) throw new Error(`${request.getType()} "${request.getId()}" does not exist`);
      this.#options.onRegistration({
        urn,
        type: request.getType(),
        name: request.getName(),
        parent: request.getParent(),
        custom: true,
        read: request.getId(),
        provider: request.getProvider(),
        dependencies: request.getDependenciesList().toSorted(),
        options: {},
        inputs: reveal(propertiesOf(request.getProperties())).value,
        secrets: [],
      });
      return { getUrn: () => urn, getProperties: () => ({ toJavaScript: () => state }) };
    });
  }

  registerResourceOutputs(request: resourceProto.RegisterResourceOutputsRequest, callback: Callback): void {
    answer(callback, () => {
      this.#options.onOutputs(request.getUrn(), reveal(propertiesOf(request.getOutputs())).value);
      return {};
    });
  }

  getDeploymentInfo(_request: unknown, callback: Callback): void {
    answer(callback, () => {
      const info = new DeploymentInfo();
      info.setSupportedfeaturesList([
        feature.RESOURCE_MONITOR_FEATURE_SECRETS,
        feature.RESOURCE_MONITOR_FEATURE_RESOURCE_REFERENCES,
        feature.RESOURCE_MONITOR_FEATURE_ALIAS_SPECS,
        feature.RESOURCE_MONITOR_FEATURE_DELETED_WITH,
      ]);
      return info;
    });
  }

  supportsFeature(_request: unknown, callback: Callback): void {
    answer(callback, () => ({ getHassupport: () => false }));
  }

  /** Provider functions need a provider, and a made-up result would look real in the output. */
  invoke(request: resourceProto.ResourceInvokeRequest, callback: Callback): void {
    answer(callback, () => {
      const reason = "which cannot be answered offline";
      throw new Error(`the program calls the provider function ${request.getTok()}, ${reason}`);
    });
  }

  #newUrn(parent: string, type: string, name: string): string {
    const parentType = parent.split("::")[2];
    const qualified = parentType === undefined || parentType === "pulumi:pulumi:Stack" ? type : `${parentType}$${type}`;
    const urn = `urn:pulumi:${this.#stack}::${this.#project}::${qualified}::${name}`;
    if (this.#urns.has(urn)) throw new Error(`two resources have the URN ${urn}; give one of them another name`);
    this.#urns.add(urn);
    return urn;
  }
}

/**
 * Passes properties from the SDK to the monitor as plain objects. They never cross a wire here, and converting each
 * value to a protobuf message and back would take a quarter of the total time.
 */
function keepPlainStructs(): void {
  const plainStruct = (properties: PlainObject) =>
    Object.assign(new structProto.Struct(), { toJavaScript: () => properties });
  Object.assign(structProto.Struct, { fromJavaScript: plainStruct });
}

/**
 * Keeps stack traces off under `--stack-trace-limit=0`: the SDK raises the limit for each resource to find the line
 * that registered it. V8 captures no trace if the limit is an accessor instead of a plain number.
 */
function keepStackTracesOff(): void {
  Object.defineProperty(Error, "stackTraceLimit", { get: () => 0, set: () => undefined, configurable: true });
}

function answer(callback: Callback, respond: () => unknown): void {
  try {
    callback(null, respond());
  } catch (error) {
    const failure = error instanceof Error ? error : new Error(String(error));
    // For a failed call, the SDK prints `details`, as found on a gRPC error.
    callback(Object.assign(failure, { details: failure.message }), undefined);
  }
}

/** The ID of a resource that does not exist yet is unknown. Only providers need one, for references to them. */
function unknownId(request: resourceProto.RegisterResourceRequest): string {
  return request.getType().startsWith("pulumi:providers:") ? pulumi.runtime.unknownValue : "";
}

function registered(urn: string, id: string, state: PlainObject): unknown {
  return {
    getUrn: () => urn,
    getId: () => id,
    getObject: () => ({ toJavaScript: () => state }),
    getPropertydependenciesMap: () => undefined,
    getResult: () => 0,
    getUnknown: () => false,
  };
}

/** Properties of a message. The SDK declares them as protobuf's own untyped Struct. */
function propertiesOf(message: PropertyMessage | undefined): PlainObject {
  return message?.toJavaScript() ?? {};
}

function statedOptions(request: resourceProto.RegisterResourceRequest): PlainObject {
  const timeouts = request.getCustomtimeouts();
  const customTimeouts = stated({
    create: timeouts?.getCreate() || undefined,
    update: timeouts?.getUpdate() || undefined,
    delete: timeouts?.getDelete() || undefined,
  });
  return stated({
    protect: request.getProtect() || undefined,
    retainOnDelete: request.getRetainondelete() || undefined,
    deleteBeforeReplace: request.getDeletebeforereplace() || undefined,
    import: request.getImportid() || undefined,
    ignoreChanges: nonEmpty(request.getIgnorechangesList()),
    replaceOnChanges: nonEmpty(request.getReplaceonchangesList()),
    additionalSecretOutputs: nonEmpty(request.getAdditionalsecretoutputsList()),
    aliases: nonEmpty(request.getAliasesList().map((alias) => JSON.stringify(alias.toObject()))),
    deletedWith: request.getDeletedwith() || undefined,
    customTimeouts: Object.keys(customTimeouts).length === 0 ? undefined : customTimeouts,
    version: request.getVersion() || undefined,
  });
}

function stated(options: Readonly<Record<string, Plain | undefined>>): PlainObject {
  return Object.fromEntries(
    Object.entries(options).flatMap(([key, value]) => (value === undefined ? [] : [[key, value]])),
  );
}

function nonEmpty<Value>(list: readonly Value[]): readonly Value[] | undefined {
  return list.length === 0 ? undefined : list;
}

/**
 * Converts what the SDK sends to plain values, with marks for secrets and unknown values, and lists the secrets' paths.
 */
function reveal(properties: PlainObject): { value: PlainObject; secrets: string[] } {
  const secrets: string[] = [];
  const walk = (value: Plain, path: string): Plain => {
    if (value === pulumi.runtime.unknownValue) return unknownMark;
    if (Array.isArray(value)) return value.map((item, index) => walk(item, `${path}[${index}]`));
    if (!isObject(value)) return value;
    if (value[pulumi.runtime.specialSigKey] === pulumi.runtime.specialSecretSig) {
      secrets.push(path);
      return secretMark;
    }
    return mapObject(value, path, walk);
  };
  return { value: mapObject(properties, "", walk), secrets };
}

function mapObject(value: PlainObject, path: string, walk: (value: Plain, path: string) => Plain): PlainObject {
  const result: Record<string, Plain> = {};
  // Sorted, as a protobuf Struct would return them.
  for (const key of Object.keys(value).sort()) {
    const inner = value[key];
    if (inner !== undefined) result[key] = walk(inner, path === "" ? key : `${path}.${key}`);
  }
  return result;
}
