import { type Document, parseDocument } from "yaml";
import { type Diagnostic, positionOf } from "../components/diagnostic.ts";
import { duplicateKeys } from "./duplicateKeys.ts";
import { readProjectFile } from "./projectFile.ts";

/** What a YAML file holds, or what is wrong with it; there is at least one diagnostic. */
export type YamlFile =
  | {
      /** As plain values, which nobody has checked yet. */
      readonly content: unknown;
      readonly text: string;
    }
  | { readonly diagnostics: Diagnostic[]; readonly isMissing: boolean };

/** Words for the messages about a file. */
export interface YamlFileWords {
  /** What to do where the file does not exist or cannot be read: `every site needs a file of this name`. */
  readonly missing: string;
  /** What belongs into it: `site data`. */
  readonly belongs: string;
}

/** In bytes. A larger file is not what people write: someone pasted a log, or named the wrong file. */
const largestFile = 2 ** 20;

/**
 * Reads a YAML file that people write: UTF-8, one document, no key twice, no tag, all of it of a size that people write.
 * @param file its name in the folder, for messages too
 */
export async function readYamlFile(
  folder: string,
  file: string,
  { missing, belongs }: YamlFileWords,
): Promise<YamlFile> {
  const fault = (message: string): YamlFile => ({ diagnostics: [{ file, path: "", message }], isMissing: false });
  const read = await readProjectFile(folder, file);
  if (!("bytes" in read)) {
    const { problem, isMissing, remedy = missing } = read;
    return { ...fault(`${problem}; ${remedy}`), isMissing };
  }
  const { bytes } = read;
  if (bytes.length > largestFile) {
    return fault(
      `is ${bytes.length} bytes, more than the maximum of ${largestFile}; remove everything that is not ${belongs}`,
    );
  }
  const text = decodeUtf8(bytes);
  if (text === undefined) return fault("is not UTF-8 text; save it as UTF-8");
  const document = parseDocument(text, { uniqueKeys: false });
  const faults = yamlFaults(document, text);
  if (faults.length > 0) {
    const diagnostics = faults.map(({ pos, message }) => ({
      file,
      path: "",
      message,
      position: positionOf(text, pos),
    }));
    return { diagnostics, isMissing: false };
  }
  const content = plainContent(document);
  return content instanceof Error ? fault(`${content.message}; replace the alias with the value`) : { content, text };
}

/**
 * YAML errors of the text. After an indentation error everything else is a consequence, so only the first is reported.
 */
function yamlFaults(document: Document.Parsed, text: string): { pos: number; message: string }[] {
  const faults = [...document.errors, ...document.warnings].map(({ code, pos, message }) => {
    const [start, end] = pos;
    switch (code) {
      case "TAB_AS_INDENT":
        return { code, pos: start, message: "is indented with a tab, which YAML does not allow; use spaces" };
      case "MULTIPLE_DOCS":
        return {
          code,
          pos: start,
          message: "starts a second YAML document (---); a file must contain exactly one",
        };
      case "TAG_RESOLVE_FAILED":
        return { code, pos: start, message: `unknown tag ${text.slice(start, end)}; remove it` };
      default: {
        const reason = message.split(" at line", 1)[0] ?? message;
        return { code, pos: start, message: `invalid YAML: ${reason}; correct this line or the one above it` };
      }
    }
  });
  const duplicates = duplicateKeys(document).map(({ key, offset }) => {
    return { pos: offset, message: `duplicate key ${key}; remove one of the two` };
  });
  const tab = faults.find(({ code }) => code === "TAB_AS_INDENT");
  const first = tab ?? faults.toSorted((a, b) => a.pos - b.pos)[0];
  return duplicates.length > 0 || first === undefined ? duplicates : [first];
}

/** The document as a plain value, or the error of an alias that cannot be resolved. */
function plainContent(document: Document.Parsed): unknown {
  try {
    return document.toJS();
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
