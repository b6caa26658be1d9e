/** Wrong usage of a command: an option, an argument or an environment variable. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A request to Vault or to a cluster failed: unreachable, denied or not ready. Ends with exit code 2. */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
}
