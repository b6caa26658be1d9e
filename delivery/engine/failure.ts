import { type Cause, formatCause } from "../../rollout/cause.ts";
import type { WatchedResult } from "./rollouts.ts";

/**
 * Why a deployment failed, for a person, indented: the engine's own errors and then the causes why rollouts did not get
 * on. An error of the engine about a rollout with a cause, or from after the engine was told to stop, is left out.
 * @param errors the engine's errors, each beginning with its service: `receipts (receipts-deployment): ...`
 * @param failure the command line's message, which is used where nothing else is known
 */
export function explainFailure(
  errors: readonly string[],
  failure: string,
  { causes, final }: Pick<WatchedResult, "causes" | "final"> = { causes: [] },
): string {
  const others = (final?.errorsBefore ?? errors).filter(
    (message) => causes.length === 0 || !(message.endsWith("update failed") || isAbout(message, causes)),
  );
  const told = others.length === 0 && causes.length === 0 ? [failure] : others;
  const stopped = final === undefined ? [] : [`stopped: ${final.cause.name} cannot get on without a change`];
  return [...told, ...causes.map(formatCause), ...stopped]
    .map((message) => `  ${message.replaceAll("\n", "\n  ")}`)
    .join("\n");
}

function isAbout(message: string, causes: readonly Cause[]): boolean {
  return causes.some(({ name, job }) =>
    message.startsWith(`${name} (${name}-${job === undefined ? "deployment" : "migration"}): `),
  );
}
