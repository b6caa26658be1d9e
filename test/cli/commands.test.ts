import { describe, expect, it } from "vitest";
import { commandLine } from "../../cli/commandLine.ts";
import { commands } from "../../cli/commands.ts";
import manifest from "../../package.json" with { type: "json" };

describe.each(commands)("the command $name", ({ name, summary, load }) => {
  it("is what its file makes", async () => {
    const { command } = await load();
    expect(command.name()).toBe(name);
    expect(command.description()).not.toBe("");
  });

  it("shows examples below its help", async () => {
    const { command } = await load();
    let help = "";
    command.configureOutput({
      writeOut: (text) => {
        help += text;
      },
    });
    command.outputHelp();
    expect(help).toMatch(/\nExamples:\n {2}\S.*\n {6}\S/);
  });

  it("is started by npm's script of the same name, too", () => {
    const scripts: Record<string, string> = manifest.scripts;
    expect(scripts[name]).toBe(`node cli/main.ts ${name}`);
  });

  it("has a summary that fits its line of the help", () => {
    expect(`  ${"help [command]".padEnd(16)}${summary}`.length).toBeLessThanOrEqual(80);
  });
});

describe("commandLine", () => {
  it("loads the named command only", async () => {
    const program = await commandLine(["parity", "--releases"]);
    const loaded = program.commands.filter(({ options }) => options.length > 0);
    expect(loaded.map((each) => each.name())).toEqual(["parity"]);
    expect(program.commands.map((each) => each.name())).toEqual(commands.map(({ name }) => name));
  });

  it("has the version of the project", async () => {
    expect((await commandLine([])).version()).toBe(manifest.version);
  });
});
