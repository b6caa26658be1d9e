import { Sandbox } from "../../sandbox/sites/sandbox.ts";
import { step } from "../../sandbox/sites/steps.ts";

/** Builds what the sandboxes of all files run on, where it is not there yet. */
export default async function setup(): Promise<void> {
  await (await Sandbox.open("test")).tools({ step, signal: new AbortController().signal });
}
