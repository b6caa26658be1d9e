import { fileURLToPath } from "node:url";
import { Argument, Command } from "commander";
import {
  type CompletionShell,
  completionScript,
  completionShells,
  formatCandidates,
} from "../command/completionScript.ts";
import { addExamples } from "../command/examples.ts";
import { print } from "../command/print.ts";
import { shellWord } from "../command/shellWord.ts";

/** Completes commands, options, and the names of sites and services in a shell. */
export const command = new Command("completion")
  .description("Print the script that completes commands, options and names in your shell.")
  .addArgument(new Argument("<shell>", "your shell").choices(completionShells))
  .argument("[words...]", "print what may follow these words instead, as the script asks for it; after --")
  .action(async (shell: CompletionShell, words: readonly string[]) => {
    if (words.length === 0) {
      const main = fileURLToPath(new URL("main.ts", import.meta.url));
      print(completionScript(shell, `${[process.execPath, main].map(shellWord).join(" ")} completion ${shell} --`));
      return;
    }
    const [{ completionOf }, { knownValues }] = await Promise.all([
      import("../command/completion.ts"),
      import("./knownValues.ts"),
    ]);
    // The whole command line, of which the commands that the words name are loaded.
    const candidates = await completionOf(command.parent ?? command, words, knownValues);
    process.stdout.write(formatCandidates(shell, candidates));
  });

addExamples(command, {
  bash: "the script for bash; load it: source <(npx gemelos completion bash)",
});
