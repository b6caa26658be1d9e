import { afterAll, beforeAll, expect, test } from "vitest";
import { stringify } from "yaml";
import { type ClearTextCase, readClearText } from "../support/clearText.ts";
import { ProjectCopy } from "../support/projectCopy.ts";

const planted = await readClearText("planted");
let project: ProjectCopy;

beforeAll(async () => {
  project = await ProjectCopy.create();
});
afterAll(() => project.dispose());

/** One service's manifests with everything that is planted. */
function together(cases: readonly ClearTextCase[]): string {
  const name = "planted";
  const words = (place: string) => cases.filter((each) => each.place === place).flatMap(({ words }) => words);
  const variables = cases.filter(({ place }) => place === "env").map(({ words: [text = ""] }) => text.split(/=(.*)/s));
  const files = cases.flatMap(({ entry }, index) =>
    entry.templates.map(({ name: file, text }) => [`${index}-${file}`, text]),
  );
  const container = {
    name,
    image: "registry.example.org/planted:1",
    resources: { requests: { cpu: "500m", memory: "2Gi" } },
    command: words("command"),
    args: words("args"),
    env: [
      ...variables.map(([variable, value]) => ({ name: variable, value })),
      { name: "JAVA_TOOL_OPTIONS", value: words("jvm").join(" ") },
    ],
    livenessProbe: { exec: { command: words("probe") } },
    volumeMounts: [{ name: "files", mountPath: "/config" }],
  };
  const template = { spec: { containers: [container], volumes: [{ name: "files", configMap: { name: "settings" } }] } };
  const annotations = { token: "PLANTED999X", note: "password=PLANTED999X" };
  return [
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name, annotations }, spec: { template } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data: Object.fromEntries(files) },
  ]
    .map((document) => stringify(document))
    .join("---\n");
}

test(`none of ${planted.length} planted secrets is printed or in a file, from the manifests to the rendered objects`, async () => {
  await project.write("manifests.yaml", together(planted));
  const refused = await project.run("adopt", "manifests.yaml");
  expect(refused.code).toBe(1);
  const taken = await project.run("adopt", "manifests.yaml", "--accept-losses");
  expect(taken.stderr).toBe("");
  expect(taken.code).toBe(0);
  await project.remove("manifests.yaml");
  // One of the planted files is broken on purpose; it is taken in as it is, and the next run says where.
  const broken = `services/planted/config/${planted.findIndex(({ title }) => title.includes("broken: ["))}-application.yaml`;
  const unread = await project.run("render");
  expect(unread.stderr).toMatch(new RegExp(`^1 problem, nothing was changed:\\n  ${broken}:2:1: is no YAML`));
  await project.remove(broken);
  const rendered = await project.run("render");
  expect(rendered.stderr).not.toContain("problem");
  expect(rendered.code).toBe(0);
  for (const { stdout, stderr } of [refused, taken, unread, rendered]) expect(stdout + stderr).not.toContain("PLANTED");
  expect(await project.filesWith("PLANTED")).toEqual([]);
  expect(await project.filesWith("receipts-archive")).not.toEqual([]);
});
