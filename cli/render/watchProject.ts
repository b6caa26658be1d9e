import { type FSWatcher, watch } from "node:fs";
import { basename, join } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import { UsageError } from "../../command/errors.ts";

/** What a render reads: folders of the project with all that is below them, and files beside them. */
const folders = ["services", "components", "site", "vaultClient"];
const files = /^(?:Pulumi\..+\.ya?ml|calendar\.yaml|.+\.ts)$/;

/** What editors and systems write for themselves, such as vim's `4913`. */
const notMeant = /^\.|^\d+$|(?:~|\.swp|\.tmp)$/;

/** How long it must be quiet before the work begins, in milliseconds: an editor or Git writes several files. */
const quiet = 100;

/**
 * Does something at once, and again after each change of the project's own files, until it is stopped. Changes that come close
 * together are one, and those that come during the work are the next.
 * @param root the project's folder
 * @param work gets the paths that have changed, from the folder, sorted; none at first
 * @throws UsageError where the system watches no more files.
 */
export async function watchProject(
  root: string,
  signal: AbortSignal,
  work: (paths: readonly string[]) => Promise<void>,
): Promise<void> {
  const changed = new Set<string>();
  let events = 0;
  let failure: Error | undefined;
  let wake = Promise.withResolvers<void>();
  signal.addEventListener("abort", () => wake.resolve(), { once: true });
  const watchers: FSWatcher[] = [];
  const add = (folder: string, recursive: boolean) => {
    const watcher = watch(join(root, folder), { recursive }, (_, name) => {
      if (name === null || notMeant.test(basename(name)) || (!recursive && !files.test(name))) return;
      events += 1;
      changed.add(join(folder, name));
      wake.resolve();
    });
    const fail = (error: Error) => {
      failure = error;
      wake.resolve();
    };
    watchers.push(watcher.on("error", fail));
  };
  try {
    add("", false);
    for (const folder of folders) add(folder, true);
    while (!signal.aborted) {
      const paths = [...changed].sort();
      changed.clear();
      wake = Promise.withResolvers();
      await work(paths);
      if (!signal.aborted) await wake.promise;
      if (failure !== undefined) throw failure;
      for (let seen = -1; seen !== events && !signal.aborted; await wait(quiet)) seen = events;
    }
  } catch (error) {
    throw isExhausted(error)
      ? new UsageError("--watch: the system watches no more files; raise fs.inotify.max_user_watches or close editors")
      : error;
  } finally {
    for (const watcher of watchers) watcher.close();
  }
}

function isExhausted(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOSPC" || error.code === "EMFILE");
}
