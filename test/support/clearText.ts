import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { z } from "zod";
import type { CatalogueEntry } from "../../components/catalogue/index.ts";
import { microservice } from "./fixtures.ts";

const words = z.array(z.array(z.string()));
const corpus = z.object({
  env: z.array(z.string()),
  command: words,
  args: words,
  jvm: z.array(z.string()),
  probe: words,
  file: z.array(z.record(z.string(), z.string())),
});

/** One form of a text at one place of a service, as a description and as the manifests that it runs from. */
export interface ClearTextCase {
  /** The place and the text, for the test's name. */
  readonly title: string;
  readonly place: keyof z.infer<typeof corpus>;
  /** What stands in the text in the word PLANTED's place. */
  readonly marker: string;
  /** The words of a command line, or the one text; of a file nothing. */
  readonly words: readonly string[];
  readonly entry: CatalogueEntry;
  readonly manifests: string;
}

/** The cases of a file of `test/fixtures/clearText`. */
export async function readClearText(name: string): Promise<ClearTextCase[]> {
  const file = join(import.meta.dirname, "..", "fixtures", "clearText", `${name}.yaml`);
  const cases = corpus.parse(parse(await readFile(file, "utf8")));
  const places = corpus.keyof().options;
  const all = places.flatMap((place) => cases[place].map((text) => ({ place, text })));
  return all.map(({ place, text }, index) => {
    const marker = `PLANTED${String(index).padStart(3, "0")}X`;
    return caseOf(place, JSON.parse(JSON.stringify(text).replaceAll("PLANTED", marker)), marker);
  });
}

function caseOf(
  place: ClearTextCase["place"],
  text: string | string[] | Record<string, string>,
  marker: string,
): ClearTextCase {
  const list = Array.isArray(text) ? text : [String(text)];
  const [variable = "", value = ""] = String(text).split(/=(.*)/s);
  const [file = "", content = ""] =
    typeof text === "object" && !Array.isArray(text) ? (Object.entries(text)[0] ?? []) : [];
  const stated = {
    env: { env: { [variable]: value } },
    command: { command: list },
    args: { args: list },
    jvm: { jvm: { options: list } },
    probe: { probes: { liveness: { exec: { command: list } } } },
    file: {},
  }[place];
  const container = {
    env: { env: [{ name: variable, value }] },
    command: { command: list },
    args: { args: list },
    jvm: { env: [{ name: "JAVA_TOOL_OPTIONS", value: list.join(" ") }] },
    probe: { livenessProbe: { exec: { command: list } } },
    file: {},
  }[place];
  const path = `services/receipts/config/${file}`;
  const templates = place === "file" ? [{ name: file, file: path, text: content }] : [];
  return {
    title: `${place}: ${JSON.stringify(text)}`,
    place,
    marker,
    words: place === "file" ? [] : list,
    entry: { service: microservice(stated), folder: "services/receipts", templates },
    manifests: manifestsOf(container, place === "file" ? { [file]: content } : {}),
  };
}

function manifestsOf(container: object, data: Readonly<Record<string, string>>): string {
  const name = "receipts";
  const resources = { requests: { cpu: "500m", memory: "2Gi" } };
  const volumeMounts = [{ name: "files", mountPath: "/config" }];
  const pod = {
    containers: [{ name, image: "registry.example.org/receipts:1", resources, volumeMounts, ...container }],
    volumes: [{ name: "files", configMap: { name: "settings" } }],
  };
  const documents = [
    { apiVersion: "apps/v1", kind: "Deployment", metadata: { name }, spec: { template: { spec: pod } } },
    { apiVersion: "v1", kind: "ConfigMap", metadata: { name: "settings" }, data },
  ];
  return documents.map((document) => stringify(document)).join("---\n");
}
