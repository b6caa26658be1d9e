import { homedir } from "node:os";
import { join } from "node:path";

/** The sandbox's folders, all outside the repository. */
export interface SandboxFolders {
  /** Built tools, shared by all sandboxes of the user. */
  readonly cache: string;
  /** Data, keys, logs and process records of one sandbox. */
  readonly state: string;
}

/** Allowed names of a sandbox, each of which becomes a folder name. */
export const sandboxNameRule = /^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/;

/**
 * The folders of a sandbox according to the XDG base directories: by default `~/.cache/gemelos` and
 * `~/.local/state/gemelos/<name>`, unless `XDG_CACHE_HOME` or `XDG_STATE_HOME` is set.
 */
export function sandboxFolders(name: string, environment: NodeJS.ProcessEnv = process.env): SandboxFolders {
  const base = (variable: string, otherwise: string) => {
    const stated = environment[variable];
    return stated === undefined || stated === "" ? join(homedir(), otherwise) : stated;
  };
  return {
    cache: join(base("XDG_CACHE_HOME", ".cache"), "gemelos"),
    state: join(base("XDG_STATE_HOME", ".local/state"), "gemelos", name),
  };
}
