import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { parse, parseDocument } from "yaml";
import { readStackFiles } from "../../recorder/stackFile.ts";
import { checkSiteFolder } from "../../site.ts";
import { linesOf, siteText } from "../support/wrongInput.ts";

type Change = readonly [path: readonly (string | number)[], value: unknown];

/** A whole site's file in which everything that must be its own is its own. */
function siteFile(name: string, peer: string, ...changes: readonly Change[]): string {
  const number = name.length + name.charCodeAt(name.length - 1);
  const text = siteText
    .replaceAll("dc1", name)
    .replaceAll("10.1.", `10.${number}.`)
    .replaceAll("10.233.", `10.${number + 100}.`)
    .replace(/clusterUid: \S+/, `clusterUid: 00000000-0000-4000-8000-0000000000${number}`)
    .replace(/peer: \S+/, `peer: ${peer}`);
  const document = parseDocument(text);
  for (const [path, value] of changes) {
    const place = ["config", "gemelos:site", ...path];
    if (value === undefined) document.deleteIn(place);
    else document.setIn(place, value);
  }
  return document.toString();
}

/** What is said of a folder with these files, by the commands and by the program that runs in one stack. */
async function said(files: Readonly<Record<string, string>>): Promise<string[]> {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-sites-"));
  try {
    for (const [file, text] of Object.entries(files)) await writeFile(join(folder, file), text);
    const text = JSON.stringify(parse(files["Pulumi.dc1.yaml"] ?? "").config["gemelos:site"]);
    const byProgram = await linesOf(() => checkSiteFolder(folder, [{ file: "Pulumi.dc1.yaml", text }]));
    const byCommands = await linesOf(() => readStackFiles(["dc1"], folder));
    expect(byCommands, "a command that reads one site").toEqual(byProgram);
    return byProgram;
  } finally {
    await rm(folder, { recursive: true });
  }
}

const dc1 = siteFile("dc1", "dc2");
const pair = (...changes: readonly Change[]) => ({
  "Pulumi.dc1.yaml": dc1,
  "Pulumi.dc2.yaml": siteFile("dc2", "dc1", ...changes),
});

it("two sites that have nothing in common are right, and so is one whose peer is not described yet", async () => {
  expect(await said(pair())).toEqual([]);
  expect(await said({ "Pulumi.dc1.yaml": dc1 })).toEqual([]);
});

it("a registry, domains and a backing service may be shared", async () => {
  const { registry, domains, backingServices } = parse(dc1).config["gemelos:site"];
  const shared = pair([["registry"], registry], [["domains"], domains], [["backingServices"], backingServices]);
  expect(await said(shared)).toEqual([]);
});

it.each<[what: string, change: Change, says: RegExp]>([
  [
    "another time zone",
    [["timeZone"], "America/Bogota"],
    /timeZone: is "America\/Bogota", but Pulumi\.dc1\.yaml has "America\/Lima"; .*date/,
  ],
  [
    "no time zone",
    [["timeZone"], undefined],
    /timeZone: is missing, but Pulumi\.dc1\.yaml has "America\/Lima"; .*date/,
  ],
  [
    "another language",
    [["locale"], "es_ES.UTF-8"],
    /locale: is "es_ES\.UTF-8", but Pulumi\.dc1\.yaml has "es_PE\.UTF-8"/,
  ],
])("two sites with %s in one of them would answer differently", async (_, change, says) => {
  expect(await said(pair(change))).toEqual([expect.stringMatching(says)]);
});

