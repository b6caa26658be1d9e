import { describe, expect, test } from "vitest";
import { checkClearText } from "../../../components/catalogue/clearTextRules.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { microservice } from "../../support/fixtures.ts";

const folder = "services/receipts";
const yaml = { name: "a.yaml", file: `${folder}/config/a.yaml`, text: "a: 1\ndb:\n  password: hunter2\n" };

function check(stated: Partial<Microservice>, templates = [yaml]) {
  return checkClearText({ service: microservice(stated), folder, templates });
}

describe("a secret in the clear", () => {
  test("is told with its file and line, what to do, and how to say that it is none; its value is not shown", () => {
    const [problem, ...others] = check({});
    expect(others).toEqual([]);
    expect(problem).toMatchObject({ file: yaml.file, path: "line 3" });
    expect(problem?.message).toMatch(
      /a value named "db.password".*put it under secrets.*\$\{NAME\}.*notSecret: \{ "config\/a.yaml: db.password"/,
    );
    expect(problem?.message).not.toContain("hunter2");
  });

  test.each<[string, Partial<Microservice>]>([
    ["env.DB_PASSWORD", { env: { DB_PASSWORD: "hunter2" } }],
    ["command[1]", { command: ["java", "-Ddb.password=hunter2"] }],
    ["args[1]", { args: ["--password", "hunter2"] }],
    ["jvm.options[0]", { jvm: { options: ["-Ddb.password=hunter2"] } }],
    [
      "probes.liveness.exec.command[2]",
      { probes: { liveness: { exec: { command: ["redis-cli", "-a", "hunter2"] } } } },
    ],
    ["description", { description: "Log in with password=hunter2" }],
    ["secrets.A.description", { secrets: { A: { kind: "supplied", description: "it is ghp_hunter2hunter2" } } }],
  ])("in %s is told there, once", (path, stated) => {
    const problems = check(stated, []);
    expect(problems).toMatchObject([{ file: folder, path }]);
    expect(problems[0]?.message).not.toContain("hunter2");
  });

  test("an argument may follow the last word of command", () => {
    expect(check({ command: ["run", "--password"], args: ["hunter2"] }, [])).toMatchObject([{ path: "args[0]" }]);
  });

  test("what a secret is for may be said in words", () => {
    const described = { kind: "supplied", description: "Password: the mail team has it" } as const;
    expect(check({ description: "Password: resets it", secrets: { A: described } }, [])).toEqual([]);
  });
});

describe("notSecret", () => {
  const reason = "A public example of a password";

  test("answers a finding in a file and in the description", () => {
    const notSecret = { "config/a.yaml: db.password": reason, "args[0]": reason };
    expect(check({ args: ["--token=public"], notSecret })).toEqual([]);
  });

  test("that answers nothing is told, so that none stays behind", () => {
    const problems = check({ notSecret: { "config/a.yaml: db.password": reason, "env.OLD": reason } });
    expect(problems).toMatchObject([{ file: folder, path: 'notSecret["env.OLD"]' }]);
    expect(problems[0]?.message).toContain("answers nothing");
  });

  test("about files is left alone where no file is known", () => {
    const service = microservice({ notSecret: { "config/a.yaml: db.password": reason } });
    expect(checkClearText({ service, folder, templates: undefined })).toEqual([]);
  });
});
