import { enableCompileCache } from "node:module";
import { dirname, resolve } from "node:path";
import { Command, Option } from "commander";
import { print } from "../command/print.ts";
import { withProgress } from "../command/progress.ts";
import { runCommand } from "../command/runCommand.ts";
import { visibleText } from "../command/visibleText.ts";
import { writeWhole } from "../command/writeWhole.ts";
import { refuseOwnFolders } from "../recorder/outputPlace.ts";
import { renderCommit, renderWorkingTree, resolveBase } from "./preview/commits.ts";
import { formatJson, formatMarkdown, formatText } from "./preview/format.ts";
import { paintText } from "./preview/paint.ts";
import { compareCommits } from "./preview/report.ts";

enableCompileCache();

const formats = { text: formatText, markdown: formatMarkdown, json: formatJson };

/**
 * Shows what the working tree would change in each site compared with another commit, offline and without credentials.
 */
const command = new Command("preview")
  .description("Compare what two commits register: created, changed and deleted objects by service and site.")
  .option("--base <commit>", "commit to compare with (default: merge base with the main branch)")
  .addOption(
    new Option("--format <format>", "form of the preview").choices(["text", "markdown", "json"]).default("text"),
  )
  .option("--out <file>", "also write the preview to this file")
  .action(async (options: { base?: string; format: keyof typeof formats; out?: string }) => {
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

await runCommand(command);
