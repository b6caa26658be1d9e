/** A command was used wrongly: an option, an argument or a variable of the environment. Ends with exit code 2. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}

/** A Vault or a cluster did not do what was asked: not reachable, denied, not ready. Ends with exit code 2. */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
}
