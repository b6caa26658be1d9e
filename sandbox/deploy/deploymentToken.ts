import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../../command/errors.ts";
import { at } from "../../recorder/registeredResource.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import type { RunningSite } from "../internal/sandbox.ts";
import { writeVault } from "../internal/vault.ts";

/** The policy's name, as docs/secrets.md has it. */
const policy = "gemelos-deployment";

/**
 * Makes a token for a deployment of a program as its operators do (docs/secrets.md): with exactly the policy that the
 * program's own `npm run secrets -- policy` prints, and nothing else.
 * @throws UserError with what that prints where the program's input is not sound.
 */
export async function deploymentToken(
  { name, record }: Pick<RunningSite, "name" | "record">,
  program = join(projectFolder, "index.ts"),
): Promise<string> {
  await writeVault(record, `sys/policies/acl/${policy}`, { policy: await printedPolicy(name, dirname(program)) });
  // The least that the provider takes a child token from, and long enough for the longest update.
  const created = await writeVault(record, "auth/token/create", {
    policies: [policy],
    no_default_policy: true,
    ttl: "4h",
  });
  return String(at(created, "auth", "client_token"));
}

async function printedPolicy(site: string, project: string): Promise<string> {
  const command = [join("cli", "secrets.ts"), "policy", "--site", site];
  try {
    return (await promisify(execFile)(process.execPath, command, { cwd: project })).stdout;
  } catch (error) {
    throw new UsageError(String(at(error, "stderr") ?? error).trim());
  }
}
