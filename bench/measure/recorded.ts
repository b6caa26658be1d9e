import { readFile } from "node:fs/promises";
import * as pulumi from "@pulumi/pulumi";
import { RecordingMonitor } from "../../recorder/monitor.ts";
import { existingState } from "../../recorder/offlineReads.ts";
import type { StackConfiguration } from "../../recorder/stackFile.ts";

/**
 * Runs a program under the recording monitor, as `render` does, but without checking or writing anything. Returns the
 * number of Kubernetes objects that it registered.
 */
export async function runRecorded(stackFile: string, program: () => Promise<unknown>): Promise<number> {
  const { stack, config }: StackConfiguration = JSON.parse(await readFile(stackFile, "utf8"));
  let objects = 0;
  const recorder = new RecordingMonitor("gemelos", stack, {
    // Same condition as `isManifest`, whose module would load more than a bare program needs.
    onRegistration: ({ custom, read, type }) => {
      if (custom && read === undefined && type.startsWith("kubernetes:")) objects += 1;
    },
    onOutputs: () => undefined,
    readState: (type, id) => existingState(config, type, id),
  });
  recorder.install(config);
  await pulumi.runtime.runInPulumiStack(program);
  await pulumi.runtime.disconnect();
  return objects;
}
