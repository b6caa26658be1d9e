import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import type { RunningSite } from "../../sandbox/sites/sandbox.ts";
import { vaultUrl } from "../../sandbox/sites/vault.ts";
import type { Toolchain } from "../../sandbox/toolchain/build.ts";

const page = join(import.meta.dirname, "..", "..", "docs", "delivery.md");

/** What the agent's own lines came to. */
export interface AgentLogin {
  readonly code: number;
  /** The token, where they gave one. */
  readonly token: string;
  readonly said: string;
}

/**
 * Runs the lines of docs/delivery.md by which an agent of dc1 gets its token, as they stand there, at a site's Vault that has
 * been set up: the operator's, then those of whoever starts the agent, and then the agent's own, twice.
 * @throws Error where those of the operator fail
 */
export async function agentLogin(site: RunningSite, { vault }: Toolchain, ca: string): Promise<readonly AgentLogin[]> {
  const block = /```\n(# once, by Vault's operator\n[\s\S]*?)```/.exec(await readFile(page, "utf8"))?.[1] ?? "";
  const [operator = "", starter = "", agent = ""] = block.split(/^#.*\n/m).slice(1);
  const folder = await mkdtemp(join(tmpdir(), "gemelos-agent-login-"));
  const env = {
    PATH: `${dirname(vault.path)}:${process.env["PATH"]}`,
    HOME: folder,
    VAULT_ADDR: vaultUrl(site.record),
    VAULT_CACERT: ca,
  };
  const shell = (lines: string, more: NodeJS.ProcessEnv = {}): Promise<AgentLogin> =>
    new Promise((resolve) => {
      const options = { cwd: folder, env: { ...env, ...more } };
      const child = execFile("sh", ["-e", "-c", lines], options, (_, stdout, stderr) =>
        resolve({ code: child.exitCode ?? 1, token: stdout, said: stderr }),
      );
    });
  try {
    const root = { VAULT_TOKEN: site.record.vault?.rootToken };
    const prepared = await shell(`${operator.replace("<address of the agent>", "127.0.0.1")}${starter}`, root);
    if (prepared.code !== 0) throw new Error(`the operator's lines ended with ${prepared.code}: ${prepared.said}`);
    const own = `${agent}printf %s "$VAULT_TOKEN"`;
    return [await shell(own), await shell(own)];
  } finally {
    await rm(folder, { recursive: true });
  }
}
