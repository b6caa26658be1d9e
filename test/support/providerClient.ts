import { credentials, type ServiceError } from "@grpc/grpc-js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import type { ProviderDefinition } from "../../sandbox/providers/protocol/provider.ts";
import { type ServedProvider, serve } from "../../sandbox/providers/protocol/server.ts";
import { decode, encode } from "../../sandbox/providers/protocol/structs.ts";
import type { Marked, Path, Properties } from "../../sandbox/providers/protocol/values.ts";

/** A resource as an engine keeps it. */
export interface Resource {
  readonly id: string;
  readonly inputs: Marked;
  readonly outputs: Marked;
}

/** A provider that is spoken to as an engine does: over the wire. */
export class ProviderClient {
  readonly #client: providerServices.ResourceProviderClient;
  readonly #served: ServedProvider | undefined;

  /** A connection to a provider that listens on a port. */
  constructor(port: number, served?: ServedProvider) {
    this.#client = new providerServices.ResourceProviderClient(`127.0.0.1:${port}`, credentials.createInsecure(), {
      // Two clients of one test are two engines.
      "grpc.use_local_subchannel_pool": 1,
    });
    this.#served = served;
  }

  /** Serves a provider and connects to it. */
  static async start(definition: ProviderDefinition): Promise<ProviderClient> {
    const served = await serve(definition);
    return new ProviderClient(served.port, served);
  }

  /** The port on which it is served, for another connection. */
  get port(): number {
    return this.#served?.port ?? 0;
  }

  close(): void {
    this.#client.close();
    this.#served?.close();
  }

  /** What is wrong with the configuration, `property: reason`; none is configured then. */
  async configure(inputs: Properties): Promise<string[]> {
    const request = new providerProto.CheckRequest().setNews(encode(plain(inputs)));
    const failures = failuresOf(
      await call<providerProto.CheckResponse>((done) => this.#client.checkConfig(request, done)),
    );
    if (failures.length > 0) return failures;
    const configuration = new providerProto.ConfigureRequest().setArgs(encode(plain(inputs))).setAcceptsecrets(true);
    await call((done) => this.#client.configure(configuration, done));
    return [];
  }

  async check(
    type: string,
    inputs: Properties,
    secrets: readonly Path[] = [],
  ): Promise<{ inputs: Marked; failures: string[] }> {
    const request = new providerProto.CheckRequest()
      .setUrn(urnOf(type))
      .setType(type)
      .setNews(encode({ value: inputs, secrets }));
    const response = await call<providerProto.CheckResponse>((done) => this.#client.check(request, done));
    return { inputs: decode(response.getInputs()), failures: failuresOf(response) };
  }

  /** Checks and creates; in a preview nothing is made. @throws Error with what is wrong with the inputs */
  async create(
    type: string,
    inputs: Properties,
    options: { preview?: boolean; timeout?: number; secrets?: Path[] } = {},
  ): Promise<Resource> {
    const { inputs: checked, failures } = await this.check(type, inputs, options.secrets);
    if (failures.length > 0) throw new Error(failures.join("\n"));
    const request = new providerProto.CreateRequest()
      .setUrn(urnOf(type))
      .setType(type)
      .setProperties(encode(checked))
      .setPreview(options.preview ?? false)
      .setTimeout(options.timeout ?? 0);
    const response = await call<providerProto.CreateResponse>((done) => this.#client.create(request, done));
    return { id: response.getId(), inputs: checked, outputs: decode(response.getProperties()) };
  }

  /** How new inputs differ: `path: KIND`, sorted. */
  async diff(
    type: string,
    known: Resource,
    inputs: Properties,
  ): Promise<{ changes: string[]; deleteBeforeReplace: boolean }> {
    const request = new providerProto.DiffRequest()
      .setId(known.id)
      .setUrn(urnOf(type))
      .setType(type)
      .setOldInputs(encode(known.inputs))
      .setOlds(encode(known.outputs))
      .setNews(encode(plain(inputs)));
    const response = await call<providerProto.DiffResponse>((done) => this.#client.diff(request, done));
    const names = Object.entries(providerProto.PropertyDiff.Kind);
    const changes: string[] = [];
    response.getDetaileddiffMap().forEach((change, path) => {
      changes.push(`${path}: ${names.find(([, kind]) => kind === change.getKind())?.[0]}`);
    });
    return { changes: changes.sort(), deleteBeforeReplace: response.getDeletebeforereplace() };
  }

  async update(
    type: string,
    known: Resource,
    inputs: Properties,
    options: { preview?: boolean; timeout?: number } = {},
  ): Promise<Resource> {
    const request = new providerProto.UpdateRequest()
      .setId(known.id)
      .setUrn(urnOf(type))
      .setType(type)
      .setOldInputs(encode(known.inputs))
      .setOlds(encode(known.outputs))
      .setNews(encode(plain(inputs)))
      .setPreview(options.preview ?? false)
      .setTimeout(options.timeout ?? 0);
    const response = await call<providerProto.UpdateResponse>((done) => this.#client.update(request, done));
    return { id: known.id, inputs: plain(inputs), outputs: decode(response.getProperties()) };
  }

  /** A refresh of what is known, or an import by id. */
  async read(type: string, known: Resource | string): Promise<Resource | undefined> {
    const { id, inputs, outputs } =
      typeof known === "string" ? { id: known, inputs: plain({}), outputs: plain({}) } : known;
    const request = new providerProto.ReadRequest()
      .setId(id)
      .setUrn(urnOf(type))
      .setType(type)
      .setInputs(encode(inputs))
      .setProperties(encode(outputs));
    const response = await call<providerProto.ReadResponse>((done) => this.#client.read(request, done));
    if (response.getId() === "") return undefined;
    return { id: response.getId(), inputs: decode(response.getInputs()), outputs: decode(response.getProperties()) };
  }

  async delete(type: string, known: Resource, timeout = 0): Promise<void> {
    const request = new providerProto.DeleteRequest()
      .setId(known.id)
      .setUrn(urnOf(type))
      .setType(type)
      .setOldInputs(encode(known.inputs))
      .setProperties(encode(known.outputs))
      .setTimeout(timeout);
    await call((done) => this.#client.delete(request, done));
  }

  async invoke(token: string, args: Properties): Promise<Marked> {
    const request = new providerProto.InvokeRequest().setTok(token).setArgs(encode(plain(args)));
    const response = await call<providerProto.InvokeResponse>((done) => this.#client.invoke(request, done));
    return decode(response.getReturn());
  }

  async getSchema(): Promise<void> {
    await call((done) => this.#client.getSchema(new providerProto.GetSchemaRequest(), done));
  }
}

function call<Response>(
  method: (done: (error: ServiceError | null, response: Response) => void) => unknown,
): Promise<Response> {
  return new Promise((resolve, reject) => {
    method((error, response) => (error === null ? resolve(response) : reject(error)));
  });
}

function failuresOf(response: providerProto.CheckResponse): string[] {
  return response.getFailuresList().map((failure) => `${failure.getProperty()}: ${failure.getReason()}`);
}

function plain(value: Properties): Marked {
  return { value, secrets: [] };
}

function urnOf(type: string): string {
  return `urn:pulumi:test::gemelos::${type}::subject`;
}
