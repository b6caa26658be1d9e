import { type ChildProcess, execFile, spawn } from "node:child_process";
import { mkdir, mkdtemp, open, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { promisify } from "node:util";
import { vi } from "vitest";

const run = promisify(execFile);

const bytes = 16 * 2 ** 20;

/** A program that runs on a machine with one more disk: a file system of 16 MiB, which only that program sees. */
export class SmallDisk {
  /** Where it is mounted. */
  readonly mountpoint: string;
  readonly #folder: string;
  readonly #child: ChildProcess;

  private constructor(folder: string, mountpoint: string, child: ChildProcess) {
    this.#folder = folder;
    this.mountpoint = mountpoint;
    this.#child = child;
  }

  /**
   * Makes the file system, and starts a program in a mount namespace that has it: whatever ends the program unmounts it.
   * @param port where the program answers HTTP on 127.0.0.1
   * @throws Error with what the system said, where this user may not mount
   */
  static async start(file: string, args: readonly string[], port: number): Promise<SmallDisk> {
    const folder = await mkdtemp(join(tmpdir(), "small-disk-"));
    const [image, mountpoint] = [join(folder, "image"), join(folder, "disk")];
    await mkdir(mountpoint);
    const created = await open(image, "w");
    await created.truncate(bytes);
    await created.close();
    await run("mkfs.ext4", ["-q", "-m", "0", image]);
    // The program is the first process of its own, since node_exporter reads the mounts of the first process.
    const mounted = 'mount -t proc proc /proc && mount -o loop "$1" "$2" && shift 2 && exec "$@"';
    const child = spawn(
      "unshare",
      [
        ...["--mount", "--pid", "--fork", "--kill-child", "sh", "-c", mounted, "sh", image, mountpoint],
        ...[file, ...args],
      ],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const said = text(child.stderr);
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null)
          throw new Error(
            `a file system of a file could not be mounted, for which this test needs root, or CAP_SYS_ADMIN and a free loop device: ${await said}`,
          );
        await fetch(`http://127.0.0.1:${port}/`);
      },
      { timeout: 30_000, interval: 100 },
    );
    return new SmallDisk(folder, mountpoint, child);
  }

  /** Writes until not even a block of 64 KiB finds room. */
  async fill(): Promise<void> {
    const file = await open(`/proc/${this.#child.pid}/root${this.mountpoint}/full`, "w");
    const block = Buffer.alloc(64 * 1024);
    try {
      for (;;) await file.write(block);
    } catch (error) {
      if (!(error instanceof Error && "code" in error && error.code === "ENOSPC")) throw error;
    } finally {
      await file.close();
    }
  }

  async close(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode === null && signalCode === null) {
      const ended = new Promise((resolve) => this.#child.once("exit", resolve));
      this.#child.kill("SIGKILL");
      await ended;
    }
    await rm(this.#folder, { recursive: true });
  }
}
