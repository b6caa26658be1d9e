import { copyFileSync } from "node:fs";
import { join } from "node:path";
import type { StackConfiguration } from "../../recorder/stackFile.ts";
import type { EngineRun } from "./engine.ts";

/**
 * What the engine needs to run a checkout's program as `pulumi up` there would: the command line on PATH, the backend of
 * `PULUMI_BACKEND_URL` or of `pulumi login`, and how `Pulumi.<site>.yaml` says that the state's secrets are encrypted.
 * @param project folder of the checkout; nothing is written there
 * @param folder an empty folder of this run
 */
export function productionRun(
  stack: StackConfiguration,
  project: string,
  folder: string,
): Pick<EngineRun, "stack" | "program" | "folder" | "environment"> {
  const file = `Pulumi.${stack.stack}.yaml`;
  copyFileSync(join(project, file), join(folder, file));
  return {
    stack,
    folder,
    program: join(project, "index.ts"),
    environment: { PULUMI_SKIP_UPDATE_CHECK: "true" },
  };
}

/**
 * What a person has to do where the engine did not begin, because of how this machine or the backend is set up; undefined where
 * it failed for another reason.
 * @param failure the command line's message
 */
export function setupRemedy(stack: string, failure: string): string | undefined {
  if (/no stack named|StackNotFound/i.test(failure)) {
    return `the backend has no stack ${stack}; make it once, and commit the lines that it writes to Pulumi.${stack}.yaml: pulumi stack init ${stack} --secrets-provider=hashivault://pulumi-${stack} (docs/secrets.md, The state)`;
  }
  if (/PULUMI_ACCESS_TOKEN must be set|not logged in|pulumi login/.test(failure)) {
    return "no backend is stated; export PULUMI_BACKEND_URL, such as s3://... (docs/operations.md)";
  }
  if (/incorrect passphrase|passphrase must be set/.test(failure)) {
    return `the secrets of the state of ${stack} cannot be decrypted; export PULUMI_CONFIG_PASSPHRASE, or PULUMI_CONFIG_PASSPHRASE_FILE`;
  }
  return undefined;
}
