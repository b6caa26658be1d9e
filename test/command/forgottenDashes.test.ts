import type { Command, Option } from "commander";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { commandLine } from "../../cli/commandLine.ts";
import { commands } from "../../cli/commands.ts";
import { knownValues } from "../../cli/knownValues.ts";
import { refuseForgottenDashes } from "../../command/forgottenDashes.ts";

const program = await commandLine(commands.map(({ name }) => name));

beforeEach(() => {
  for (const name of Object.keys(process.env)) if (name.startsWith("npm_")) vi.stubEnv(name, undefined);
});
afterEach(() => vi.unstubAllEnvs());

/** What is said where npm hands these options on as variables, and these words as arguments. */
async function told(kept: Readonly<Record<string, string>>, ...args: string[]): Promise<string | undefined> {
  vi.stubEnv("npm_lifecycle_event", args[0]);
  for (const [name, value] of Object.entries(kept)) vi.stubEnv(`npm_config_${name}`, value);
  try {
    await refuseForgottenDashes(program, args, knownValues);
    return undefined;
  } catch (error) {
    if (error instanceof Error) return error.message;
    throw error;
  }
}

const leaves = program.commands.flatMap((command): [string[], Command][] =>
  command.commands.length === 0
    ? [[[command.name()], command]]
    : command.commands.map((leaf) => [[command.name(), leaf.name()], leaf]),
);
const options = leaves.flatMap(([names, leaf]) =>
  leaf.options
    .filter(({ hidden }) => !hidden)
    .map((option): [string, string[], Option] => [`${names.join(" ")} ${option.long}`, names, option]),
);

describe("an option that npm has kept", () => {
  it.each(options)("is noticed: npm run %s", async (_, names, option) => {
    const name = String(option.long)
      .replace(/^--(no-)?/, "")
      .replaceAll("-", "_");
    const message = await told({ [name]: option.negate ? "" : "true" }, ...names);
    expect(message).toMatch(/^npm has kept --[a-z-]+ for itself, since options of a script follow --; type: npm run /);
    const [script, ...rest] = names;
    expect(message).toContain(`npm run ${[script, "--", ...rest].join(" ")} `);
    expect(message).toContain(` ${option.long}`);
  });

  it.each<[line: string, kept: Readonly<Record<string, string>>, args: string[], meant: string]>([
    ["npm run parity --releases", { releases: "true" }, ["parity"], "npm run parity -- --releases"],
    ["npm run render --site dc1", { site: "true" }, ["render", "dc1"], "npm run render -- --site dc1"],
    ["npm run render --site=dc2", { site: "dc2" }, ["render"], "npm run render -- --site dc2"],
    ["npm run render --site dc1 dc2", { site: "true" }, ["render", "dc1", "dc2"], "npm run render -- --site dc1 dc2"],
    ["npm run render --format json", {}, ["render", "json"], "npm run render -- --format json"],
    ["npm run drift --heal", { heal: "true" }, ["drift"], "npm run drift -- --heal --site <name>"],
    [
      "npm run secrets rollback --site dc1 --key registry --to 3",
      { site: "true", token_description: "3" },
      ["secrets", "rollback", "dc1"],
      "npm run secrets -- rollback --site dc1 --key <name>",
    ],
    [
      "npm run secrets --site dc1 status",
      { site: "true" },
      ["secrets", "dc1", "status"],
      "npm run secrets -- status --site dc1",
    ],
    [
      "npm run secrets put --site dc1 --service card-payments -- --key API_KEY",
      { site: "true", service: "true" },
      ["secrets", "put", "dc1", "card-payments", "--key", "API_KEY"],
      "npm run secrets -- put --site dc1 --service card-payments --key <name>",
    ],
    [
      "npm run adopt manifests/ --accept-losses",
      { accept_losses: "true" },
      ["adopt", "manifests/"],
      "npm run adopt -- <manifests...> --accept-losses",
    ],
    ["npm run render --site Hunter2", { site: "true" }, ["render", "Hunter2"], "npm run render -- --site <name...>"],
  ])("%s is answered with the line that was meant", async (_, kept, args, meant) => {
    expect(await told(kept, ...args)).toMatch(new RegExp(`; type: ${meant.replaceAll(".", "\\.")}$`));
  });

  it("may come from an .npmrc where it is npm's own, and then there is another way", async () => {
    expect(await told({ force: "true" }, "secrets", "put")).toMatch(
      / --force.* \(or, where an \.npmrc says --force for good: npx gemelos secrets \.\.\.\)$/,
    );
    vi.stubEnv("npm_command", "exec");
    expect(await told({ force: "true" }, "secrets", "put")).toBeUndefined();
  });

  it("is noticed under npm exec, too", async () => {
    vi.stubEnv("npm_command", "exec");
    vi.stubEnv("npm_config_releases", "true");
    vi.stubEnv("npm_lifecycle_event", "npx");
    await expect(refuseForgottenDashes(program, ["parity"], knownValues)).rejects.toThrow(
      /; type: npx gemelos parity --releases$/,
    );
  });
});

describe("nothing is said", () => {
  it.each<[why: string, kept: Readonly<Record<string, string>>, args: string[]]>([
    ["where nothing was kept", { yes: "", audit: "", cache: "/tmp" }, ["render", "--site", "dc1"]],
    ["where the option has come through", { site: "true" }, ["render", "--site", "dc1"]],
    ["where it has come through with =", { site: "dc1" }, ["render", "--site=dc1"]],
    ["of an option of another command", { heal: "true" }, ["render"]],
  ])("%s", async (_, kept, args) => {
    expect(await told(kept, ...args)).toBeUndefined();
  });

  it("where another script has started the command, whose options these are", async () => {
    vi.stubEnv("npm_lifecycle_event", "test");
    vi.stubEnv("npm_config_site", "true");
    await expect(refuseForgottenDashes(program, ["render"], knownValues)).resolves.toBeUndefined();
  });
});
