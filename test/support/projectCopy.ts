import { spawn } from "node:child_process";
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** The directories of the program and of all commands. */
const directories = [
  "components",
  "services",
  "vaultClient",
  "clusterClient",
  "command",
  "recorder",
  "rollout",
  "delivery",
  "cli",
];

const original = join(import.meta.dirname, "..", "..");

/** What a command printed and how it ended. */
export interface CommandResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A copy of the project in a temporary folder, which a test may change and run as a user would. */
export class ProjectCopy {
  readonly folder: string;

  private constructor(folder: string) {
    this.folder = folder;
  }

  /**
   * Copies what a user edits and runs; the installed packages are shared with the original.
   * @param more other directories of the project, such as what {@link sandbox} needs
   */
  static async create(more: readonly string[] = []): Promise<ProjectCopy> {
    const folder = await mkdtemp(join(tmpdir(), "gemelos-"));
    const parts = [
      "Pulumi.yaml",
      "Pulumi.dc1.yaml",
      "Pulumi.dc2.yaml",
      "calendar.yaml",
      "package.json",
      "tsconfig.json",
      "index.ts",
      "site.ts",
      "site",
      "suppliedSecrets.ts",
      "vaultSetup.ts",
    ];
    for (const part of [...parts, ...directories, ...more]) {
      await cp(join(original, part), join(folder, part), { recursive: true });
    }
    await symlink(join(original, "node_modules"), join(folder, "node_modules"));
    return new ProjectCopy(folder);
  }

  path(...parts: string[]): string {
    return join(this.folder, ...parts);
  }

  read(path: string): Promise<string> {
    return readFile(this.path(path), "utf8");
  }

  async write(path: string, content: string | Uint8Array): Promise<void> {
    await mkdir(dirname(this.path(path)), { recursive: true });
    await writeFile(this.path(path), content);
  }

  /** Replaces text in a file. Throws where the text is not there, so that a test cannot pass for the wrong reason. */
  async replace(path: string, from: string, to: string): Promise<void> {
    const content = await this.read(path);
    if (!content.includes(from)) throw new Error(`${path} does not contain ${JSON.stringify(from)}`);
    await this.write(path, content.replace(from, to));
  }

  /** The files of the services and of what was rendered, with the sites' own, that contain a text. */
  async filesWith(text: string): Promise<string[]> {
    const names = await readdir(this.folder, { recursive: true, withFileTypes: true });
    const paths = names
      .filter((entry) => entry.isFile() && !/node_modules|\/(?:cli|components|recorder)\b/.test(entry.parentPath))
      .map((entry) => join(entry.parentPath, entry.name));
    const found = await Promise.all(paths.map(async (path) => (await readFile(path, "utf8")).includes(text)));
    return paths.filter((_, index) => found[index]);
  }

  remove(path: string): Promise<void> {
    return rm(this.path(path), { recursive: true });
  }

  /** Runs a command, such as `render`, in the copy. */
  run(command: string, ...args: string[]): Promise<CommandResult> {
    return this.runWith({}, command, ...args);
  }

  /** {@link run} with other variables, and with something on standard input. */
  runWith(
    { env = {}, input = "" }: { env?: Readonly<Record<string, string>>; input?: string | Uint8Array },
    command: string,
    ...args: string[]
  ): Promise<CommandResult> {
    return this.#start({ env, input }, [command, ...args]);
  }

  /** Runs the copy's `sandbox` command, on any sandbox that runs. The copy must have `sandbox`. */
  sandbox(...args: string[]): Promise<CommandResult> {
    return this.#start({ env: {}, input: "" }, ["sandbox", ...args]);
  }

  #start(
    { env, input }: { env: Readonly<Record<string, string>>; input: string | Uint8Array },
    args: readonly string[],
  ): Promise<CommandResult> {
    return new Promise((resolve, reject) => {
      const child = spawn(process.execPath, [join("cli", "main.ts"), ...args], {
        cwd: this.folder,
        stdio: ["pipe", "pipe", "pipe"],
        env: { ...process.env, ...env },
      });
      // A command that reads no input may end before it is written.
      child.stdin.on("error", () => undefined).end(input);
      let stdout = "";
      let stderr = "";
      child.stdout.setEncoding("utf8").on("data", (text: string) => {
        stdout += text;
      });
      child.stderr.setEncoding("utf8").on("data", (text: string) => {
        stderr += text;
      });
      child.once("error", reject);
      child.once("close", (code) => resolve({ code, stdout, stderr }));
    });
  }

  dispose(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}
