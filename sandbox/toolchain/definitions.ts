import { createHash } from "node:crypto";
import { copyFile, mkdir, readFile, rename, rm, stat } from "node:fs/promises";
import { basename, join } from "node:path";
import { UsageError } from "../../command/errors.ts";
import { withLock } from "../../command/lock.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { ToolchainOptions } from "./build.ts";
import { checkGo, reason, runGo } from "./go.ts";
import { pinnedVersion } from "./tools.ts";

/** CustomResourceDefinitions from one Go module: the module, pinned in `go.mod`, and the files in it. */
interface Source {
  readonly module: string;
  readonly files: readonly string[];
}

/** Definitions of the program's custom resources, from the projects that define them. */
const sources: readonly Source[] = [
  {
    module: "github.com/external-secrets/external-secrets",
    files: [
      "config/crds/bases/external-secrets.io_externalsecrets.yaml",
      "config/crds/bases/external-secrets.io_secretstores.yaml",
      "config/crds/bases/generators.external-secrets.io_vaultdynamicsecrets.yaml",
    ],
  },
  {
    module: "sigs.k8s.io/gateway-api",
    files: [
      "config/crd/standard/gateway.networking.k8s.io_gateways.yaml",
      "config/crd/standard/gateway.networking.k8s.io_httproutes.yaml",
    ],
  },
];

/**
 * Returns the CustomResourceDefinition files that a site's cluster needs, either cached or from their pinned modules,
 * which Go downloads and verifies. Concurrent processes wait for each other.
 *
 * @throws UsageError if Go is missing or too old, or a module cannot be downloaded.
 */
export async function ensureDefinitions(options: ToolchainOptions): Promise<readonly string[]> {
  const { cache, step, signal, environment = process.env } = options;
  const cwd = join(import.meta.dirname, "crds");
  const [goMod, goSum] = await Promise.all([
    readFile(join(cwd, "go.mod"), "utf8"),
    readFile(join(cwd, "go.sum"), "utf8"),
  ]);
  const key = createHash("sha256")
    .update(JSON.stringify([goMod, goSum, sources]))
    .digest("hex")
    .slice(0, 12);
  const folder = join(cache, "tools", `definitions-${key}`);
  const files = sources.flatMap((source) => source.files.map((file) => join(folder, basename(file))));
  if (await areWhole(files)) return files;
  return withLock(
    join(cache, "tools", "definitions.lock"),
    async () => {
      if (await areWhole(files)) return files;
      checkGo({ what: "the definitions of custom resources have to be fetched" }, goMod, environment);
      await step("fetching the definitions of custom resources", () =>
        fetchInto(folder, goMod, { cwd, logFile: join(cache, "tools", "definitions.log"), signal, environment }),
      );
      return files;
    },
    { signal, onWait: () => process.stderr.write("waiting: another process fetches definitions\n") },
  );
}

/** Renames the folder once all files are in it, so that it is either complete or absent. */
async function fetchInto(folder: string, goMod: string, run: Parameters<typeof runGo>[1]): Promise<void> {
  const temporary = `${folder}.tmp`;
  // Left behind by an interrupted run.
  await rm(temporary, { recursive: true, force: true });
  await mkdir(temporary, { recursive: true });
  try {
    for (const { module, files } of sources) {
      const version = pinnedVersion(goMod, module);
      // Go verifies new and cached downloads against go.sum.
      const answer: unknown = JSON.parse(await runGo(["mod", "download", "-json", `${module}@${version}`], run));
      const sourceFolder = String(at(answer, "Dir"));
      for (const file of files) await copyFile(join(sourceFolder, file), join(temporary, basename(file)));
    }
    await rm(folder, { recursive: true, force: true });
    await rename(temporary, folder);
  } catch (error) {
    if (run.signal.aborted) throw error;
    throw new UsageError(
      `the definitions of custom resources could not be fetched: ${await reason(run.logFile, error)}\nThe whole log: ${run.logFile}. Fix the problem and run the command again.`,
    );
  } finally {
    await rm(temporary, { recursive: true, force: true });
  }
}

/** After a machine crash, a file may exist without content. */
async function areWhole(files: readonly string[]): Promise<boolean> {
  const sizes = await Promise.all(files.map(async (file) => (await stat(file).catch(() => undefined))?.size ?? 0));
  return sizes.every((size) => size > 0);
}
