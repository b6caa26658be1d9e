import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../../command/errors.ts";
import { at } from "../../recorder/registeredResource.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import type { RunningSite } from "../sites/sandbox.ts";
import { writeVault } from "../sites/vault.ts";

/** The policy's name as in docs/secrets.md. */
const policy = "gemelos-deployment";

/**
 * Creates a deployment token as an operator would (docs/secrets.md): with the policy that `npm run secrets -- policy`
 * of the same program prints, and nothing else.
 * @throws UsageError with that command's output if the program's input is invalid.
 */
export async function deploymentToken(
  { name, record }: Pick<RunningSite, "name" | "record">,
  program = join(projectFolder, "index.ts"),
): Promise<string> {
  await writeVault(record, `sys/policies/acl/${policy}`, { policy: await printedPolicy(name, dirname(program)) });
  // The minimum with which the provider can create its child token, and longer than the longest update.
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
