import { stripVTControlCharacters } from "node:util";

/** Characters of a message that fit beside the rest of a line. */
const most = 240;

/** A message of the API server or a kubelet as one line of at most 240 characters; `no message` where there is none. */
export function plainLine(message: string | undefined): string {
  const line = stripVTControlCharacters(message ?? "")
    .replace(/[\s\p{Cc}]+/gu, " ")
    .trim();
  if (line === "") return "no message";
  return line.length <= most ? line : `${line.slice(0, most - 1).trimEnd()}…`;
}
