import { parseAllDocuments } from "yaml";
import { isRiskyLevel } from "./riskyLoggers.ts";
import { type FoundRisk, flattened, type Property, riskyProperties } from "./riskyProperties.ts";
import { riskyText } from "./riskyText.ts";

/**
 * What a configuration file says by which memory or requests leave a service or by which it can be taken over: options of a
 * JVM in any file, properties in YAML, JSON and properties files, and levels of loggers in XML.
 * @param name the file's name: its ending is its format.
 */
export function riskyFile(name: string, text: string): FoundRisk[] {
  const risks = [...riskyText(text), ...riskyProperties(propertiesOf(name, text)), ...riskyXml(name, text)];
  return [...new Map(risks.map((risk) => [risk.name, risk])).values()];
}

function propertiesOf(name: string, text: string): Property[] {
  if (/\.(ya?ml|json)$/i.test(name)) return yamlProperties(text);
  return /\.properties$/i.test(name) ? lineProperties(text) : [];
}

/** Of all documents of a file: each may be the one of a profile. What does not parse stops the service at its start. */
function yamlProperties(text: string): Property[] {
  return parseAllDocuments(text, { logLevel: "silent" }).flatMap((document) =>
    document.errors.length > 0 ? [] : flattened(document.toJS()),
  );
}

/** https://docs.oracle.com/en/java/javase/21/docs/api/java.base/java/util/Properties.html#load(java.io.Reader) */
function lineProperties(text: string): Property[] {
  const lines = text.replaceAll(/\\\r?\n[ \t]*/g, "").split(/\r?\n/);
  return lines.flatMap((line) => {
    const [, key, value] = /^\s*([^#!\s:=](?:\\.|[^\\\s:=])*)\s*[:=\s]\s*(.*)$/.exec(line) ?? [];
    return key === undefined || value === undefined ? [] : [[unescaped(key), value] as const];
  });
}

/** `\u0068` and `\:` as the character that they stand for. */
function unescaped(key: string): string {
  return key
    .replaceAll(/\\u([\da-f]{4})/gi, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))
    .replaceAll(/\\(.)/g, "$1");
}

/** Loggers of Logback and Log4j: `<logger name="..." level="...">`, also with the level inside, and what has no name is `root`. */
function riskyXml(name: string, text: string): FoundRisk[] {
  if (!/\.xml$/i.test(name)) return [];
  const clean = text.replaceAll(/<!--[\s\S]*?-->/g, "");
  const loggers = clean.matchAll(/<((?:Async)?(?:Logger|Root)|category)\b([^>]*?)(?:\/>|>([\s\S]*?)<\/\1>)/gi);
  return [...loggers].flatMap(([, element = "", attributes = "", inside = ""]): FoundRisk[] => {
    const logger = /root$/i.test(element) ? "root" : (attribute("name", attributes) ?? "root");
    const level =
      attribute("level", attributes) ?? attribute("value", /<(?:level|priority)\b[^>]*/i.exec(inside)?.[0] ?? "");
    return level !== undefined && isRiskyLevel(logger, level)
      ? [{ name: `the level of the logger ${logger}`, risk: "log" }]
      : [];
  });
}

function attribute(name: string, attributes: string): string | undefined {
  const [, double, single] = new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "i").exec(attributes) ?? [];
  return double ?? single;
}
