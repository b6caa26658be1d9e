/** Something that a person can mend: its message says what, where and how. It is shown without a stack trace. */
export class UserError extends Error {
  override readonly name = "UserError";
}
