import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { siteFlags } from "../../recorder/siteRun.ts";
import { canWatch, measureNode, measureWatched, type Usage } from "./runProcess.ts";
import { renderArguments, type Workload } from "./workload.ts";

/** The compared variants, in the order of the table rows. */
export const variantNames = ["render", "components", "bare-recorder", "bare-mocks", "cdk8s", "helm"] as const;

/** A way to produce the same objects. */
export type VariantName = (typeof variantNames)[number];

/** Titles of the variants in reports. */
export const variantTitles: Readonly<Record<VariantName, string>> = {
  render: "render",
  components: "components, recorder",
  "bare-recorder": "bare program, recorder",
  "bare-mocks": "bare program, setMocks",
  cdk8s: "cdk8s",
  helm: "helm template",
};

/** One measurement. */
export interface Measurement extends Usage {
  /** Number of Kubernetes objects produced. */
  readonly objects: number;
}

/** The version of Helm on the PATH, or why Helm is not measured. */
export function findHelm(): { readonly version: string } | { readonly absent: string } {
  const { status, stdout } = spawnSync("helm", ["version", "--short"], { encoding: "utf8" });
  if (status !== 0) return { absent: "not installed" };
  return canWatch ? { version: stdout.trim() } : { absent: "not measured: this system shows no usage in /proc" };
}

/** Environment of the measured programs, which puts Node's compile cache into the temporary folder. */
export function measuredEnvironment(temporary: string): Record<string, string> {
  return { TMPDIR: temporary };
}

/** Runs one variant once, in separate processes. Its output is written to the temporary folder. */
export async function measureVariant(
  variant: VariantName,
  workload: Workload,
  temporary: string,
  signal: AbortSignal,
): Promise<Measurement> {
  // A new folder each time, because a file system is slow to create files where many were just deleted.
  const out = await mkdtemp(join(temporary, "written-"));
  const node = async (...args: string[]) => {
    const env = measuredEnvironment(temporary);
    return measureNode({ file: process.execPath, args, cwd: workload.project, signal, env }, temporary);
  };
  const printed = async (...args: string[]): Promise<Measurement> => {
    const { usage, stdout } = await node(...args);
    return { ...usage, objects: Number(stdout) };
  };
  switch (variant) {
    case "render": {
      const { usage } = await node(...renderArguments(out));
      return { ...usage, objects: await countObjects(out) };
    }
    case "components":
      return await printed(...siteFlags, script("runComponents.ts"), workload.stackFile, workload.project);
    case "bare-recorder":
      return await printed(
        ...siteFlags,
        script("runBareRecorded.ts"),
        workload.stackFile,
        workload.resourcesFile,
        workload.project,
      );
    case "bare-mocks":
      return await printed(script("runBareMocked.ts"), workload.resourcesFile);
    case "cdk8s": {
      const { usage } = await node(script("runCdk8s.ts"), workload.resourcesFile, out);
      return { ...usage, objects: await countObjects(out) };
    }
    case "helm": {
      const args = ["template", "bench", workload.chart, "--output-dir", out];
      const usage = await measureWatched({ file: "helm", args, cwd: temporary, signal });
      return { ...usage, objects: await countObjects(out) };
    }
  }
}

function script(name: string): string {
  return join(import.meta.dirname, "..", name);
}

/** Counts the objects in a folder's YAML files: each has exactly one `kind` at the beginning of a line. */
async function countObjects(folder: string): Promise<number> {
  let objects = 0;
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile() || !entry.name.endsWith(".yaml")) continue;
    const text = await readFile(join(entry.parentPath, entry.name), "utf8");
    objects += text.match(/^kind: /gm)?.length ?? 0;
  }
  return objects;
}