describe("a site whose file was copied from the other one is refused, since its deployment would change the other's", () => {
  const uid = parse(dc1).config["gemelos:site"].kubernetes.clusterUid;
  it.each<[what: string, change: Change, field: string]>([
    ["context", [["kubernetes", "context"], "tax-dc1"], "kubernetes.context"],
    ["cluster's UID", [["kubernetes", "clusterUid"], uid], "kubernetes.clusterUid"],
    ["API server", [["kubernetes", "address"], "https://KUBERNETES.dc1.tax.example:6443/"], "kubernetes.address"],
    ["Vault", [["vault", "address"], "https://vault.dc1.tax.example:8200"], "vault.address"],
    ["Vault, written otherwise", [["vault", "address"], "https://Vault.dc1.tax.example:8200//"], "vault.address"],
    ["Vault's addresses", [["vault", "cidrs"], ["10.52.20.0/24"]], "vault.cidrs[0]"],
    ["node's name", [["nodes", 3, "name"], "worker1.dc1.tax.example"], "nodes[3].name"],
    ["node's address", [["nodes", 3, "address"], "10.52.10.21"], "nodes[3].address"],
    ["node's address in IPv6's form", [["nodes", 3, "address"], "::ffff:10.52.10.21"], "nodes[3].address"],
  ])("the same %s", async (_, change, field) => {
    const lines = await said(pair(change));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(`Pulumi.dc2.yaml: gemelos:site.${field}: `);
    expect(lines[0]).toMatch(/".*Pulumi\.dc1\.yaml.*correct the file that is wrong/);
  });

  it("the same network of pods, or a physical machine with VMs of both", async () => {
    const [network, host] = await said(
      pair([["network", "podCidrs"], ["10.152.64.0/20"]], [["nodes", 1, "host"], "hypervisor2.dc1.tax.example"]),
    ).then((lines) => lines.toSorted());
    expect(network).toMatch(
      /dc2\.yaml: gemelos:site\.network\.podCidrs\[0\]: "10\.152\.64\.0\/20" overlaps "10\.152\.64\.0\/18" in Pulumi\.dc1\.yaml, .*\{ cidr, reason \}/,
    );
    expect(host).toMatch(
      /dc2\.yaml: gemelos:site\.nodes\[1\]\.host: .* is also in Pulumi\.dc1\.yaml \(nodes\[1\]\.host\)/,
    );
  });

  it("nor by half: a host of VMs here is a node there", async () => {
    expect(await said(pair([["nodes", 0, "host"], "worker1.dc1.tax.example"]))).toEqual([
      expect.stringMatching(/nodes\[0\]\.host: .*\(nodes\[3\]\.name\)/),
    ]);
  });

  it("unless a reason says that pods' addresses never leave their cluster", async () => {
    const reason = "Each cluster hides its pods behind the addresses of its nodes";
    expect(await said(pair([["network", "podCidrs"], [{ cidr: "10.152.64.0/18", reason }]]))).toEqual([]);
  });

  it("unless a reason says that both are behind Vault's addresses", async () => {
    const reason = "One load balancer stands before both sites";
    expect(await said(pair([["vault", "cidrs"], [{ cidr: "10.52.20.0/24", reason }]]))).toEqual([]);
  });
});

describe("peers name each other", () => {
  it.each<[what: string, files: Readonly<Record<string, string>>, said: readonly RegExp[]]>([
    [
      "a peer that nobody described",
      { ...pair(), "Pulumi.dc1.yaml": siteFile("dc1", "dc9") },
      [
        /dc1\.yaml: gemelos:site\.peer: "dc9" has no file Pulumi\.dc9\.yaml/,
        /dc2\.yaml: .*"dc1" does not name this site back/,
      ],
    ],
    ["a third site with none", { ...pair(), "Pulumi.dc3.yaml": siteFile("dc3", "", [["peer"], undefined]) }, []],
    [
      "a third and a fourth",
      { ...pair(), "Pulumi.dc3.yaml": siteFile("dc3", "dc4"), "Pulumi.dc4.yaml": siteFile("dc4", "dc3") },
      [],
    ],
    [
      "a third site",
      { ...pair(), "Pulumi.dc3.yaml": siteFile("dc3", "dc1") },
      [/dc3\.yaml: gemelos:site\.peer: "dc1" does not name this site back: Pulumi\.dc1\.yaml has peer "dc2"/],
    ],
  ])("%s", async (_, files, expected) => {
    const lines = await said(files);
    expect(lines).toHaveLength(expected.length);
    for (const [index, line] of expected.entries()) expect(lines[index]).toMatch(line);
  });
});

describe("no file is passed over", () => {
  it.each([
    "Pulumi.dc3.yml",
    "Pulumi.DC3.yaml",
    "pulumi.dc3.yaml",
    "Pulumi.dc3 (copy).yaml",
    "Pulumi.dc3.json",
    "Pulumi-dc3.yaml",
    "Pulumi.dc3.yaml.txt",
    "dc3.yaml",
    "site-dc3.yml",
  ])("%s is said to be no site's", async (file) => {
    const lines = await said({ ...pair(), [file]: siteFile("dc3", "dc1") });
    expect(lines).toEqual([expect.stringMatching(/: neither Pulumi nor any command reads .*rename it/)]);
    expect(lines[0]).toContain(file);
  });

  it("a sibling that is no YAML, or of another name, is said too", async () => {
    expect(await said({ ...pair(), "Pulumi.dc2.yaml": "config: [1, 2\nfoo: }\n" })).toEqual([
      expect.stringMatching(/^Pulumi\.dc2\.yaml: cannot be read as YAML/),
    ]);
    const renamed = { "Pulumi.dc1.yaml": dc1, "Pulumi.dc2.yaml": siteFile("dc4", "dc1") };
    expect(await said(renamed)).toEqual([
      expect.stringMatching(/dc2\.yaml: gemelos:site\.name: is "dc4" but must match the stack name/),
    ]);
  });
});

describe("a database that is a replica", () => {
  const [first] = Object.keys(parse(dc1).config["gemelos:site"].backingServices);
  const replicaOf = ["backingServices", first ?? "", "replicaOf"];

  it("is one of the other site's", async () => {
    expect(await said(pair([replicaOf, "dc1"]))).toEqual([]);
  });

  it.each<[what: string, files: Readonly<Record<string, string>>, says: string]>([
    ["of a site that is not there", pair([replicaOf, "dc3"]), '"dc3" is no other site (dc1); correct it'],
    ["of its own site", pair([replicaOf, "dc2"]), '"dc2" is no other site (dc1); correct it'],
    [
      "of a replica",
      { ...pair([replicaOf, "dc1"]), "Pulumi.dc1.yaml": siteFile("dc1", "dc2", [replicaOf, "dc2"]) },
      "is itself a replica in Pulumi.dc1.yaml, so that no migration would run anywhere; one site has the original",
    ],
    [
      "and shared",
      pair([replicaOf, "dc1"], [["backingServices", first ?? "", "shared"], true]),
      "stands beside shared: true, which says that both sites use one; remove one of the two",
    ],
    [
      "of what the other site lacks",
      pair([
        ["backingServices", "ledger"],
        { host: "ledger.dc2.tax.example", port: 5432, cidrs: ["10.150.9.1/32"], replicaOf: "dc1" },
      ]),
      "Pulumi.dc1.yaml has no backing service of this name; add it there, or remove this",
    ],
  ])("%s is refused", async (_, files, says) => {
    expect((await said(files)).join("\n")).toContain(says);
  });
});
