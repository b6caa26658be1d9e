import { readJson } from "./json.ts";
import type { ConfigurationFile } from "./parsedFile.ts";
import { readProperties } from "./propertiesFile.ts";
import { readXml } from "./xml.ts";
import { readYaml } from "./yaml.ts";

type Format = "yaml" | "json" | "properties" | "xml";

const readers: Readonly<Record<Format, (text: string) => ConfigurationFile>> = {
  yaml: readYaml,
  json: readJson,
  properties: readProperties,
  xml: readXml,
};

/** The format that a file has by the ending of its name; undefined for a file that nobody here can read. */
function formatOf(name: string): Format | undefined {
  const [, ending = ""] = /\.([a-z]+)$/i.exec(name) ?? [];
  const format = ending.toLowerCase();
  if (format === "yml") return "yaml";
  return format === "yaml" || format === "json" || format === "properties" || format === "xml" ? format : undefined;
}

/** Services often have the same file, such as that of their logging, which is then read once. */
const alreadyRead = new Map<string, ConfigurationFile>();

/** Reads a file as the program would that it is for. Files in other formats hold nothing, and nothing is wrong with them. */
export function readConfigurationFile(name: string, text: string): ConfigurationFile {
  const format = formatOf(name);
  if (format === undefined) return { properties: [], problems: [] };
  const key = `${format} ${text}`;
  const known = alreadyRead.get(key);
  if (known !== undefined) return known;
  const file = readers[format](text);
  alreadyRead.set(key, file);
  return file;
}
