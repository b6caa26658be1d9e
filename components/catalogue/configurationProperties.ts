import { parseAllDocuments } from "yaml";
import { type FoundRisk, flattened, riskyProperties } from "../description/index.ts";

/**
 * The properties of a configuration file by which memory leaves a service or by which it can be taken over. Files in a format
 * that Spring Boot does not read have none.
 * @param name the file's name: its ending is its format.
 */
export function riskyConfiguration(name: string, text: string): FoundRisk[] {
  return riskyProperties(propertiesOf(name, text));
}

function propertiesOf(name: string, text: string): (readonly [key: string, value: string])[] {
  if (/\.(ya?ml|json)$/i.test(name)) return yamlProperties(text);
  return /\.properties$/i.test(name) ? lineProperties(text) : [];
}

/** Of all documents of a file: each may be the one of a profile. What does not parse stops the service at its start. */
function yamlProperties(text: string): (readonly [key: string, value: string])[] {
  return parseAllDocuments(text, { logLevel: "silent" }).flatMap((document) =>
    document.errors.length > 0 ? [] : flattened(document.toJS()),
  );
}

/** https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader) */
function lineProperties(text: string): (readonly [key: string, value: string])[] {
  const lines = text.replaceAll(/\\\r?\n[ \t]*/g, "").split(/\r?\n/);
  return lines.flatMap((line) => {
    const [, key, value] = /^\s*([^#!\s:=](?:\\.|[^\\\s:=])*)\s*[:=\s]\s*(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[key, value] as const];
  });
}
