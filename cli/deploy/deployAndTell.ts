import { constants } from "node:os";
import { endsInOrder } from "../../command/cleanUp.ts";
import { print, printError } from "../../command/print.ts";
import { type DeployOptions, type DeployOutcome, deploySite, type StepName } from "../../delivery/deployment/index.ts";

/** What is left to be printed, and the exit code. */
interface Told {
  readonly text: string;
  readonly code: number;
}

/** Deploys a site, tells each step as it is done, and ends in good order where it is interrupted. */
export async function deployAndTell(options: DeployOptions, format: "text" | "json"): Promise<Told> {
  const { site } = options;
  const start = performance.now();
  const say = format === "json" ? printError : print;
  const stop = new AbortController();
  let interruptedBy: NodeJS.Signals | undefined;
  const forget = endsInOrder((signal) => {
    interruptedBy = signal;
    printError(`${site}: ending in good order, so that the same command can go on; once more ends it at once\n`);
    stop.abort(new Error(`interrupted by ${signal}`));
  });
  const plan: string[] = [];
  try {
    const outcome = await deploySite(
      options,
      {
        onStep: (step, line) => say(stepLine(site, (performance.now() - start) / 1000, step, line)),
        onPlan: (changes) => {
          plan.splice(0, plan.length, ...changes);
          say(changes.map((change) => `    ${change}\n`).join(""));
        },
      },
      stop.signal,
    );
    const text =
      format === "json" ? `${JSON.stringify({ site, ...outcome, plan }, null, 2)}\n` : outcomeText(site, outcome);
    const code = interruptedBy === undefined ? exitCode(outcome) : 128 + constants.signals[interruptedBy];
    return { text, code };
  } finally {
    forget();
  }
}

/** `dc1    12 s  drift   nothing was changed by hand`. */
export function stepLine(site: string, seconds: number, step: StepName, line: string): string {
  return `${site} ${String(Math.round(seconds)).padStart(5)} s  ${step.padEnd(7)} ${line}\n`;
}

/** 0 where it is verified or planned, 1 where it is refused or failed, 2 where the input is wrong. */
export function exitCode(outcome: DeployOutcome): 0 | 1 | 2 {
  if (outcome.outcome === "verified" || outcome.outcome === "planned") return 0;
  return outcome.outcome === "refused" && outcome.refusals.some(({ isBadInput }) => isBadInput) ? 2 : 1;
}

/** The end of a deployment, for a person: what came of it, and what to do. */
export function outcomeText(site: string, outcome: DeployOutcome): string {
  const commit = outcome.commit.slice(0, 10);
  const again = `npm run deploy -- --site ${site}`;
  switch (outcome.outcome) {
    case "refused": {
      const lines = outcome.refusals.map(({ message }) => `  - ${message.replaceAll("\n", "\n    ")}\n`);
      return `${site}: commit ${commit} was not deployed, and nothing was changed:\n${lines.join("")}`;
    }
    case "planned":
      return `${site}: nothing was changed; ${again} makes a plan anew and carries it out\n`;
    case "verified":
      return `${site}: commit ${commit} is verified\n`;
    case "interrupted":
      return `${site}: interrupted (${outcome.why}); to go on: ${again}\n`;
    case "failed": {
      const why = "why" in outcome ? `\n${outcome.why}` : ": it did not pass the gate";
      return `${site}: commit ${commit} is not verified${why}\n  to do: correct it and deploy again, or go back: npm run rollback -- --site ${site}\n`;
    }
  }
}
