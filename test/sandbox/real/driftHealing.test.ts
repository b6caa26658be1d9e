import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { at } from "../../../recorder/registeredResource.ts";
import { DriftCommand, deployments, merge, strategic } from "../../support/driftCommand.ts";

/** What `npm run drift -- --heal` must do in one change, and what is said of operators who may not do everything. */
let command: DriftCommand;

beforeAll(async () => {
  command = await DriftCommand.start();
});

afterAll(() => command.project.dispose());

describe("what server-side apply alone could not put right", () => {
  test("a probe of another kind, another volume and replicas of 0 are put right in one change, and one rollout", async () => {
    const { cluster } = command.dc1;
    const place = ["Deployment", "notifications", "notifications"] as const;
    const before = await cluster.get(...place);
    const [container] = [at(before, "spec", "template", "spec", "containers", 0)];
    const [volume] = [at(before, "spec", "template", "spec", "volumes", 0)];
    const probe = { httpGet: null, exec: { command: ["true"] } };
    const spec = {
      containers: [{ name: at(container, "name"), readinessProbe: probe }],
      volumes: [{ name: at(volume, "name"), emptyDir: null, configMap: { name: "mine" } }],
    };
    const url = `${deployments("notifications")}/notifications`;
    await command.act("PATCH", url, "kubectl-edit", { spec: { template: { spec } } }, strategic);
    await command.act("PATCH", `${url}/scale`, "kubectl", { spec: { replicas: 0 } }, merge);
    const found = await command.find();
    const field = (name: string) => `Deployment notifications notifications spec.${name}`;
    const [c, v] = [String(at(container, "name")), String(at(volume, "name"))];
    expect(found.differences).toEqual([
      `${field("replicas")} by undefined`,
      `${field(`template.spec.containers[${c}].readinessProbe.exec`)} by kubectl-edit`,
      `${field(`template.spec.containers[${c}].readinessProbe.httpGet`)} by undefined`,
      `${field(`template.spec.volumes[${v}].configMap`)} by kubectl-edit`,
      `${field(`template.spec.volumes[${v}].emptyDir`)} by undefined`,
    ]);
    const changed = Number(at(await cluster.get(...place), "metadata", "generation"));
    const { stdout, stderr } = await command.run(["--heal"]);
    expect({ stdout, stderr }).toMatchObject({ stdout: expect.stringMatching(/^drift: all /m), stderr: "" });
    const after = await cluster.get(...place);
    expect(at(after, "metadata", "generation")).toBe(changed + 1);
    expect(at(after, "spec", "template")).toEqual(at(before, "spec", "template"));
    await command.settled("notifications", "notifications");
  });

  test("an operator who may not write is told so, and nothing is changed", async () => {
    const note = { metadata: { labels: { mine: "yes" } } };
    await command.act("PATCH", `${deployments("payments")}/card-payments`, "kubectl-label", note, merge);
    const { code, stdout } = await command.run(["--heal"], await command.kubeconfigOf("reader", "reader"));
    expect(stdout).toMatch(/^Deployment payments\/card-payments was not put right: permission denied: .*forbidden/m);
    expect(stdout).toMatch(/metadata\.labels\.mine +- +yes +kubectl-label/);
    expect(code).toBe(1);
    expect((await command.run(["--heal"])).code).toBe(0);
  });
});

describe("an operator who may not read everything", () => {
  test("is told which kinds, gets what can be said, and exit code 2", async () => {
    const { code, stdout, stderr } = await command.run([], await command.kubeconfigOf("viewer", "view"));
    expect(stderr).toMatch(/^error: not everything could be read/);
    expect(stderr).toMatch(/\n {2}secrets in namespace payments: .*forbidden/);
    expect(stderr).toMatch(/\n {2}clusterrolebindings\.rbac\.authorization\.k8s\.io: .*forbidden/);
    expect(stdout).not.toContain("not there");
    expect(code).toBe(2);
  });
});
