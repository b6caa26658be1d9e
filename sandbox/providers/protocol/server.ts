import { type handleUnaryCall, Server, ServerCredentials, type ServerErrorResponse, status } from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import * as messages from "./messages.ts";
import type { Provider, ProviderDefinition } from "./provider.ts";
import { decode, encode } from "./structs.ts";

/** The engine's own message size limit. */
const maximumMessageBytes = 400 * 1024 * 1024;

/** A provider that is being served. */
export interface ServedProvider {
  /** Port on 127.0.0.1. */
  readonly port: number;
  /** Cancels running operations and closes all connections. */
  close(): void;
}

/** Serves a provider on a free port of 127.0.0.1. */
export async function serve(definition: ProviderDefinition): Promise<ServedProvider> {
  // Several engines, and several provider instances of one program, share the port: each connection has its own provider.
  const providers = new Map<string, Provider>();
  const providerOf = (peer: string): Provider => {
    const provider = providers.get(peer) ?? definition.open();
    providers.set(peer, provider);
    return provider;
  };
  const server = new Server({
    "grpc.max_receive_message_length": maximumMessageBytes,
    "grpc.max_send_message_length": maximumMessageBytes,
  });
  server.addService(providerServices.ResourceProviderService, methods(definition, providerOf));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    close: () => {
      for (const provider of providers.values()) provider.cancel();
      server.forceShutdown();
    },
  };
}

type Call<Request> = { readonly request: Request; getPeer(): string };

function methods(
  definition: ProviderDefinition,
  providerOf: (peer: string) => Provider,
): providerServices.IResourceProviderServer {
  const answer =
    <Request, Response>(
      respond: (request: Request, provider: Provider) => Response | Promise<Response>,
    ): handleUnaryCall<Request, Response> =>
    async (call: Call<Request>, callback) => {
      try {
        callback(null, await respond(call.request, providerOf(call.getPeer())));
      } catch (error) {
        callback(serverError(error));
      }
    };
  const refuse = (method: string) =>
    answer<unknown, never>(() => {
      throw new UnhandledError(`${method} is not handled by the stand-in for the provider "${definition.name}"`);
    });
  return {
    getPluginInfo: answer(() => new pluginProto.PluginInfo().setVersion(definition.version)),
    handshake: answer(() => new providerProto.ProviderHandshakeResponse().setAcceptSecrets(true)),
    attach: answer(() => new emptyProto.Empty()),
    checkConfig: answer((request: providerProto.CheckRequest, provider) =>
      messages.checkResponse(provider.checkConfig(decode(request.getNews()))),
    ),
    diffConfig: answer((request: providerProto.DiffRequest, provider) =>
      messages.diffResponse(
        provider.diffConfig(
          decode(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()).value,
          decode(request.getNews()).value,
        ),
      ),
    ),
    configure: answer(async (request: providerProto.ConfigureRequest, provider) => {
      await provider.configure(decode(request.getArgs()).value);
      return new providerProto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    check: answer((request: providerProto.CheckRequest, provider) =>
      messages.checkResponse(
        provider.check(messages.subjectOf(request), decode(request.getNews()), decode(request.getOlds())),
      ),
    ),
    diff: answer((request: providerProto.DiffRequest, provider) =>
      messages.diffResponse(
        provider.diff(
          messages.subjectOf(request),
          messages.known(request.getId(), request.getOldInputs(), request.getOlds()),
          decode(request.getNews()),
        ),
      ),
    ),
    create: answer(async (request: providerProto.CreateRequest, provider) => {
      const { id, outputs } = await provider.create(
        messages.subjectOf(request),
        decode(request.getProperties()),
        messages.changeOptions(request),
      );
      return new providerProto.CreateResponse().setId(id).setProperties(encode(outputs));
    }),
    read: answer(async (request: providerProto.ReadRequest, provider) => {
      const found = await provider.read(
        messages.subjectOf(request),
        messages.known(request.getId(), request.getInputs(), request.getProperties()),
      );
      // An empty ID tells the engine that the resource is gone.
      if (found === undefined) return new providerProto.ReadResponse();
      return new providerProto.ReadResponse()
        .setId(found.id)
        .setInputs(encode(found.inputs))
        .setProperties(encode(found.outputs));
    }),
    update: answer(async (request: providerProto.UpdateRequest, provider) => {
      const outputs = await provider.update(
        messages.subjectOf(request),
        messages.known(request.getId(), request.getOldInputs(), request.getOlds()),
        decode(request.getNews()),
        messages.changeOptions(request),
      );
      return new providerProto.UpdateResponse().setProperties(encode(outputs));
    }),
    delete: answer(async (request: providerProto.DeleteRequest, provider) => {
      await provider.delete(
        messages.subjectOf(request),
        messages.known(request.getId(), request.getOldInputs(), request.getProperties()),
        { preview: false },
      );
      return new emptyProto.Empty();
    }),
    invoke: answer(async (request: providerProto.InvokeRequest, provider) =>
      new providerProto.InvokeResponse().setReturn(
        encode(await provider.invoke(request.getTok(), decode(request.getArgs()).value)),
      ),
    ),
    cancel: answer((_request: emptyProto.Empty, provider) => {
      provider.cancel();
      return new emptyProto.Empty();
    }),
    getSchema: refuse("GetSchema"),
    parameterize: refuse("Parameterize"),
    call: refuse("Call"),
    construct: refuse("Construct"),
    getMapping: refuse("GetMapping"),
    getMappings: refuse("GetMappings"),
    list: (call) => {
      call.emit("error", { code: status.UNIMPLEMENTED, details: "List is not handled by this stand-in" });
    },
  };
}

/** A method of the provider protocol that the stand-ins do not implement. */
class UnhandledError extends Error {}

function serverError(error: unknown): ServerErrorResponse {
  const message = error instanceof Error ? error.message : String(error);
  const code = error instanceof UnhandledError ? status.UNIMPLEMENTED : status.UNKNOWN;
  return { name: "ProviderError", message, code, details: message };
}
