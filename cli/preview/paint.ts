import { styleText } from "node:util";

const colours: Readonly<Record<string, "green" | "yellow" | "red" | "cyan">> = {
  "+": "green",
  "~": "yellow",
  "-": "red",
  "@": "cyan",
};

/** Colours a preview for a terminal: what comes, what changes and what goes, by the sign at the beginning of each line. */
export function paintText(text: string): string {
  // The places of signs, so that a list's dash in a file is none: an object's, a field's, and that of a file's line.
  return text.replaceAll(/^(?: {2}| {6}| {8})([-+~@]).*$|^\S.*$/gm, (line, sign: string | undefined) =>
    styleText(colours[sign ?? ""] ?? "bold", line),
  );
}
