import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ApiClient } from "../../clusterClient/index.ts";
import { type Answer, type Asked, HttpsServer } from "./httpsServer.ts";
import { clusterUid } from "./secretsCommand.ts";

const context = "tax-dc1";

/** An API server that answers as a function says, with the kubeconfig by which a client reaches it. */
export class ApiServer {
  readonly #server: HttpsServer;

  private constructor(server: HttpsServer) {
    this.#server = server;
  }

  /** @param answers what is answered to anything but the question which cluster it is */
  static async start(answers: (asked: Asked) => Answer): Promise<ApiServer> {
    const identity: Answer = [200, { metadata: { uid: clusterUid } }];
    const isIdentity = ({ path }: Asked) => path === "/api/v1/namespaces/kube-system";
    return new ApiServer(await HttpsServer.start((asked) => (isIdentity(asked) ? identity : answers(asked))));
  }

  /** What was asked, in order; may be emptied. */
  get asked(): Asked[] {
    return this.#server.asked;
  }

  /** A client of the server, made as commands make it: by a kubeconfig. */
  async client(): Promise<ApiClient> {
    const folder = await mkdtemp(join(tmpdir(), "gemelos-kubeconfig-"));
    const before = process.env["KUBECONFIG"];
    try {
      const file = join(folder, "kubeconfig");
      await writeFile(file, this.kubeconfig);
      process.env["KUBECONFIG"] = file;
      const kubernetes = { context, clusterUid, address: "", caCertificate: "", encryptionAtRest: "kms" } as const;
      return await ApiClient.open({ file: "Pulumi.dc1.yaml", kubernetes });
    } finally {
      if (before === undefined) delete process.env["KUBECONFIG"];
      else process.env["KUBECONFIG"] = before;
      await rm(folder, { recursive: true });
    }
  }

  /** A kubeconfig with one context, `tax-dc1`, which leads here. */
  get kubeconfig(): string {
    const authority = btoa(this.#server.certificate);
    return JSON.stringify({
      ...{ apiVersion: "v1", kind: "Config", users: [{ name: "operator", user: { token: "t" } }] },
      clusters: [{ name: "dc1", cluster: { server: this.#server.address, "certificate-authority-data": authority } }],
      contexts: [{ name: context, context: { cluster: "dc1", user: "operator" } }],
    });
  }

  async stop(): Promise<void> {
    await this.#server.stop();
  }
}
