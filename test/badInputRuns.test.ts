import { spawnSync } from "node:child_process";
import { once } from "node:events";
import { watch } from "node:fs/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { ProjectCopy } from "./support/projectCopy.ts";
import { earlierRun, listed, start, writeEarlierRun } from "./support/watchedCopy.ts";
import { expectTold, type Told } from "./support/wrongInput.ts";

const notifications = "services/notifications/index.ts";
const transform = /deployment: \(manifest\) => \{.*?\n {4}\},/s;

describe("a transform that is wrong", () => {
  let project: ProjectCopy;
  let original: string;
  beforeAll(async () => {
    project = await ProjectCopy.create();
    original = await project.read(notifications);
    await writeEarlierRun(project);
  });
  afterAll(() => project.dispose());

  it.each<[what: string, changed: string, ...told: readonly Told[]]>([
    [
      "returns nothing",
      "deployment: () => undefined",
      { place: "services/notifications: transforms.deployment", says: /returned no manifest; return/ },
    ],
    [
      "fails",
      "deployment: (m) => m.spec.nope.nope",
      {
        place: "services/notifications: transforms.deployment",
        says: /failed: Cannot read properties of undefined \(reading 'nope'\)/,
      },
    ],
    [
      "leads out of the folder",
      'service: (m) => ({ ...m, metadata: { ...m.metadata, namespace: "../../x" } })',
      { place: "services/notifications: transforms.service", says: /namespace "\.\.\/\.\.\/x".*DNS label/ },
    ],
    [
      "opens the network and the nodes without a reason",
      'service: (m) => ({ ...m, spec: { ...m.spec, type: "NodePort" } }), networkPolicy: (m) => ({ ...m, spec: { ...m.spec, egress: [{}] } })',
      {
        place: "services/notifications: transforms.networkPolicy",
        says: /lifts .*networkRules .*NetworkPolicy notifications: spec\.egress\[0\] is \{\}.*reason/,
      },
      {
        place: "services/notifications: transforms.service",
        says: /lifts .*serviceType .*spec\.type is "NodePort".*reason/,
      },
    ],
    [
      "takes root, a neighbour's Secret and a probe away, and writes a secret in the clear",
      'deployment: (m) => { const c = m.spec.template.spec.containers[0]; c.securityContext.runAsUser = 0; c.livenessProbe = undefined; c.envFrom = [{ secretRef: { name: "tax-declarations-secrets" } }]; c.env.push({ name: "SMTP_PASSWORD_OLD", value: "hunter2" }); return m; }',
      ...["runAsRoot", "foreignSecrets", "probes", "clearText"].map((protection) => ({
        place: "services/notifications: transforms.deployment",
        says: new RegExp(`lifts the protection ${protection} of (?!.*hunter2)`),
      })),
    ],
    [
      "misspells a field and gives another a wrong type",
      'deployment: (m) => { m.spec.template.spec.dnsConfg = {}; m.spec.minReadySeconds = "ten"; return m; }',
      {
        place: "dc1/notifications/deployment-notifications.yaml: notifications-deployment",
        says: /^spec\.minReadySeconds .*"ten".*integer/,
      },
      {
        place: "dc1/notifications/deployment-notifications.yaml: notifications-deployment",
        says: /^spec\.template\.spec\.dnsConfg .*field of Deployment; correct or remove/,
      },
    ],
  ])("%s", async (_what, changed, ...told) => {
    expect(original).toMatch(transform);
    await project.write(notifications, original.replace(transform, `${changed},`));
    const { code, stdout, stderr } = await project.run("render", "--site", "dc1");
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expectTold(stderr.trim().split("\n  ").slice(1), ...told);
    expect(await listed(project, "out"), "the earlier out/, and no temporary folder").toEqual(earlierRun);
  });
});

