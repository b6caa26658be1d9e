import type { CatalogueService } from "../../../components/catalogue/index.ts";
import { targetSecretName } from "../../../components/description/index.ts";
import { listAt } from "../../../components/kubernetes/index.ts";
import { serviceHost } from "../../../components/vault/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { ManifestDocument } from "../input/documents.ts";
import type { SourceContainer } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { objectsOf } from "../landscape/objectIndex.ts";
import type { SourceFiles } from "../reading/configFiles.ts";
import { readEnvironment, type SourceEnvironment } from "../reading/environment.ts";
import { wordsWithoutSecrets } from "../reading/secretText.ts";
import type { SourceVariables, TextPlace } from "../reading/sourceVariables.ts";
import { stated } from "../reading/stated.ts";
import type { Finding } from "../report/finding.ts";
import { fixField, followReferences, type Moved } from "./movedReferences.ts";
import { type LinkedService, linkVariables } from "./serviceLinks.ts";

/** The texts of the chosen container in which something may be referred to, as the description has them. */
export interface SourceTexts {
  /** Undefined also where a secret stands in them for which no variable can stand. */
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly environment: SourceEnvironment;
  /** File of `config/` -> its template. */
  readonly templates: Readonly<Record<string, string>>;
  /** What became of each reference. */
  readonly findings: readonly Finding[];
}

/** What is known of the service when its texts are read. */
interface TextSurroundings {
  readonly name: string;
  readonly namespace: string;
  /** The port for callers; undefined where there is none. */
  readonly port: number | undefined;
  readonly index: number;
  readonly variables: SourceVariables;
  readonly memoryLimit: string;
  readonly files: SourceFiles;
  /** Variable -> the secret that it stands for in the files. */
  readonly taken: Map<string, string>;
  readonly catalogue: readonly CatalogueService[];
}

/** Reads command line, environment and configuration files, without secrets, and with what they refer to at its new place. */
export function readTexts(
  originals: SourceManifests,
  container: SourceContainer,
  { name, namespace, port, index, variables, memoryLimit, files, taken, catalogue }: TextSurroundings,
): SourceTexts {
  const { document, content } = originals.deployment;
  const { metadata, spec } = content.spec.template;
  const before = content.metadata.namespace;
  let links: ReadonlyMap<string, string> | undefined;
  const moved: Moved = {
    paths: files.moved,
    links:
      spec.enableServiceLinks === false
        ? undefined
        : () => {
            links ??= linkVariables(linkedServices());
            return links;
          },
    variables: new Set((container.env ?? []).map((variable) => variable.name)),
    labels: metadata?.labels ?? {},
    annotations: metadata?.annotations ?? {},
    name,
    namespace,
  };
  const findings: Finding[] = [];
  const move = (text: string, place: TextPlace) => {
    const followed = followReferences(text, place, moved);
    findings.push(...followed.findings);
    return followed.text;
  };
  const { command = [], args = [] } = container;
  const clean = wordsWithoutSecrets([...command, ...args], taken);
  const words = clean?.words.map((word, number) => {
    const inCommand = number < command.length;
    const path = inCommand ? (["command", number] as const) : (["args", number - command.length] as const);
    return move(word, {
      kind: "Deployment",
      name: document.name,
      path: ["spec", "template", "spec", "containers", index, ...path],
    });
  });
  const environment = readEnvironment(originals, container, {
    source: variables,
    memoryLimit,
    namespace: before,
    moves: before !== undefined && before !== namespace,
    ownSecret: targetSecretName({ name }),
    taken,
    move,
    fixed: (fieldPath, place) => {
      const fixed = fixField(fieldPath, place, moved);
      findings.push(...(fixed?.findings ?? []));
      return fixed?.text;
    },
    named: [
      ...files.clearSecrets.map(({ variable, place, line }) => ({ variable, origin: `${place}, line ${line}` })),
      ...(clean?.variables ?? []).map((variable) => ({
        variable,
        origin: `Deployment ${document.name}, command line of ${container.name}`,
      })),
    ],
  });
  const templates = Object.entries(files.templates).map(([file, text]): [string, string] => {
    const [source = ""] = [...files.places].find(([, place]) => place === file) ?? [];
    const [configMap = "", key = ""] = source.split(/\/(.*)/s);
    return [file, move(text, { kind: "ConfigMap", name: configMap, path: ["data", key] })];
  });
  const withNewNames = words?.map(environment.withNewNames);
  return {
    command: container.command === undefined ? undefined : withNewNames?.slice(0, command.length),
    args: container.args === undefined ? undefined : withNewNames?.slice(command.length),
    environment,
    templates: Object.fromEntries(templates),
    findings,
  };

  /** The Services of the same namespace, and those of the catalogue, which may have been there. */
  function linkedServices(): LinkedService[] {
    const inCatalogue = catalogue.map(({ service }) => ({
      name: service.name,
      host: serviceHost(service),
      ports: service.ports === undefined ? [] : [{ port: service.ports.http }],
    }));
    const own = originals.service?.document;
    const given = objectsOf(originals.input, "Service", document.namespace).flatMap((service): LinkedService[] => {
      if (service === own)
        return [
          { name: own.name, host: serviceHost({ name, namespace }), ports: port === undefined ? [] : [{ port }] },
        ];
      const ports = portsOf(service);
      if (at(service.object, "spec", "clusterIP") === "None" || ports.length === 0) return [];
      const where = service.namespace === "" ? (before ?? namespace) : service.namespace;
      return [{ name: service.name, host: serviceHost({ name: service.name, namespace: where }), ports }];
    });
    return [...inCatalogue, ...given];
  }
}

/** The ports of a Service of which nothing else is read. */
function portsOf({ object }: ManifestDocument): LinkedService["ports"] {
  return listAt(object, "spec", "ports").flatMap((port) => {
    const [number, name, protocol] = [at(port, "port"), at(port, "name"), at(port, "protocol")];
    if (typeof number !== "number") return [];
    return [{ port: number, ...stated({ name: text(name), protocol: text(protocol) }) }];
  });
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
