import { readdir } from "node:fs/promises";
import { tmpdir } from "node:os";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Answer, type Asked, HttpsServer } from "../support/httpsServer.ts";
import { type CommandResult, ProjectCopy } from "../support/projectCopy.ts";
import { clusterUid } from "../support/secretsCommand.ts";

/** How `npm run drift` refuses what it cannot do; what it finds is tested on a real API server. */
let project: ProjectCopy;
let cluster: HttpsServer;
let answers: (asked: Asked) => Answer = () => [404, {}];

beforeAll(async () => {
  project = await ProjectCopy.create();
  cluster = await HttpsServer.start((asked) => answers(asked));
  await project.write("kubeconfig", kubeconfig(cluster.address));
  await project.write("elsewhere", kubeconfig("https://127.0.0.1:1"));
  await project.write("others", kubeconfig(cluster.address, "somewhere"));
});

afterAll(() => Promise.all([project.dispose(), cluster.stop()]));

function kubeconfig(server: string, context = "tax-dc1"): string {
  return JSON.stringify({
    ...{ apiVersion: "v1", kind: "Config" },
    clusters: [{ name: "dc1", cluster: { server, "certificate-authority-data": btoa(cluster.certificate) } }],
    users: [{ name: "operator", user: { token: "t" } }],
    contexts: [{ name: context, context: { cluster: "dc1", user: "operator" } }],
  });
}

function run(args: readonly string[], file = "kubeconfig"): Promise<CommandResult> {
  return project.runWith({ env: { KUBECONFIG: project.path(file) } }, "drift", ...args);
}

const system = ({ path }: Asked, uid = clusterUid): Answer | undefined =>
  path === "/api/v1/namespaces/kube-system" ? [200, { metadata: { uid } }] : undefined;
const empty = { kind: "List", metadata: {}, items: [] };

describe("exit code 2, and what to do, where", () => {
  it.each<[string, readonly string[], RegExp]>([
    ["no site is named", [], /required option '--site <name>'/],
    [
      "there is no such site",
      ["--site", "ñandú"],
      /^error: --site: unknown site \(not shown\); expected one of dc1, dc2/,
    ],
    ["the format is unknown", ["--site", "dc1", "--format", "xml"], /table, wide, json/],
  ])("%s", async (_, args, says) => {
    const { code, stdout, stderr } = await run(args);
    expect(stderr).toMatch(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it.each<[string, string, RegExp]>([
    ["the kubeconfig is not there", "nowhere", /^error: the kubeconfig cannot be read .*ENOENT.*KUBECONFIG/],
    ["it has no such context", "others", /^error: the kubeconfig has no context tax-dc1; .*KUBECONFIG/],
    ["the cluster does not answer", "elsewhere", /^error: the API server https:\/\/127\.0\.0\.1:1 .*ECONNREFUSED/],
  ])("%s", async (_, file, says) => {
    const { code, stdout, stderr } = await run(["--site", "dc1"], file);
    expect(stderr).toMatch(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
  });

  it.each<[string, (asked: Asked) => Answer, RegExp]>([
    ["it is another cluster", (asked) => system(asked, "another") ?? [404, {}], /different cluster.*another/],
    [
      "the operator is denied",
      () => [403, { message: "no" }],
      /^error: the cluster of context tax-dc1 .*permission denied/,
    ],
    ["the kinds cannot be read", (asked) => system(asked) ?? [503, { message: "no" }], /kinds .*cannot be read \(no\)/],
  ])("%s, before anything else is asked", async (_, handle, says) => {
    answers = handle;
    cluster.asked.length = 0;
    const { code, stdout, stderr } = await run(["--site", "dc1", "--heal"]);
    expect(stderr).toMatch(says);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(cluster.asked.filter(({ method }) => method !== "GET")).toEqual([]);
  });
});

describe("a cluster with nothing in it", () => {
  it("lacks every object, and --heal makes none of them: exit code 1", async () => {
    const resource = (kind: string, plural: string, scope = "Namespaced") => ({
      ...{ resource: plural, responseKind: { kind }, scope, verbs: ["list"] },
    });
    const resources = [resource("Service", "services"), resource("Namespace", "namespaces", "Cluster")];
    answers = (asked) => {
      if (asked.path === "/apis") return [200, empty];
      if (asked.path === "/api") return [200, { items: [{ metadata: {}, versions: [{ version: "v1", resources }] }] }];
      return system(asked) ?? [200, empty];
    };
    cluster.asked.length = 0;
    const { code, stdout, stderr } = await run(["--site", "dc1", "--heal"]);
    expect(stderr).toBe("");
    expect(stdout).toMatch(/^drift: 203 objects not there\n/);
    expect(stdout).toMatch(/npm run deploy -- --site dc1 makes it:\n.* {2}Deployment payments\/card-payments\n/s);
    expect(code).toBe(1);
    expect(new Set(cluster.asked.map(({ method }) => method))).toEqual(new Set(["GET"]));
    const left = (await readdir(tmpdir())).filter((name) => name.startsWith("gemelos-drift-"));
    expect(left).toEqual([]);
  });
});
