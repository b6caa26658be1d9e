import { visibleLine } from "./visibleText.ts";

/** One word of a command line for people to copy, quoted for the shell where it holds more than letters and plain marks. */
export function shellWord(word: string): string {
  return /^[\w.:/@%+=-]+$/.test(word) ? word : `'${visibleLine(word).replaceAll("'", "'\\''")}'`;
}
