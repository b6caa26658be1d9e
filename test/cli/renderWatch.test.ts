import { type ChildProcess, spawn } from "node:child_process";
import { afterAll, afterEach, beforeAll, expect, it } from "vitest";
import { ProjectCopy } from "../support/projectCopy.ts";

let project: ProjectCopy;
let child: ChildProcess | undefined;
beforeAll(async () => {
  project = await ProjectCopy.create();
});
afterEach(() => child?.kill("SIGKILL"));
afterAll(() => project.dispose());

/** Starts `render --watch`; `says` waits until the command has written something new that matches. */
function watching() {
  const started = spawn(process.execPath, ["cli/main.ts", "render", "--watch", "--site", "dc1"], {
    cwd: project.folder,
  });
  child = started;
  let said = "";
  let wake: () => void = () => undefined;
  for (const stream of [started.stdout, started.stderr]) {
    stream.setEncoding("utf8").on("data", (text: string) => {
      said += text;
      wake();
    });
  }
  const says = async (what: RegExp) => {
    while (!what.test(said)) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    said = said.replace(what, "");
  };
  const ended = new Promise((resolve) => started.once("close", (code, signal) => resolve(code ?? signal)));
  return { says, ended, interrupt: () => started.kill("SIGINT") };
}

it("renders again after each change, survives an error, and ends with 0 at Ctrl-C", async () => {
  const { says, ended, interrupt } = watching();
  await says(/card-payments +payments/);
  await says(/watching the project's files; Ctrl-C ends it/);
  await project.replace("services/receipts/index.ts", 'memory: "4Gi"', 'memory: "5Gi"');
  await says(/changed: services\/receipts\/index\.ts\n/);
  await says(/preview against the render before\n.*4Gi -> 5Gi.*dc1: 0 to create/s);
  await project.replace("services/receipts/index.ts", 'memory: "5Gi"', 'memroy: "5Gi"');
  await says(/resources\.requests\.memroy: unknown key/);
  await project.replace("services/receipts/index.ts", 'memroy: "5Gi"', 'memory: "4Gi"');
  await says(/5Gi -> 4Gi.*dc1: 0 to create/s);
  expect(await project.read("out/dc1/declarations/deployment-receipts.yaml")).toContain("4Gi");
  interrupt();
  expect(await ended).toBe(0);
});

it("ends with 0 during a render, too", async () => {
  const { says, ended, interrupt } = watching();
  await says(/watching/);
  await project.write("services/receipts/notes.md", "");
  await says(/changed: /);
  interrupt();
  expect(await ended).toBe(0);
});
