import { compareText } from "../../../components/diagnostic.ts";
import { entriesAt, listAt } from "../../../components/kubernetes/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { mayBe, objectNames } from "../addresses/hostObjects.ts";
import { namedAddresses } from "../addresses/namedAddresses.ts";
import { lineTexts, type NamedText, variableTexts, wordTexts } from "../addresses/namedTexts.ts";
import type { ManifestDocument } from "../input/documents.ts";
import type { DocumentGroup, Landscape } from "./landscape.ts";
import { namespaceOf, qualifiedName } from "./objectIndex.ts";
import { podTemplate } from "./podReferences.ts";

/**
 * Workloads of the input that are not taken in and whose variables, arguments or files name a service that is: Deployment ->
 * its callers, such as `CronJob shop/statements`.
 */
export function callersLeft(
  taken: readonly DocumentGroup[],
  { readers }: Landscape,
  documents: readonly ManifestDocument[],
): ReadonlyMap<ManifestDocument, readonly string[]> {
  const own = new Set(taken.map(({ deployment }) => deployment));
  const services = Map.groupBy(
    taken.flatMap(({ deployment, whole }) =>
      [...whole].flatMap((service) => (service.kind === "Service" ? [{ service, deployment }] : [])),
    ),
    ({ service }) => service.name,
  );
  const files = Map.groupBy(
    [...readers].flatMap(([document, all]) => [...all.keys()].map((reader) => ({ document, reader }))),
    ({ reader }) => reader,
  );
  const callers = new Map<ManifestDocument, Set<string>>();
  for (const workload of documents) {
    const template = podTemplate(workload.object);
    if (template === undefined || own.has(workload)) continue;
    const read = (files.get(workload) ?? []).map(({ document }) => document);
    for (const { host } of namedAddresses(textsOf(template, read), new Map())) {
      for (const { name, namespace } of objectNames(host, namespaceOf(workload))) {
        for (const { service, deployment } of services.get(name) ?? []) {
          const object = { name, namespace: namespaceOf(service) };
          if (!mayBe(object, namespace)) continue;
          const known = callers.get(deployment) ?? new Set();
          callers.set(deployment, known.add(`${workload.kind} ${qualifiedName(workload)}`));
        }
      }
    }
  }
  return new Map([...callers].map(([deployment, names]) => [deployment, [...names].sort(compareText)]));
}

function textsOf(template: unknown, files: readonly ManifestDocument[]): NamedText[] {
  const containers = ["initContainers", "containers"].flatMap((list) => listAt(template, "spec", list));
  const data = files.filter(({ kind }) => kind === "ConfigMap").flatMap(({ object }) => entriesAt(object, "data"));
  return [
    ...containers.flatMap((container) => {
      const variables = listAt(container, "env").flatMap((variable): [string, string][] => {
        const value = at(variable, "value");
        return typeof value === "string" ? [[String(at(variable, "name")), value]] : [];
      });
      const words = ["command", "args"].flatMap((list) => listAt(container, list)).map(String);
      return [...variableTexts(variables, (name) => name, "fixed"), ...wordTexts(words, String)];
    }),
    ...data.flatMap(([file, text]) => {
      const value = String(text);
      return value.includes("\n") ? lineTexts(file, value) : variableTexts([[file, value]], (name) => name, "fixed");
    }),
  ];
}
