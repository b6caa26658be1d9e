import { createHash } from "node:crypto";
import { readFileSync, rmSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { atPath, UsageError } from "../../command/errors.ts";
import { withLock } from "../../command/lock.ts";
import { writeWhole } from "../../command/writeWhole.ts";
import { type HistoryEntry, historyEntry } from "./record.ts";

/** An entry that waits in a file of this machine until its store takes it. */
export interface KeptEntry {
  readonly id: string;
  /** When it happened, ISO 8601 in UTC. */
  readonly time: string;
  readonly entry: HistoryEntry;
}

const keptEntry: z.ZodType<KeptEntry> = z.strictObject({
  id: z.uuid(),
  time: z.iso.datetime(),
  entry: historyEntry,
});

/** Entries of one site that wait for one store. */
export class KeptEntries {
  /** Readable by this user alone. */
  readonly file: string;

  /**
   * @param place of the store
   * @param folder where this machine keeps them
   */
  constructor(site: string, place: string, folder: string) {
    const key = createHash("sha256").update(place).digest("hex").slice(0, 16);
    this.file = join(folder, `${site}-${key}.jsonl`);
  }

  /** @throws UsageError if somebody has edited the file into something else. */
  read(): readonly KeptEntry[] {
    return textOf(this.file)
      .split("\n")
      .filter((line) => line !== "")
      .map((line, index) => {
        const entry = keptEntry.safeParse(parseJson(line)).data;
        if (entry !== undefined) return entry;
        throw new UsageError(
          `line ${index + 1} of ${this.file} is no entry of the history; correct it, or take the line out and record by hand what it said`,
        );
      });
  }

  /** Keeps exactly these. */
  write(entries: readonly KeptEntry[]): void {
    if (entries.length === 0) rmSync(this.file, { force: true });
    else writeWhole(this.file, `${entries.map((entry) => JSON.stringify(entry)).join("\n")}\n`, 0o600);
  }

  /** Runs a task while no other process of this machine reads or writes them. */
  locked<Result>(work: () => Promise<Result>): Promise<Result> {
    return withLock(`${this.file}.lock`, work, { signal: new AbortController().signal });
  }
}

/** Where this user's programs keep what must survive: `$XDG_STATE_HOME`, else `~/.local/state`. */
export function stateFolder({ XDG_STATE_HOME: stated = "" }: NodeJS.ProcessEnv): string {
  return join(stated === "" ? join(homedir(), ".local", "state") : stated, "gemelos", "history");
}

function textOf(file: string): string {
  try {
    return atPath(file, () => readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return "";
    throw error;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
