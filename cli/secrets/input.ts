import { text } from "node:stream/consumers";
import { UsageError } from "../../command/errors.ts";

/** In bytes. A larger value is not a secret that fits in an environment variable or a property. */
const largestValue = 64 * 1024;

/**
 * Reads a value from standard input, or from a prompt without echo. One trailing line break is dropped, because editors
 * and `echo` add one; every other character is kept.
 *
 * @throws UsageError if the value is empty, too long or not text.
 */
export async function readValueFromPerson(prompt: string): Promise<string> {
  if (process.stdin.isTTY !== true) return checkValue(await text(process.stdin.setEncoding("latin1")));
  const first = await askHidden(`${prompt} (not shown): `);
  const second = await askHidden("the same again: ");
  if (first !== second) throw new UsageError("the two values differ; nothing was written, try again");
  return checkText(first);
}

/** The bytes were read as Latin-1, which keeps them intact, so that invalid UTF-8 can be detected. */
function checkValue(bytes: string): string {
  const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  try {
    return checkText(decoder.decode(Buffer.from(bytes, "latin1")).replace(/\r?\n$/, ""));
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    throw new UsageError("standard input is not UTF-8 text; a variable holds text, so put binary data in as base64");
  }
}

function checkText(value: string): string {
  if (value === "") {
    throw new UsageError(
      "standard input is empty; pipe the value in (< file), or type it at the prompt: never as an argument",
    );
  }
  if (value.includes("\0"))
    throw new UsageError("standard input holds a NUL byte, which no variable can; put it in as base64");
  const size = Buffer.byteLength(value);
  if (size > largestValue)
    throw new UsageError(`standard input holds ${size} bytes; a secret has at most ${largestValue}`);
  return value;
}

/** Reads a line from the terminal without echo. */
function askHidden(prompt: string): Promise<string> {
  const { stdin, stderr } = process;
  stderr.write(prompt);
  stdin.setRawMode(true).resume().setEncoding("utf8");
  return new Promise((resolve, reject) => {
    let typed = "";
    const end = (settle: () => void) => {
      stdin.off("data", take).pause();
      stdin.setRawMode(false);
      stderr.write("\n");
      settle();
    };
    const take = (part: string) => {
      for (const character of part) {
        if (character === "\r" || character === "\n" || character === "\u0004") return end(() => resolve(typed));
        if (character === "\u0003") return end(() => reject(new UsageError("interrupted; nothing was written")));
        typed = character === "\u007f" || character === "\b" ? typed.slice(0, -1) : typed + character;
      }
    };
    stdin.on("data", take);
  });
}
