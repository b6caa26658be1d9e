/** What a reason or a justification must be. */
export const reasonRule = "must be a reason that an auditor understands, at least 10 characters";

/** Whether a text is long enough to be a reason; blanks at its ends do not count. */
export function isReason(text: string): boolean {
  return text.trim().length >= 10;
}
