import { parseXml, XmlError } from "@rgrove/parse-xml";
import type { ConfigurationFile } from "./parsedFile.ts";

/** Reads XML, only to know that it is well-formed: what its elements mean is known to the program that it is for. */
export function readXml(text: string): ConfigurationFile {
  try {
    // A document type may define entities, and is not read.
    parseXml(text, { ignoreUndefinedEntities: text.includes("<!DOCTYPE") });
    return { properties: [], problems: [] };
  } catch (error) {
    if (!(error instanceof XmlError)) throw error;
    const [first = ""] = error.message.split("\n");
    const reason = first.replace(/ \(line \d+, column \d+\)$/, "");
    // The parser reads on to the semicolon that is missing.
    const index = reason.startsWith("Unterminated reference") ? text.lastIndexOf("&", error.pos) : error.pos;
    return { properties: [], problems: [{ index, message: `is no XML: ${reason}${remedy(reason)}` }] };
  }
}

function remedy(reason: string): string {
  if (/^Missing end tag/.test(reason)) return "; close it, innermost first";
  if (/ntity|reference|unescaped/i.test(reason)) return "; write &amp; for &, and &lt; for <";
  return "; correct it";
}
