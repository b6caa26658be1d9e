import { Sandbox } from "../../sandbox/internal/sandbox.ts";
import { step } from "../../sandbox/internal/steps.ts";
import { sandboxName } from "./liveSites.ts";

/** Brings the tests' own sandbox up before the first file, from nothing, and leaves nothing of it. */
export default async function setup(): Promise<() => Promise<void>> {
  const attendance = { step, signal: new AbortController().signal };
  const sandbox = await Sandbox.open(sandboxName);
  // What a run that was killed left behind.
  await sandbox.down(attendance, true);
  await sandbox.up(attendance);
  return () => sandbox.down(attendance, true);
}
