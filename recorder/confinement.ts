import { lstatSync, readdirSync, readlinkSync, realpathSync } from "node:fs";
import { getCompileCacheDir } from "node:module";
import { dirname, join, relative, resolve, sep } from "node:path";
import { type Diagnostic, ValidationError } from "../components/diagnostic.ts";
import { projectFolder } from "./stackFile.ts";

/** What the program consists of: all that its processes may read, beside the installed packages. */
const programParts = [
  ...["index.ts", "site.ts", "suppliedSecrets.ts", "vaultSetup.ts", "package.json", "calendar.yaml"],
  ...["site", "components", "services", "vaultClient", "recorder"],
];

/** Variables that a process of the program is started with, where they are set: none of them is a credential. */
const harmlessVariables = [
  "PATH",
  "LANG",
  "LC_ALL",
  "TZ",
  "TMPDIR",
  "NO_COLOR",
  "FORCE_COLOR",
  "NODE_DISABLE_COMPILE_CACHE",
];

/** How a process is started: flags for Node, and its whole environment. */
export interface Confinement {
  readonly execArgv: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The environment for a process that runs the code of a branch: no token, no kubeconfig, no passphrase.
 * @param home an empty folder in place of the person's own, where `.vault-token` and `.kube/config` are
 */
export function environmentWithoutCredentials(home: string): Readonly<Record<string, string>> {
  const kept = harmlessVariables.flatMap((name): [string, string][] => {
    const value = process.env[name];
    return value === undefined ? [] : [[name, value]];
  });
  return { ...Object.fromEntries(kept), HOME: home };
}

/**
 * Starts a process of the program behind Node's permission model: it reads the program's own files and packages, writes
 * the files in `writes`, starts nothing, and has an environment without credentials. The network is not held: Node has no
 * wall for it.
 * @throws ValidationError if a symbolic link would lead out of what it may read.
 */
export function confine({ home, writes }: { readonly home: string; readonly writes: readonly string[] }): Confinement {
  refuseLinksOut();
  const reads = [...programParts.map((part) => join(projectFolder, part)), ...packageFolders()];
  const cache = compileCache();
  const flags = [
    "--permission",
    ...[...reads, ...cache].map((path) => `--allow-fs-read=${path}`),
    ...[...writes, ...cache].map((path) => `--allow-fs-write=${path}`),
    // It opens any file of SQLite's, whatever the permissions are.
    ...(process.allowedNodeEnvironmentFlags.has("--experimental-sqlite") ? ["--no-experimental-sqlite"] : []),
  ];
  const env = environmentWithoutCredentials(home);
  return { execArgv: flags, env: cache[0] === undefined ? env : { ...env, NODE_COMPILE_CACHE: cache[0] } };
}

/** The installed packages, which may be a link. */
function packageFolders(): string[] {
  const folder = join(projectFolder, "node_modules");
  return [...new Set([folder, realpathSync(folder)])];
}

/**
 * The folder of compiled code, which halves the time to start. The process gives up its right to it before it runs any
 * code of a service (`giveUpCompileCache`), which Node can from 24.21 and 26 on; none for an older Node.
 */
function compileCache(): string[] {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const used = getCompileCacheDir();
  return used !== undefined && (major === 24 ? minor >= 21 : major > 25) ? [dirname(used)] : [];
}

/** Node follows a link wherever it leads, so that one in the catalogue would open any file to it. */
function refuseLinksOut(): void {
  const allowed = programParts.map((part) => join(projectFolder, part));
  const inside = (path: string) => allowed.some((part) => path === part || path.startsWith(`${part}${sep}`));
  const diagnostics = programParts.flatMap((part): Diagnostic[] =>
    linksBelow(join(projectFolder, part)).flatMap((link) =>
      inside(targetOf(link))
        ? []
        : [
            {
              file: relative(projectFolder, link),
              path: "",
              message:
                "is a symbolic link to a place outside of the program, which may not read it; put a copy there instead",
            },
          ],
    ),
  );
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
}

function linksBelow(path: string): string[] {
  const part = lstatSync(path, { throwIfNoEntry: false });
  if (part?.isSymbolicLink() === true) return [path];
  if (part?.isDirectory() !== true) return [];
  return readdirSync(path, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isSymbolicLink())
    .map((entry) => join(entry.parentPath, entry.name));
}

/** Where a link leads; for one that leads nowhere, where it points to. */
function targetOf(link: string): string {
  try {
    return realpathSync(link);
  } catch {
    return resolve(dirname(link), readlinkSync(link));
  }
}
