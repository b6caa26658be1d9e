import { Command } from "commander";
import { expect, it } from "vitest";
import { addFormatOptions } from "../../command/formatOptions.ts";

async function formatOf(...args: string[]): Promise<unknown> {
  const command = new Command("report").exitOverride().action(() => undefined);
  addFormatOptions(command, ["table", "wide", "json"], "wide cuts no value short");
  await command.parseAsync(args, { from: "user" });
  return command.opts()["format"];
}

it.each([
  [[], "table"],
  [["--json"], "json"],
  [["--format", "json"], "json"],
  [["--format", "wide"], "wide"],
  [["--json", "--format", "json"], "json"],
])("%j is the format %s", async (args, format) => {
  expect(await formatOf(...args)).toBe(format);
});

it.each([[["--json", "--format", "table"]], [["--format", "wide", "--json"]]])(
  "%j, which contradict each other, are refused",
  async (args) => {
    await expect(formatOf(...args)).rejects.toThrow("--json: is short for --format json; leave --format out");
  },
);
