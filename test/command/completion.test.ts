import { expect, it } from "vitest";
import { commandLine } from "../../cli/commandLine.ts";
import { commands } from "../../cli/commands.ts";
import { knownValues } from "../../cli/knownValues.ts";
import { completionOf } from "../../command/completion.ts";

const names = commands.map(({ name }) => name);
const program = await commandLine(names);
const services = ["card-payments", "notifications", "receipts", "tax-declarations", "taxpayer-registry"];

async function offered(...words: string[]): Promise<string[]> {
  return (await completionOf(program, words, knownValues)).map(({ text }) => text);
}

it.each<[line: string, words: string[], texts: string[]]>([
  ["gemelos |", [""], [...names, "help"]],
  ["gemelos re|", ["re"], ["render"]],
  ["gemelos --v|", ["--v"], ["--version"]],
  ["gemelos secrets ro|", ["secrets", "ro"], ["rotate", "rollback"]],
  ["gemelos render --s|", ["render", "--s"], ["--site"]],
  ["gemelos render --site |", ["render", "--site", ""], ["dc1", "dc2"]],
  ["gemelos render --site dc1 |", ["render", "--site", "dc1", ""], ["dc1", "dc2"]],
  ["gemelos render --site=|", ["render", "--site="], ["--site=dc1", "--site=dc2"]],
  ["gemelos render --site = d| (bash)", ["render", "--site", "=", "d"], ["dc1", "dc2"]],
  ["gemelos render --site =| (bash)", ["render", "--site", "="], ["dc1", "dc2"]],
  ["gemelos render --format |", ["render", "--format", ""], ["table", "wide", "json"]],
  ["gemelos render --tree --t|", ["render", "--tree", "--t"], []],
  ["gemelos secrets put --service |", ["secrets", "put", "--service", ""], services],
  [
    "gemelos secrets put --no-restart --service rec|",
    ["secrets", "put", "--no-restart", "--service", "rec"],
    ["receipts"],
  ],
  ["gemelos adopt --service |, Deployments", ["adopt", "--service", ""], []],
  ["gemelos adopt |, files", ["adopt", ""], []],
  ["gemelos sandbox logs |", ["sandbox", "logs", ""], ["dc1", "dc2"]],
  ["gemelos completion |", ["completion", ""], ["bash", "zsh"]],
  ["gemelos parity |", ["parity", ""], ["--releases", "--format", "--json", "--help"]],
  ["gemelos rendr --|", ["rendr", "--"], ["--version", "--help"]],
])("%s", async (_, words, texts) => {
  expect(await offered(...words)).toEqual(texts);
});
