import { homedir } from "node:os";
import { join } from "node:path";

/** Where the sandbox keeps things, all of it outside the repository. */
export interface SandboxFolders {
  /** Built tools, which every sandbox of this user shares. */
  readonly cache: string;
  /** Data, keys, logs and recorded processes of one sandbox. */
  readonly state: string;
}

/** A sandbox's name: it becomes a folder's. */
export const sandboxNameRule = /^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$/;

/**
 * The folders of the sandbox of that name, by the XDG base directories: `~/.cache/gemelos` and
 * `~/.local/state/gemelos/<name>` where `XDG_CACHE_HOME` and `XDG_STATE_HOME` say nothing else.
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
