import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import type { Row } from "../../../cli/adopt/fields/compare.ts";
import { formatLists, listOf } from "../../../cli/adopt/report/report.ts";
import { writeDescription } from "../../../cli/adopt/writing/typescript.ts";
import { adoptAs, allLeaves, caseNames, casePath, readCase } from "./manifests.ts";

const project = join(import.meta.dirname, "..", "..", "..");

/** The name of the service in a case: its Deployment's. */
async function serviceName(name: string): Promise<string> {
  const texts = (await readCase(name)).map(({ text }) => text).join("\n");
  const match = /kind"?: "?Deployment[\s\S]*?metadata"?:[\s\S]*?\bname"?: (?:&\w+ )?"?([a-z-]+)/.exec(texts);
  return match?.[1] ?? name;
}

function places(rows: readonly Row[]): string[] {
  return rows.map(({ file, document, path }) => `${file}#${document} ${path}`);
}

describe.each(await caseNames())("the manifests of %s", async (name) => {
  const files = await readCase(name);
  const adopted = adoptAs(await serviceName(name), files);
  const { rows } = adopted.compare(adopted.service);
  const written = writeDescription(adopted.service);

  it("become the TypeScript, the configuration and the lists that are pinned", async () => {
    const config = Object.entries(adopted.templates).map(([file, text]) => `// config/${file}\n${text}`);
    const notes = adopted.notes.map((note) => `- ${note}`).join("\n");
    await expect(written).toMatchFileSnapshot(casePath(name, "pinned", "index.ts.txt"));
    await expect([`release: ${adopted.release}`, ...config].join("\n")).toMatchFileSnapshot(
      casePath(name, "pinned", "config.txt"),
    );
    await expect(`${formatLists(rows)}\nWorth a look\n${notes}\n`).toMatchFileSnapshot(
      casePath(name, "pinned", "lists.txt"),
    );
  });

  it("leave no field out of the three lists, and put none into two", () => {
    const expected = allLeaves(files).sort();
    expect(expected.length).toBeGreaterThan(15);
    expect(places(rows).sort()).toEqual(expected);
  });

  it("are explained: what replaces a field, why one is missing and what to do", () => {
    for (const { verdict, path } of rows) {
      if (verdict.list === "replaced") expect(verdict.by, path).toMatch(/\S/);
      if (verdict.list === "not carried over") {
        expect(verdict.reason, path).toMatch(/\S/);
        expect(verdict.remedy, path).toMatch(/\S/);
      }
    }
  });

  it("show and write no secret", () => {
    const shown = [written, JSON.stringify(adopted.templates), JSON.stringify(rows), adopted.notes.join()].join("\n");
    expect(shown).not.toMatch(/planted|do-not-print|cGxhbnRlZ/);
  });

  it("become TypeScript that the formatter leaves as it is", () => {
    const result = spawnSync(
      join(project, "node_modules", ".bin", "biome"),
      ["format", "--stdin-file-path=services/taken-in/index.ts"],
      { cwd: project, input: written, encoding: "utf8" },
    );
    expect(result.stdout).toBe(written);
    expect(result.status).toBe(0);
  });
});

/** Where the very objects are the promise: the owner's own service, and one as most are. */
it.each(["owner", "spring-actuator"])("the manifests of %s become the objects that are pinned", async (name) => {
  const adopted = adoptAs(await serviceName(name), await readCase(name));
  const [site] = adopted.compare(adopted.service).sites;
  const objects = Object.values(site?.objects ?? {}).map((manifest) => stringify(manifest, { lineWidth: 0 }));
  await expect(objects.join("---\n")).toMatchFileSnapshot(casePath(name, "pinned", "rendered.txt"));
});

describe("the owner's manifests", async () => {
  const adopted = adoptAs("container-name", await readCase("owner"));
  const { rows } = adopted.compare(adopted.service);

  it("lose nothing", () => {
    expect(listOf(rows, "not carried over")).toEqual([]);
  });

  it("have replaced only what the owner expects to be", () => {
    expect(listOf(rows, "replaced").map(({ object, path }) => `${object} ${path}`)).toEqual([
      "Deployment/container-name spec.replicas",
      "Deployment/container-name spec.selector.matchLabels.name",
      "Deployment/container-name spec.template.spec.containers[0].image",
      "Deployment/container-name spec.template.spec.volumes[0].hostPath.path",
      "HorizontalPodAutoscaler/container-name apiVersion",
      "HorizontalPodAutoscaler/container-name spec.scaleTargetRef.apiVersion",
      "Ingress/container-name apiVersion",
      "Ingress/container-name spec.rules[0].host",
    ]);
  });
});
