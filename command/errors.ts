/** Wrong usage of a command: an option, an argument or an environment variable. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Also thrown by the program, which may not import what only commands need. */
export { RemoteError } from "../vaultClient/remoteError.ts";

/** An error of the operating system, as Node throws it. */
export interface SystemError extends Error {
  /** Its name: `ENOSPC`. */
  readonly code: string;
  /** What was asked of the system: `open`, `spawn git`. */
  readonly syscall: string;
  /** The file or program in question. Node leaves it out where a file that is open cannot be written. */
  readonly path?: string;
}

/** Whether the operating system refused something about a file or a program. */
export function isSystemError(error: unknown): error is SystemError {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "string" &&
    /^E[A-Z0-9]+$/.test(error.code) &&
    "syscall" in error &&
    typeof error.syscall === "string" &&
    !/^(connect|getaddrinfo|listen|bind|accept|query)/.test(error.syscall)
  );
}

/** Does something with a file, and has an error of the system name that file, whatever Node named. */
export function atPath<Result>(path: string, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    throw isSystemError(error) ? Object.assign(error, { path }) : error;
  }
}

/** An error of the system as one line: path, reason, and what to do. */
export function describeSystemError({ code, syscall, path }: SystemError): string {
  if (syscall.startsWith("spawn")) {
    return `error: ${path ?? syscall.slice(6)} cannot be started (${code}); install it, or correct PATH`;
  }
  const [what, remedy] = reasons[code] ?? [`${verb(syscall)} (${code})`, "see what is there, or choose another place"];
  return `error: ${path ?? "a file"} ${what.replace("$verb", verb(syscall))}; ${remedy}`;
}

const elsewhere = "choose another folder";
const occupied = ["is not a folder, or a part of its path is a file", `remove the file or ${elsewhere}`] as const;
const full = ["is on a full disk", `free some space or ${elsewhere}`] as const;
const denied = (code: string) => [`$verb (${code})`, `get permission or ${elsewhere}`] as const;

/** Reason and remedy of each refusal that people meet. */
const reasons: Readonly<Record<string, readonly [reason: string, remedy: string]>> = {
  EEXIST: occupied,
  ENOTDIR: occupied,
  ENOSPC: full,
  EDQUOT: ["goes beyond your quota of this disk", `free some space or ${elsewhere}`],
  EACCES: denied("EACCES"),
  EPERM: denied("EPERM"),
  EROFS: ["$verb (EROFS)", `its disk may only be read: ${elsewhere}`],
  ENOENT: ["$verb (ENOENT)", `it, or a folder of its path, does not exist: make it or ${elsewhere}`],
  ENAMETOOLONG: ["has a name that is too long (most systems allow 255 bytes)", "shorten it"],
  EISDIR: ["is a folder, and a file is wanted", "name a file"],
  ELOOP: ["is a symbolic link that leads to itself", "remove the link"],
  ENOTEMPTY: ["is not empty", `somebody else writes there: ${elsewhere}`],
  EBUSY: ["is in use", `end what uses it or ${elsewhere}`],
  EFBIG: ["would be larger than this system or a limit (ulimit -f) allows", "raise the limit"],
  EMFILE: ["$verb (EMFILE)", "too many files are open: raise the limit (ulimit -n)"],
  ENFILE: ["$verb (ENFILE)", "too many files are open on this machine: end other programs"],
  EIO: ["$verb (EIO)", `its disk or network does not work: ${elsewhere}`],
};

function verb(syscall: string): string {
  if (/^(read|scandir|opendir|lstat|stat|readlink|realpath|access)/.test(syscall)) return "cannot be read";
  return syscall === "open" ? "cannot be opened" : "cannot be written";
}
