import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { type CommandResult, ProjectCopy } from "./support/projectCopy.ts";

// Mistakes that a person makes on the first day, all in one project: one run of a command tells each of them, once.

/** A mistake, and what the one line about it says. */
type Mistake = readonly [what: string, place: RegExp, says: RegExp];

/** Expects one line about each mistake, and no line twice. */
function expectEach(result: () => CommandResult, mistakes: readonly Mistake[]): void {
  const lines = () => result().stderr.trim().split("\n  ").slice(1);

  it.each(mistakes)("tells %s", (_, place, says) => {
    const about = lines().filter((line) => place.test(line));
    expect(about, lines().join("\n")).toEqual([expect.stringMatching(says)]);
  });

  it("ends with exit code 2, prints nothing else, and tells nothing twice", () => {
    const { code, stdout } = result();
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(lines().filter((line, index, all) => all.indexOf(line) !== index)).toEqual([]);
  });
}

describe("a site whose file was copied and half corrected", () => {
  const changes: readonly (readonly [path: readonly (string | number)[], value: unknown])[] = [
    [["kubernetes", "context"], "tax-dc1"],
    [["kubernetes", "clusterUid"], "6f1c2b6e-3f0e-4b59-9a53-0d9a5c1e7a11"],
    [["kubernetes", "address"], "https://kubernetes.dc1.tax.example:6443/"],
    [["vault", "address"], "https://VAULT.dc1.tax.example:8200"],
    [["vault", "cidrs"], ["10.1.20.0/24"]],
    [["network", "podCidrs"], ["10.233.0.0/16"]],
    [["peer"], "dc9"],
    [["timeZone"], "America/Bogota"],
    [["locale"], undefined],
    [["registy"], "registry.dc2.tax.example:5000"],
    [["nodes", 0, "host"], "hypervisor1.dc1.tax.example"],
    [["nodes", 1, "name"], "cp2.dc1.tax.example"],
    [["nodes", 2, "address"], "10.1.10.13"],
    [["nodes", 3, "cpu"], "5000"],
    [["nodes", 4, "memory"], "128Mi"],
    [["nodes", 5, "disk"], "9999Ti"],
    [["backingServices", "mail-relay", "port"], 70000],
  ];
  let project: ProjectCopy;
  let rendered: CommandResult;
  let compared: CommandResult;
  beforeAll(async () => {
    project = await ProjectCopy.create();
    const document = parseDocument(await project.read("Pulumi.dc2.yaml"));
    for (const [path, value] of changes) {
      if (value === undefined) document.deleteIn(["config", "gemelos:site", ...path]);
      else document.setIn(["config", "gemelos:site", ...path], value);
    }
    document.setIn(["config", "gemelos:releases", "receipts"], "latest");
    const text = document.toString({ lineWidth: 0 });
    await project.write("Pulumi.dc2.yaml", text);
    await project.write("Pulumi.dc3.yml", text);
    await project.write("site-dc4.yaml", text);
    rendered = await project.run("render");
    compared = await project.run("parity");
  });
  afterAll(() => project.dispose());

  const field = (name: string) => new RegExp(`^Pulumi\\.dc2\\.yaml:\\d+:\\d+: gemelos:site\\.${name}: `);
  const alsoIn = /is also in Pulumi\.dc1\.yaml.*correct the file that is wrong$/;
  expectEach(
    () => rendered,
    [
      ["the same context", field("kubernetes\\.context"), alsoIn],
      ["the same cluster", field("kubernetes\\.clusterUid"), alsoIn],
      ["the same API server, written otherwise", field("kubernetes\\.address"), alsoIn],
      ["the same Vault, written otherwise", field("vault\\.address"), alsoIn],
      ["Vault's addresses", field("vault\\.cidrs\\[0\\]"), /overlaps "10\.1\.20\.15\/32".*\{ cidr, reason \}/],
      ["the pods' network", field("network\\.podCidrs\\[0\\]"), /overlaps "10\.233\.64\.0\/18".*\{ cidr, reason \}/],
      ["a peer that there is not", field("peer"), /"dc9" has no file Pulumi\.dc9\.yaml/],
      ["another time zone", field("timeZone"), /but Pulumi\.dc1\.yaml has "America\/Lima"/],
      ["no locale", field("locale"), /is missing, but Pulumi\.dc1\.yaml has/],
      ["a key that is misspelled", field("registy"), /unknown key.*did you mean "registry"\?$/],
      ["a machine of the other site", field("nodes\\[0\\]\\.host"), alsoIn],
      ["a node's name", field("nodes\\[1\\]\\.name"), alsoIn],
      ["a node's address", field("nodes\\[2\\]\\.address"), alsoIn],
      ["5000 cores", field("nodes\\[3\\]\\.cpu"), /"5000" is no machine's; write from 500m to 2048/],
      ["a node of 128Mi", field("nodes\\[4\\]\\.memory"), /"128Mi" is no machine's/],
      ["a disk of 9999Ti", field("nodes\\[5\\]\\.disk"), /"9999Ti" is no machine's/],
      ["a port above all", field("backingServices\\.mail-relay\\.port"), /70000 must be a port/],
      ["a release without digest", /^Pulumi\.dc2\.yaml:\d+:\d+: gemelos:releases\.receipts: /, /tag@sha256:digest/],
      ["a file that ends in .yml", /^Pulumi\.dc3\.yml: /, /rename it/],
      ["a file that holds a site under another name", /^site-dc4\.yaml: /, /rename it/],
    ],
  );

  it("is refused by parity with the same lines", () => {
    expect({ code: compared.code, stdout: compared.stdout }).toEqual({ code: 2, stdout: "" });
    expect(compared.stderr.split("\n").toSorted()).toEqual(rendered.stderr.split("\n").toSorted());
  });
});

describe("services that cannot be meant", () => {
  const longName = "a-name-of-seventy-characters-which-is-more-than-kubernetes-takes-by-far";
  const services: Readonly<Record<string, string>> = {
    probes:
      "probes: { startup: { httpGet: { path: '/' }, failureThreshold: 100000 }, readiness: { httpGet: { path: '/' }, periodSeconds: 7200, timeoutSeconds: 900 }, liveness: { httpGet: { path: '/' }, initialDelaySeconds: 86400 } },",
    replicas: "autoscaling: { minReplicas: 1000, maxReplicas: 1000 },",
    rollout: "rollout: { maxSurge: 1000, minReadySeconds: 86400 },",
    storage: "volumes: { '/data': { size: '9999Ti' } }, emptyDirs: { '/cache': '9999Ti' },",
    tolerant: "tolerations: [{ key: 'a', effect: 'NoExecute', tolerationSeconds: 1e9 }],",
    cores: "resources: { requests: { cpu: '500', memory: '1Gi' } },",
    memory: "resources: { requests: { cpu: '1', memory: '512Gi' } },",
    limits: "resources: { requests: { cpu: '1', memory: '1Gi' }, limits: { cpu: '64', memory: '512Gi' } },",
    loader: "initContainers: { load: { resources: { cpu: '200' } } },",
    scratch: "temporaryStorage: '9Ti',",
    crowd: "resources: { requests: { cpu: '20', memory: '1Gi' } }, autoscaling: { minReplicas: 9, maxReplicas: 9 },",
    spelled: "autoscalling: {}, backingServices: ['receipt-archive'],",
    template: "",
    transform: "transforms: { deployment: () => undefined },",
    unreleased: "",
    [longName]: "",
  };
  let project: ProjectCopy;
  let rendered: CommandResult;
  beforeAll(async () => {
    project = await ProjectCopy.create();
    const release = `1.0.0@sha256:${"ab".repeat(31)}c4`;
    for (const [name, fields] of Object.entries(services)) {
      const resources = fields.includes("requests") ? "" : "resources: { requests: { cpu: '1', memory: '1Gi' } },";
      await project.write(
        `services/${name}/index.ts`,
        `export const x: any = { name: "${name}", namespace: "shop", description: "For trying", owner: "team@tax.example", ${resources} ${fields} };\n`,
      );
    }
    await project.write("services/template/config/application.yaml", "a: {{ site.nam }}\n");
    for (const site of ["dc1", "dc2"]) {
      const names = [
        ...Object.keys(services).filter((name) => name !== "unreleased" && name !== longName),
        "reciepts-two",
      ];
      const lines = names.map((name) => `    ${name}: ${release}\n`).join("");
      await project.replace(`Pulumi.${site}.yaml`, "  gemelos:releases:\n", `  gemelos:releases:\n${lines}`);
    }
    rendered = await project.run("render");
  });
  afterAll(() => project.dispose());

  const at = (name: string, path: string) => new RegExp(`^services/${name}: ${path}: `);
  const inBoth = /Pulumi\.dc1\.yaml and Pulumi\.dc2\.yaml|worker1\.dc/;
  expectEach(
    () => rendered,
    [
      [
        "a hundred thousand checks",
        at("probes", "probes\\.startup\\.failureThreshold"),
        /100000 must be at most 3600 checks/,
      ],
      [
        "a check every two hours",
        at("probes", "probes\\.readiness\\.periodSeconds"),
        /7200 must be at most 3600 seconds/,
      ],
      [
        "a check that takes a quarter of an hour",
        at("probes", "probes\\.readiness\\.timeoutSeconds"),
        /900 must be at most 300 seconds/,
      ],
      [
        "a delay of a day",
        at("probes", "probes\\.liveness\\.initialDelaySeconds"),
        /86400 must be at most 3600 seconds, an hour/,
      ],
      [
        "a thousand replicas at least",
        at("replicas", "autoscaling\\.minReplicas"),
        /1000 must be at most 200 replicas/,
      ],
      ["a thousand replicas at most", at("replicas", "autoscaling\\.maxReplicas"), /1000 must be at most 200 replicas/],
      ["a day until a pod counts", at("rollout", "rollout\\.minReadySeconds"), /86400 must be at most 3600 seconds/],
      ["a thousand pods at once", at("rollout", "rollout\\.maxSurge"), /1000 must be at most 200 replicas/],
      ["a volume of 9999Ti", at("storage", "volumes.*size"), /"9999Ti" must be at most 64Ti/],
      ["a directory of 9999Ti", at("storage", "emptyDirs.*"), /must be/],
      [
        "a toleration of thirty years",
        at("tolerant", "tolerations\\[0\\]\\.tolerationSeconds"),
        /must be at most 86400 seconds, a day/,
      ],
      ["a name of seventy characters", new RegExp(`^services/${longName}: name: `), /at most 40 characters/],
      ["a field that is misspelled", at("spelled", "autoscalling"), /did you mean "autoscaling"\?$/],
      [
        "a backing service that is misspelled",
        at("spelled", "backingServices\\[0\\]"),
        /did you mean "receipts-archive"\?$/,
      ],
      ["a transform that returns nothing", at("transform", "transforms\\.deployment"), /returned no manifest/],
      ["a template's typo", /^services\/template\/config\/application\.yaml:1:\d+: /, /site\.nam/],
      [
        "a missing release in one site",
        /^Pulumi\.dc1\.yaml:\d+:\d+: gemelos:releases\.unreleased: /,
        /is missing; add tag@sha256:digest/,
      ],
      [
        "and in the other",
        /^Pulumi\.dc2\.yaml:\d+:\d+: gemelos:releases\.unreleased: /,
        /is missing; add tag@sha256:digest/,
      ],
    ],
  );

  it.each([
    ["500 cores", "cores", "resources.requests.cpu", /500 CPU .*has 32, less 300m for DaemonSets/],
    ["512Gi", "memory", "resources.requests.memory", /512Gi of memory .*has 128Gi, less 256Mi for DaemonSets/],
    ["a limit of 512Gi", "limits", "resources.limits.memory", /"512Gi" is above what any node .*128Gi/],
    ["a limit of 64 cores", "limits", "resources.limits.cpu", /"64" is above what any node .*32/],
    [
      "an init container of 200 cores",
      "loader",
      "resources.requests.cpu",
      /200 CPU with its sidecars and init containers/,
    ],
    ["9Ti of disk", "scratch", "temporaryStorage", /9Ti|9280Gi|of disk/],
    [
      "nine replicas of which each needs most of a node",
      "crowd",
      "autoscaling.minReplicas",
      /9 replicas do not fit.*room for 4 such pods/,
    ],
  ])("tells %s in each site whose nodes are too small", (_, service, path, says) => {
    const about = rendered.stderr.split("\n  ").filter((line) => line.startsWith(`services/${service}: ${path}: `));
    expect(about.length, rendered.stderr).toBeGreaterThan(0);
    for (const line of about) expect(line).toMatch(says);
    expect(about.join("\n")).toMatch(inBoth);
  });
});

describe("what a scaffold leaves open", () => {
  let project: ProjectCopy;
  beforeAll(async () => {
    project = await ProjectCopy.create();
    expect((await project.run("new-service", "refunds")).code).toBe(0);
  });
  afterAll(() => project.dispose());

  it("is a warning of render", async () => {
    const { code, stdout } = await project.run("render", "--format", "wide");
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /warning: placeholders are left.*: services\/refunds: description, services\/refunds: owner\n/,
    );
    expect(stdout).toMatch(/warning: placeholders are left.*: gemelos:releases\.refunds\n/);
  });

  it("is refused by the check, with every place", async () => {
    const { code, stdout } = await project.run("placeholders");
    expect(code).toBe(1);
    expect(stdout.split("\n").slice(0, -1)).toEqual([
      expect.stringMatching(/^4 placeholders are left/),
      expect.stringMatching(/^ {2}Pulumi\.dc1\.yaml:\d+:\d+: gemelos:releases\.refunds: "0\.0\.0@sha256:0000/),
      expect.stringMatching(/^ {2}Pulumi\.dc2\.yaml:\d+:\d+: gemelos:releases\.refunds: /),
      expect.stringMatching(/^ {2}services\/refunds: description: "To be described/),
      expect.stringMatching(/^ {2}services\/refunds: owner: "To be named/),
    ]);
  });
});
