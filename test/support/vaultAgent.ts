import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";

const prefix = "vault.hashicorp.com/";

/** Where an agent works: its own folder stands for the pod's file system. */
export interface AgentPlace {
  readonly folder: string;
  /** The Vault command line. */
  readonly vault: string;
  /** The token of the pod's account. */
  readonly accountToken: string;
  /** PEM of the authority of Vault's own certificate. */
  readonly caCertificate: string;
}

/**
 * Starts a real Vault Agent as the injector configures it from a pod's annotations
 * (https://github.com/hashicorp/vault-k8s/blob/main/agent-inject/agent/config.go): a template for each secret, the file that
 * it goes to, the role it logs in with.
 */
export async function startAgent(
  annotations: Readonly<Record<string, unknown>>,
  { folder, vault, accountToken, caCertificate }: AgentPlace,
): Promise<{ readonly file: (path: string) => string; readonly stop: () => Promise<void> }> {
  const stated = (name: string) => String(annotations[`${prefix}${name}`] ?? "");
  // The pod's folders, wherever a template names them.
  const mounts = Object.keys(annotations).filter((name) => name.startsWith(`${prefix}secret-volume-path`));
  const folders = [...new Set(mounts.map((name) => String(annotations[name])))];
  const inFolder = (text: string) => folders.reduce((moved, each) => moved.replaceAll(each, join(folder, each)), text);
  const names = Object.keys(annotations)
    .filter((name) => name.startsWith(`${prefix}agent-inject-secret-`))
    .map((name) => name.slice(`${prefix}agent-inject-secret-`.length));
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, "token"), accountToken, { mode: 0o600 });
  await writeFile(join(folder, "ca.pem"), caCertificate);
  const configuration = {
    vault: { address: stated("service"), ca_cert: join(folder, "ca.pem") },
    auto_auth: {
      method: [
        {
          type: "kubernetes",
          mount_path: stated("auth-path"),
          config: { role: stated("role"), token_path: join(folder, "token") },
        },
      ],
    },
    template_config: { exit_on_retry_failure: true },
    template: names.map((name) => ({
      contents: inFolder(stated(`agent-inject-template-${name}`)),
      destination: inFolder(
        join(stated(`secret-volume-path-${name}`) || stated("secret-volume-path"), stated(`agent-inject-file-${name}`)),
      ),
      perms: stated(`agent-inject-perms-${name}`),
      left_delimiter: "{{",
      right_delimiter: "}}",
    })),
  };
  await writeFile(join(folder, "agent.json"), JSON.stringify(configuration));
  const agent: ChildProcess = spawn(vault, ["agent", `-config=${join(folder, "agent.json")}`], {
    stdio: ["ignore", "ignore", "ignore"],
  });
  const ended = once(agent, "exit");
  return {
    file: inFolder,
    stop: async () => {
      agent.kill("SIGTERM");
      await ended;
    },
  };
}
