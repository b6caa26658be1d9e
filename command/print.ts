import { visibleText } from "./visibleText.ts";

/** Writes a command's output. What others wrote into it cannot act on the terminal: see {@link visibleText}. */
export function print(text: string): void {
  process.stdout.write(visibleText(text));
}

/** Writes to standard error, as {@link print} does to standard output. */
export function printError(text: string): void {
  process.stderr.write(visibleText(text));
}
