import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { checkOnlyLine } from "../../../delivery/deployment/onlyLine.ts";
import { GitRepositories } from "../../support/gitRepositories.ts";

const repositories: GitRepositories[] = [];
const text = "config:\n  gemelos:releases:\n    receipts: 2@y\n    payments: 7@z\n";
const back = { site: "dc1", lines: [{ path: ["gemelos:releases", "receipts"], value: "1@x" }] } as const;

let folder: string;
let deployed: string;
const git = (...args: readonly string[]) => repositories[0]?.git(folder, ...args) ?? "";
const write = (file: string, content: string) => writeFile(join(folder, file), content);

async function commit(file: string, content: string): Promise<string> {
  await write(file, content);
  git("add", "--all");
  git("commit", "--quiet", "--message", file);
  return git("rev-parse", "HEAD");
}

beforeEach(async () => {
  const made = new GitRepositories();
  repositories.push(made);
  folder = made.clone(made.server("origin.git"), "clone");
  await commit("Pulumi.dc2.yaml", text);
  deployed = await commit("Pulumi.dc1.yaml", text);
});

afterEach(() => repositories.pop()?.remove());

it("takes what the site has, with the line and without, and whatever other sites' files say", async () => {
  await checkOnlyLine(folder, deployed, back);
  await commit("Pulumi.dc2.yaml", "config: {}\n");
  await checkOnlyLine(folder, deployed, back);
  await commit("Pulumi.dc1.yaml", text.replace("2@y", "1@x"));
  await checkOnlyLine(folder, deployed, back);
});

it.each([
  ["a commit that was not deployed", "index.ts", "1\n"],
  ["another line of the site's file", "Pulumi.dc1.yaml", text.replace("7@z", "8@w")],
])("refuses %s, and says how to get to what the site has", async (_, file, content) => {
  await commit(file, content);
  await expect(checkOnlyLine(folder, deployed, back)).rejects.toThrow(
    `dc1 has commit ${deployed.slice(0, 10)}, and what is checked out differs in ${file}, which would come along; go to what dc1 has, then run this again: git switch -c rollback-dc1 ${deployed.slice(0, 10)}`,
  );
});

it("refuses files that are not committed, before anything is held", async () => {
  await write("notes.txt", "mine\n");
  await expect(checkOnlyLine(folder, deployed, back)).rejects.toThrow("commit or remove first: notes.txt");
});
