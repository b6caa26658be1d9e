/** Wrong usage of a command: an option, an argument or an environment variable. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** Also thrown by the program, which may not import what only commands need. */
export { RemoteError } from "../vaultClient/remoteError.ts";
