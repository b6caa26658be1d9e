import { Command } from "commander";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print } from "../command/print.ts";

/** Explains the fields that people write, from the comments of their types. */
export const command = new Command("explain")
  .description("Explain a field of a service or of a site: meaning, type, default, example, and what it becomes.")
  .argument("[field]", "such as resources.requests.cpu, service.exposure or site.nodes (default: a list of all)")
  .action(async (field: string | undefined, options: { format: "text" | "json" }) => {
    const [{ findFields, readFields }, { formatFields, formatFieldsJson, formatList }, { terminalWidth }] =
      await Promise.all([
        import("./explain/findFields.ts"),
        import("./explain/format.ts"),
        import("../command/table.ts"),
      ]);
    const known = await readFields();
    const { found, whole } = findFields(known, field);
    if (options.format === "json") print(formatFieldsJson(found));
    else print(whole ? formatList(found, terminalWidth()) : formatFields(found, known, terminalWidth()));
  });

addFormatOptions(command, ["text", "json"]);

addExamples(command, {
  "": "a list of all fields",
  "resources.limits.memory": "a field of a service",
  "site.nodes.zone": "a field of a site",
});
