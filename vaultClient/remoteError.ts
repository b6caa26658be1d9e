/**
 * A request to Vault or to a cluster failed: unreachable, denied, or not ready. Commands end with exit code 2, and the
 * program ends the update before it has changed anything.
 */
export class RemoteError extends Error {
  override readonly name = "RemoteError";
  /** HTTP status of the answer; undefined if there was none, or if it does not matter. */
  readonly status: number | undefined;

  constructor(message: string, status?: number) {
    super(message);
    this.status = status;
  }
}
