import { visibleText } from "./visibleText.ts";

/**
 * Writes a command's output. What others wrote into it cannot act on the terminal: see {@link visibleText}.
 * @param paint adds colours, to what is safe already; `styleText` of Node leaves them out where there is no terminal or
 * where `NO_COLOR` is set
 */
export function print(text: string, paint: (safe: string) => string = (safe) => safe): void {
  process.stdout.write(paint(visibleText(text)));
}

/** Writes to standard error, as {@link print} does to standard output. */
export function printError(text: string): void {
  process.stderr.write(visibleText(text));
}
