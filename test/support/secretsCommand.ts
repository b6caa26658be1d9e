import { expect } from "vitest";
import { parseDocument } from "yaml";
import type { SetUpSite } from "../../vaultSetup.ts";
import { type Answer, type Asked, HttpsServer } from "./httpsServer.ts";
import { type CommandResult, ProjectCopy } from "./projectCopy.ts";
import { VaultServer } from "./vaultServer.ts";

/** A secret value. Whatever the command prints, this is never in it; see {@link SecretsCommand.stop}. */
export const planted = "planted-hunter2-value";
/** Paths in Vault of a supplied secret, of a service that reads files, and of a generated one that is a variable. */
export const gateway = "payments/card-payments/GATEWAY_API_KEY";
export const database = "declarations/tax-declarations/DB_PASSWORD";

/** UID of the cluster that the example's dc1 expects. */
export const clusterUid = "6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a11";

/** Arguments of a command for a key of these two services. */
export const card = (command: string, key = "GATEWAY_API_KEY"): string[] => [
  ...[command, "--service", "card-payments", "--key", key],
];
export const tax = (command: string, key = "DB_PASSWORD"): string[] => [
  ...[command, "--service", "tax-declarations", "--key", key],
];

/** What is said of a command that refused to work, beside its message. */
export const refusedWith = ({ code, stdout }: CommandResult): { code: number | null; stdout: string } => ({
  code,
  stdout,
});
export const refused = { code: 2, stdout: "" };

/** The command `secrets` in a copy of the project whose site dc1 has a Vault and a cluster of the test's own. */
export class SecretsCommand {
  /** What is in Vault; new before each test. */
  vault = new VaultServer();
  /** How the cluster answers; as a cluster that works, before each test. */
  clusterAnswers: (asked: Asked) => Answer = ready;
  readonly project: ProjectCopy;
  readonly vaultServer: HttpsServer;
  readonly cluster: HttpsServer;
  readonly #printed: string[] = [];

  private constructor(project: ProjectCopy, servers: { vault: HttpsServer; cluster: HttpsServer }) {
    this.project = project;
    this.vaultServer = servers.vault;
    this.cluster = servers.cluster;
  }

  static async start(): Promise<SecretsCommand> {
    const project = await ProjectCopy.create();
    const vault = await HttpsServer.start((asked) => command.vault.handle(asked));
    const cluster = await HttpsServer.start((asked) => command.clusterAnswers(asked));
    const command = new SecretsCommand(project, { vault, cluster });
    const file = parseDocument(await project.read("Pulumi.dc1.yaml"));
    file.setIn(["config", "gemelos:site", "vault", "caCertificate"], vault.certificate);
    await project.write("Pulumi.dc1.yaml", file.toString({ lineWidth: 0 }));
    const reached = { server: cluster.address, "certificate-authority-data": btoa(cluster.certificate) };
    const kubeconfig = {
      ...{ apiVersion: "v1", kind: "Config" },
      clusters: [{ name: "dc1", cluster: reached }],
      users: [{ name: "operator", user: { token: "t" } }],
      contexts: [{ name: "tax-dc1", context: { cluster: "dc1", user: "operator" } }],
    };
    await project.write("kubeconfig", JSON.stringify(kubeconfig));
    return command;
  }

  /** Before each test: an empty Vault, a cluster that works, and nobody has asked either of them for anything. */
  reset(): void {
    this.vault = new VaultServer();
    this.clusterAnswers = ready;
    this.vaultServer.asked.length = 0;
    this.cluster.asked.length = 0;
  }

  /** Runs `secrets <command> --site dc1 ...` as an operator who is logged in to both. */
  async run(
    [command = "", ...rest]: readonly string[],
    more: { input?: string | Uint8Array; env?: Record<string, string> } = {},
  ): Promise<CommandResult> {
    const address = ["policy", "restart"].includes(command) ? [] : ["--address", this.vaultServer.address];
    const env = { VAULT_TOKEN: "operator", KUBECONFIG: this.project.path("kubeconfig"), ...more.env };
    const { input = "" } = more;
    const args = [command, "--site", "dc1", ...address, ...rest];
    const result = await this.project.runWith({ env, input }, "secrets", ...args);
    this.#printed.push(result.stdout, result.stderr);
    return result;
  }

  /** What an operator has set up for the site, as Vault then answers. */
  async setUp(): Promise<void> {
    const site: unknown = parseDocument(await this.project.read("Pulumi.dc1.yaml")).toJS().config["gemelos:site"];
    // The file is the example's own, which the program has validated in other tests.
    this.vault.setUp(site as SetUpSite);
  }

  /** After all tests: nothing that was printed showed the planted value. */
  async stop(): Promise<void> {
    await Promise.all([this.vaultServer.stop(), this.cluster.stop(), this.project.dispose()]);
    for (const text of this.#printed) expect(text).not.toContain(planted);
  }
}

/** The cluster that the site expects, which does what it is asked. */
export function ready({ method }: Asked): Answer {
  return method === "GET" ? [200, { metadata: { name: "kube-system", uid: clusterUid } }] : [200, {}];
}
