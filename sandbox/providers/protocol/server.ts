import {
  type handleUnaryCall,
  Metadata,
  Server,
  ServerCredentials,
  type ServerErrorResponse,
  status,
} from "@grpc/grpc-js";
import pluginProto from "@pulumi/pulumi/proto/plugin_pb.js";
import providerServices from "@pulumi/pulumi/proto/provider_grpc_pb.js";
import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import statusProto from "@pulumi/pulumi/proto/status_pb.js";
import anyProto from "google-protobuf/google/protobuf/any_pb.js";
import emptyProto from "google-protobuf/google/protobuf/empty_pb.js";
import { EngineConnection } from "./engineLog.ts";
import * as messages from "./messages.ts";
import { NotReadyError, type Provider, type ProviderDefinition } from "./provider.ts";
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

/** One engine connection. Several engines, and several provider instances of one program, share the port. */
interface Session {
  readonly engine: EngineConnection;
  readonly provider: Provider;
}

/** Serves a provider on a free port of 127.0.0.1. */
export async function serve(definition: ProviderDefinition): Promise<ServedProvider> {
  const sessions = new Map<string, Session>();
  const sessionOf = (peer: string): Session => {
    let session = sessions.get(peer);
    if (session === undefined) {
      const engine = new EngineConnection();
      session = { engine, provider: definition.open(engine) };
      sessions.set(peer, session);
    }
    return session;
  };
  const server = new Server({
    "grpc.max_receive_message_length": maximumMessageBytes,
    "grpc.max_send_message_length": maximumMessageBytes,
  });
  server.addService(providerServices.ResourceProviderService, methods(definition, sessionOf));
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync("127.0.0.1:0", ServerCredentials.createInsecure(), (error, bound) => {
      if (error === null) resolve(bound);
      else reject(error);
    });
  });
  return {
    port,
    close: () => {
      for (const { provider } of sessions.values()) provider.cancel();
      server.forceShutdown();
    },
  };
}

type Call<Request> = { readonly request: Request; getPeer(): string };

function methods(
  definition: ProviderDefinition,
  sessionOf: (peer: string) => Session,
): providerServices.IResourceProviderServer {
  const answer =
    <Request, Response>(
      respond: (request: Request, session: Session) => Response | Promise<Response>,
    ): handleUnaryCall<Request, Response> =>
    async (call: Call<Request>, callback) => {
      try {
        callback(null, await respond(call.request, sessionOf(call.getPeer())));
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
    handshake: answer((request: providerProto.ProviderHandshakeRequest, { engine }) => {
      engine.attach(request.getEngineAddress());
      return new providerProto.ProviderHandshakeResponse().setAcceptSecrets(true);
    }),
    attach: answer((request: pluginProto.PluginAttach, { engine }) => {
      engine.attach(request.getAddress());
      return new emptyProto.Empty();
    }),
    checkConfig: answer((request: providerProto.CheckRequest, { provider }) =>
      messages.checkResponse(provider.checkConfig(decode(request.getNews()))),
    ),
    diffConfig: answer((request: providerProto.DiffRequest, { provider }) =>
      messages.diffResponse(
        provider.diffConfig(
          decode(request.hasOldInputs() ? request.getOldInputs() : request.getOlds()).value,
          decode(request.getNews()).value,
        ),
      ),
    ),
    configure: answer(async (request: providerProto.ConfigureRequest, { provider }) => {
      await provider.configure(decode(request.getArgs()).value);
      return new providerProto.ConfigureResponse().setAcceptsecrets(true).setSupportspreview(true);
    }),
    check: answer((request: providerProto.CheckRequest, { provider }) =>
      messages.checkResponse(
        provider.check(messages.subjectOf(request), decode(request.getNews()), decode(request.getOlds())),
      ),
    ),
    diff: answer(async (request: providerProto.DiffRequest, { provider }) =>
      messages.diffResponse(
        await provider.diff(
          messages.subjectOf(request),
          messages.known(request.getId(), request.getOldInputs(), request.getOlds()),
          decode(request.getNews()),
        ),
      ),
    ),
    create: answer(async (request: providerProto.CreateRequest, { provider }) => {
      const { id, outputs } = await provider.create(
        messages.subjectOf(request),
        decode(request.getProperties()),
        messages.changeOptions(request),
      );
      return new providerProto.CreateResponse().setId(id).setProperties(encode(outputs));
    }),
    read: answer(async (request: providerProto.ReadRequest, { provider }) => {
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
    update: answer(async (request: providerProto.UpdateRequest, { provider }) => {
      const outputs = await provider.update(
        messages.subjectOf(request),
        messages.known(request.getId(), request.getOldInputs(), request.getOlds()),
        decode(request.getNews()),
        messages.changeOptions(request),
      );
      return new providerProto.UpdateResponse().setProperties(encode(outputs));
    }),
    delete: answer(async (request: providerProto.DeleteRequest, { provider }) => {
      await provider.delete(
        messages.subjectOf(request),
        messages.known(request.getId(), request.getOldInputs(), request.getProperties()),
        { preview: false, timeoutSeconds: messages.timeoutOf(request.getTimeout()) },
      );
      return new emptyProto.Empty();
    }),
    invoke: answer(async (request: providerProto.InvokeRequest, { provider }) =>
      new providerProto.InvokeResponse().setReturn(
        encode(await provider.invoke(request.getTok(), decode(request.getArgs()).value)),
      ),
    ),
    cancel: answer((_request: emptyProto.Empty, { provider }) => {
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
  const response: ServerErrorResponse = { name: "ProviderError", message, code, details: message };
  if (error instanceof NotReadyError) response.metadata = notReadyMetadata(error);
  return response;
}

/**
 * With this error detail, the engine records the resource in its state together with the reasons why it is not ready.
 */
function notReadyMetadata(error: NotReadyError): Metadata {
  const detail = new providerProto.ErrorResourceInitFailed()
    .setId(error.found.id)
    .setProperties(encode(error.found.outputs))
    .setInputs(encode(error.found.inputs))
    .setReasonsList([...error.reasons]);
  const packed = new anyProto.Any();
  packed.pack(detail.serializeBinary(), "pulumirpc.ErrorResourceInitFailed");
  const details = new statusProto.Status().setCode(status.UNKNOWN).setMessage(error.message).setDetailsList([packed]);
  const metadata = new Metadata();
  metadata.add("grpc-status-details-bin", Buffer.from(details.serializeBinary()));
  return metadata;
}
