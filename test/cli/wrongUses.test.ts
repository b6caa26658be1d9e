import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type CommandResult, ProjectCopy } from "../support/projectCopy.ts";

let project: ProjectCopy;
beforeAll(async () => {
  project = await ProjectCopy.create(["sandbox", "bench"]);
});
afterAll(() => project.dispose());

function ended({ code, stdout, stderr }: CommandResult): { code: number | null; stdout: string; lines: string[] } {
  return { code, stdout, lines: stderr.trimEnd().split("\n") };
}

/** What is typed after `npx gemelos`, and the lines that answer it. */
const wrongUses: readonly (readonly [typed: string, ...answer: (string | RegExp)[]])[] = [
  ["rendr", "error: unknown command 'rendr'", "(Did you mean render?)", "(usage: npx gemelos --help)"],
  ["frobnicate", "error: unknown command '[not shown]'", "(usage: npx gemelos --help)"],
  ["--colour", "error: unknown option '--colour'", "(usage: npx gemelos --help)"],
  [
    "render --stie dc1",
    "error: unknown option '--stie'",
    "(Did you mean --site?)",
    "(usage: npx gemelos render --help)",
  ],
  ["render dc1", /^error: too many arguments for 'render'\./, "(usage: npx gemelos render --help)"],
  ["render --site", "error: option '--site <name...>' argument missing", "(usage: npx gemelos render --help)"],
  ["render --site dc9", 'error: unknown site "dc9"; expected one of dc1, dc2'],
  [
    "render --format xml",
    /^error: option '--format <format>'.*table, wide, json\.$/,
    "(usage: npx gemelos render --help)",
  ],
  ["render --json --format wide", "error: --json: is short for --format json; leave --format out"],
  ["render --json --tree", /^error: --tree: is for people.*leave one of both out$/],
  ["render --json --watch", /^error: --watch: is for people.*leave one of both out$/],
  ["render --out services", /^error: --out: .*services is in services, a folder of the project itself; choose another/],
  [
    "parity --release",
    "error: unknown option '--release'",
    "(Did you mean --releases?)",
    "(usage: npx gemelos parity --help)",
  ],
  ["parity dc1 dc2", /^error: too many arguments for 'parity'\./, "(usage: npx gemelos parity --help)"],
  ["parity --format table", /^error: option '--format <format>'.*text, json\.$/, "(usage: npx gemelos parity --help)"],
  ["preview --base", "error: option '--base <commit>' argument missing", "(usage: npx gemelos preview --help)"],
  ["preview --format html", /text, markdown, json\.$/, "(usage: npx gemelos preview --help)"],
  ["preview --out services/new.txt", /^error: --out: .*services.*choose another/],
  ["drift", "error: required option '--site <name>' not specified", "(usage: npx gemelos drift --help)"],
  ["drift --site dc9", /^error: --site: unknown site "dc9"; expected one of dc1, dc2$/],
  [
    "drift --site dc1 --heel",
    "error: unknown option '--heel'",
    "(Did you mean --heal?)",
    "(usage: npx gemelos drift --help)",
  ],
  ["deploy --site dc9", 'error: --site: unknown site "dc9"; expected one of dc1, dc2'],
  ["deploy --site dc9 --json", 'error: --site: unknown site "dc9"; expected one of dc1, dc2'],
  [
    "promote release --from dc9 --to dc8",
    'error: --from: unknown site "dc9"; expected one of dc1, dc2',
    '--to: unknown site "dc8"; expected one of dc1, dc2',
  ],
  ["promote release --from dc1 --to dc1", "error: --from and --to are the same site; name two"],
  [
    "promote release --from dc1 --to dc2 --reason short",
    /'--reason <reason>'.*say why, in at least 10 characters/,
    "(usage: npx gemelos promote release --help)",
  ],
  ["new-service", "error: missing required argument 'name'", "(usage: npx gemelos new-service --help)"],
  ["new-service Refunds", /^error: the name /],
  ["new-service receipts", /^error: services\/receipts already exists/],
  [
    "new-service refunds --namespce x",
    "error: unknown option '--namespce'",
    "(Did you mean --namespace?)",
    "(usage: npx gemelos new-service --help)",
  ],
  ["adopt", "error: missing required argument 'manifests'", "(usage: npx gemelos adopt --help)"],
  ["adopt nowhere.yaml", "1 problem, nothing was changed:", /nowhere\.yaml: is not there; name a manifest file/],
  ["adopt cli --format wide", /table, json\.$/, "(usage: npx gemelos adopt --help)"],
  ["secrets lst", "error: unknown command '[not shown]'", "(usage: npx gemelos secrets --help)"],
  [
    "secrets statsu",
    "error: unknown command 'statsu'",
    "(Did you mean status?)",
    "(usage: npx gemelos secrets --help)",
  ],
  [
    "secrets status",
    "error: required option '--site <name>' not specified",
    "(usage: npx gemelos secrets status --help)",
  ],
  [
    "secrets put --site dc1",
    "error: required option '--key <name>' not specified",
    "(usage: npx gemelos secrets put --help)",
  ],
  [
    "secrets rollback --site dc1 --key registry --to x",
    /number of a version, 1 or more\.$/,
    "(usage: npx gemelos secrets rollback --help)",
  ],
  [
    "secrets policy --site dc1 --for vault",
    /deployment, secrets, services\.$/,
    "(usage: npx gemelos secrets policy --help)",
  ],
  [
    "secrets setup --site dc1 --address http://vault",
    /It must be an https URL\.$/,
    "(usage: npx gemelos secrets setup --help)",
  ],
  ["sandbox dwon", "error: unknown command 'dwon'", "(Did you mean down?)", "(usage: npx gemelos sandbox --help)"],
  ["sandbox logs dc1", "error: missing required argument 'server'", "(usage: npx gemelos sandbox logs --help)"],
  [
    "sandbox up --name Mine",
    /at most 32 lower-case letters, digits and hyphens\.$/,
    "(usage: npx gemelos sandbox up --help)",
  ],
  ["bench --runs 0", /it must be a whole number from 1 to 9999\.$/, "(usage: npx gemelos bench --help)"],
  ["completion fish", /bash, zsh\.$/, "(usage: npx gemelos completion --help)"],
  ["completion", "error: missing required argument 'shell'", "(usage: npx gemelos completion --help)"],
];

