import { dirname, resolve } from "node:path";
import { Command } from "commander";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print } from "../command/print.ts";
import { withProgress } from "../command/progress.ts";
import { visibleText } from "../command/visibleText.ts";
import { writeWhole } from "../command/writeWhole.ts";

/**
 * Shows what the working tree would change in each site compared with another commit, offline and without credentials.
 */
export const command = new Command("preview")
  .description("Compare what two commits register: created, changed and deleted objects by service and site.")
  .option("--base <commit>", "commit to compare with (default: merge base with the main branch)")
  .option("--out <file>", "also write the preview to this file")
  .action(async (options: { base?: string; format: "text" | "markdown" | "json"; out?: string }) => {
    const [
      { refuseOwnFolders },
      { renderCommit, renderWorkingTree, resolveBase },
      { formatJson, formatMarkdown, formatText },
      { paintText },
      { compareCommits },
    ] = await Promise.all([
      import("../recorder/outputPlace.ts"),
      import("./preview/commits.ts"),
      import("./preview/format.ts"),
      import("./preview/paint.ts"),
      import("./preview/report.ts"),
    ]);
    const formats = { text: formatText, markdown: formatMarkdown, json: formatJson };
    const out = options.out === undefined ? undefined : resolve(options.out);
    if (out !== undefined) refuseOwnFolders("--out", dirname(out));
    const base = await resolveBase(options.base);
    const before = await withProgress("rendering the base commit", () => renderCommit(base));
    const after = await withProgress("rendering the working tree", renderWorkingTree);
    const label = `${base.hash.slice(0, 10)} (${base.label})`;
    const report = compareCommits(label, before.sites, after.sites, [...before.notes, ...after.notes]);
    const text = visibleText(formats[options.format](report));
    if (out !== undefined) writeWhole(out, text);
    print(text, options.format === "text" ? paintText : undefined);
  });

addFormatOptions(command, ["text", "markdown", "json"]);

addExamples(command, {
  "": "against where this branch left the main branch",
  "--base HEAD --out preview.txt": "what is not committed yet, also into a file",
  "--format markdown": "for a pull request",
});
