import { credentials } from "@grpc/grpc-js";
import engineServices from "@pulumi/pulumi/proto/engine_grpc_pb.js";
import engineProto from "@pulumi/pulumi/proto/engine_pb.js";
import type { EngineLog } from "./provider.ts";

/** Sends log messages to the engine. Messages are dropped until the engine has sent its address. */
export class EngineConnection implements EngineLog {
  #client: engineServices.EngineClient | undefined;

  /** Sends subsequent messages to the engine at `host:port`. */
  attach(address: string): void {
    this.#client?.close();
    this.#client = address === "" ? undefined : new engineServices.EngineClient(address, credentials.createInsecure());
  }

  status(urn: string, message: string): void {
    this.#send(engineProto.LogSeverity.INFO, urn, message, true);
  }

  warn(urn: string, message: string): void {
    this.#send(engineProto.LogSeverity.WARNING, urn, message, false);
  }

  #send(severity: engineProto.LogSeverity, urn: string, message: string, ephemeral: boolean): void {
    const request = new engineProto.LogRequest()
      .setSeverity(severity)
      .setUrn(urn)
      .setMessage(message)
      .setEphemeral(ephemeral);
    // A lost log message must not fail a deployment.
    this.#client?.log(request, () => undefined);
  }
}