describe("a wrong use: exit code 2, and what to do, on standard error alone", () => {
  const cases = wrongUses.map(([typed, ...answer]) => ({ typed, answer }));
  it.each(cases)("npx gemelos $typed", async ({ typed, answer }) => {
    const [name = "", ...args] = typed.split(" ");
    const { code, stdout, lines } = ended(await project.runWith({ env: { VAULT_TOKEN: "" } }, name, ...args));
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(lines).toHaveLength(answer.length);
    for (const [index, line] of answer.entries()) expect(lines[index]).toMatch(line);
  });
});

describe("a forgotten --, with npm itself", () => {
  it.each([
    ["run parity --releases", "--releases", "npm run parity -- --releases"],
    ["run render --site dc1", "--site", "npm run render -- --site dc1"],
    ["run secrets status --site=dc2", "--site", "npm run secrets -- status --site dc2"],
    ["run preview --base main", "--base", "npm run preview -- --base <commit>"],
  ])("npm %s", (typed, kept, meant) => {
    const { status, stdout, stderr } = spawnSync("npm", ["-s", ...typed.split(" ")], {
      cwd: project.folder,
      encoding: "utf8",
    });
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(stderr).toContain(
      `error: npm has kept ${kept} for itself, since options of a script follow --; type: ${meant}`,
    );
  });

  it("is what an error under npm reminds of", () => {
    const { stderr } = spawnSync("npm", ["-s", "run", "drift"], { cwd: project.folder, encoding: "utf8" });
    expect(stderr).toMatch(/not specified\n\(usage: npm run drift -- --help; options follow --\)\n$/);
  });
});