describe("a run that is stopped in its middle", () => {
  let project: ProjectCopy;
  let program: string;
  beforeAll(async () => {
    project = await ProjectCopy.create();
    program = await project.read("index.ts");
  });
  afterAll(() => project.dispose());
  beforeEach(() =>
    // Whatever else the machine does, the run is still under way when its first manifest has been seen.
    project.write("index.ts", `${program}\nawait new Promise((resolve) => setTimeout(resolve, 5_000));\n`),
  );
  afterEach(() => project.remove("out"));

  /** Starts a run, stops it when its first manifest is on disk, and waits until every process of it is gone. */
  async function stop(signal: NodeJS.Signals): Promise<{ code: number | null; signal: string | null }> {
    await writeEarlierRun(project);
    const files = watch(project.path("out"), { recursive: true });
    const run = start(project, "render");
    const closed = once(run, "close");
    for await (const { filename } of files) {
      if (filename?.startsWith(".dc1.") === true && filename.endsWith(".yaml")) break;
    }
    run.kill(signal);
    const [code, by] = await closed;
    return { code, signal: by };
  }

  it.each([
    ["SIGINT" as const, 130],
    ["SIGTERM" as const, 143],
    ["SIGHUP" as const, 129],
  ])("by %s leaves what was there, nothing half written, and exit code %i", async (signal, code) => {
    expect(await stop(signal)).toEqual({ code, signal: null });
    expect(await listed(project, "out")).toEqual(earlierRun);
  });

  it("by SIGKILL leaves its temporary folders, which the next run removes", async () => {
    expect(await stop("SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
    expect((await listed(project, "out")).filter((path) => /^\.dc[12]\.\d+\.tmp$/.test(path))).toHaveLength(2);
    expect(await project.read("out/dc1/kept.yaml")).toBe("from an earlier run\n");
    await project.write("index.ts", program);
    expect((await project.run("render", "--site", "dc1")).code).toBe(0);
    const left = await listed(project, "out");
    expect(left.filter((path) => path.startsWith("."))).toEqual([]);
    expect(left).toContain("dc1/resources.json");
    expect(left).not.toContain("dc1/kept.yaml");
  });
});

describe("a file that cannot be written to its end, as on a full disk", () => {
  let project: ProjectCopy;
  beforeAll(async () => {
    project = await ProjectCopy.create();
    await writeEarlierRun(project);
  });
  afterAll(() => project.dispose());

  it.each([
    ["an object's", 1, /\/out\/\.dc[12]\.\d+\.tmp\/[\w/.-]+\.yaml/],
    ["the registrations'", 256, /\/out\/dc[12]\/resources\.json/],
  ])("%s: one line with its path and what to do, and nothing half written", async (_, blocks, path) => {
    // A limit on the size of files stands in for the disk: it fails at the same place, and needs no rights.
    const { status, stdout, stderr } = spawnSync(
      "bash",
      ["-c", `ulimit -f ${blocks} && exec "$0" cli/main.ts render`, process.execPath],
      { cwd: project.folder, encoding: "utf8", env: { ...process.env, NODE_DISABLE_COMPILE_CACHE: "1" } },
    );
    expect(stderr).toMatch(/^error: [^\n]+\n$/);
    expect(stderr).toMatch(path);
    expect(stderr).toMatch(/larger than .* allows; raise the limit/);
    expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
    expect(await listed(project, "out")).toEqual(earlierRun);
  });
});

describe("a secret", () => {
  const planted = "planted-hunter2-value";
  const forms = [planted, Buffer.from(planted).toString("base64")];
  let project: ProjectCopy;
  beforeAll(async () => {
    project = await ProjectCopy.create();
  });
  afterAll(() => project.dispose());

  it("is nowhere in what is written or printed, wherever the program puts it", async () => {
    const program = await project.read("index.ts");
    await project.replace(
      "index.ts",
      "  return { services:",
      `
const metadata = { name: "planted", namespace: "payments" };
const own = { provider: cluster };
const value = "${planted}";
new kubernetes.core.v1.Secret("planted-text", { metadata, stringData: { password: value } }, own);
new kubernetes.core.v1.Secret("planted-data", { metadata: { ...metadata, name: "planted-data" }, data: { password: btoa(value) } }, own);
new kubernetes.core.v1.ConfigMap("planted-annotation", { metadata: { ...metadata, annotations: { note: pulumi.secret(value) } } }, own);
new random.RandomPassword("planted-password", { length: 20, keepers: { seed: pulumi.secret(value) } });
new vault.kv.SecretV2("planted-value", { mount: "services", name: "a/b/C", dataJson: JSON.stringify({ value }) }, { provider: secrets });

  return { services:`,
    );
    await project.write(
      "index.ts",
      `${await project.read("index.ts")}\nexport const planted = pulumi.secret("${planted}");\n`,
    );
    let printed = "";
    for (const format of [["--format", "json"], ["--tree"]]) {
      const { code, stdout, stderr } = await project.run("render", ...format);
      expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
      printed += stdout;
    }
    const files = await listed(project, "out", { files: true });
    expect(files).toContain("dc1/payments/secret-planted.yaml");
    expect(files).toContain("dc2/payments/configmap-planted.yaml");
    expect(await project.read("out/dc1/resources.json")).toContain("planted-password");
    for (const form of forms) {
      expect(printed).not.toContain(form);
      for (const path of files) expect(await project.read(`out/${path}`), path).not.toContain(form);
    }
    await project.write("index.ts", program);
  });

  it("among the variables is refused by its name, without its value", async () => {
    await project.replace(notifications, '"batch",', `"batch",\n  env: { SMTP_PASSWORD: "${planted}" },`);
    const { code, stdout, stderr } = await project.run("render");
    expect(code).toBe(2);
    expect(stderr).toMatch(/services\/notifications: env\.SMTP_PASSWORD: .*secret/);
    for (const form of forms) expect(stdout + stderr).not.toContain(form);
  });
});
