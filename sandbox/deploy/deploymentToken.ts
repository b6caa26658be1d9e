import { execFile } from "node:child_process";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { UsageError } from "../../command/errors.ts";
import { deploymentPolicyName } from "../../components/vault/index.ts";
import { at } from "../../recorder/registeredResource.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import type { RunningSite } from "../sites/sandbox.ts";
import { writeVault } from "../sites/vault.ts";
import type { Toolchain } from "../toolchain/build.ts";
import { setUpVault } from "./setUpVault.ts";

/**
 * Creates a deployment token as an operator would (docs/secrets.md): in a Vault that has been set up, with the policy that
 * `npm run secrets -- policy` of the same program prints, and nothing else.
 * @throws UsageError with that command's output if the program's input is invalid.
 */
export async function deploymentToken(
  site: RunningSite,
  tools: Toolchain,
  program = join(projectFolder, "index.ts"),
): Promise<string> {
  const { record } = site;
  const policy = await printedPolicy(site.name, dirname(program));
  await setUpVault(site, tools, policy);
  await writeVault(record, `sys/policies/acl/${deploymentPolicyName}`, { policy });
  // The minimum with which the provider can create its child token, and longer than the longest update.
  const created = await writeVault(record, "auth/token/create", {
    policies: [deploymentPolicyName],
    no_default_policy: true,
    ttl: "4h",
  });
  return String(at(created, "auth", "client_token"));
}

async function printedPolicy(site: string, project: string): Promise<string> {
  const command = [join("cli", "main.ts"), "secrets", "policy", "--site", site];
  try {
    return (await promisify(execFile)(process.execPath, command, { cwd: project })).stdout;
  } catch (error) {
    throw new UsageError(String(at(error, "stderr") ?? error).trim());
  }
}
