import { enableCompileCache } from "node:module";
import { dirname, resolve } from "node:path";
import { Command, Option } from "commander";
import { print } from "../command/print.ts";
import { withProgress } from "../command/progress.ts";
import { runCommand } from "../command/runCommand.ts";
import { visibleText } from "../command/visibleText.ts";
import { writeWhole } from "../command/writeWhole.ts";
import { refuseOwnFolders } from "../recorder/outputPlace.ts";
import { compareSite, countChanges, groupChanges, retainedLines } from "./preview/changes.ts";
import { renderCommit, renderWorkingTree, resolveBase } from "./preview/commits.ts";
import { formatJson, formatMarkdown, formatText, type PreviewReport, paintText } from "./preview/format.ts";

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
    const sites = [...new Set([...before.sites.keys(), ...after.sites.keys()])].sort();
    const changes = sites.map((site) => compareSite(site, before.sites.get(site) ?? [], after.sites.get(site) ?? []));
    const report: PreviewReport = {
      base: `${base.hash.slice(0, 10)} (${base.label})`,
      counts: new Map(
        sites.map((site, index) => [site, countChanges(changes[index] ?? [], after.sites.get(site) ?? [])]),
      ),
      changes: groupChanges(changes.flat()),
      retained: [
        ...new Set(sites.flatMap((site) => retainedLines(before.sites.get(site) ?? [], after.sites.get(site) ?? []))),
      ],
      notes: [...before.notes, ...after.notes],
    };
    const text = visibleText(formats[options.format](report));
    if (out !== undefined) writeWhole(out, text);
    print(text, options.format === "text" ? paintText : undefined);
  });

await runCommand(command);
