import { listAt } from "../../../components/kubernetes/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { ManifestDocument } from "../input/documents.ts";
import { documentPart } from "./documentPart.ts";

/** The names of the Services to which an Ingress, an OpenShift Route or a Gateway API route leads; none for other kinds. */
export function backendsOf({ kind, object }: ManifestDocument): string[] {
  const spec = at(object, "spec");
  const names =
    kind === "Ingress"
      ? [at(spec, "defaultBackend"), ...listAt(spec, "rules").flatMap(pathsOf)].map(serviceOf)
      : kind === "Route"
        ? [at(spec, "to"), ...listAt(spec, "alternateBackends")].map((backend) => at(backend, "name"))
        : kind.endsWith("Route")
          ? listAt(spec, "rules").flatMap(routeBackends)
          : [];
  return [...new Set(names.filter((name) => typeof name === "string"))];
}

/**
 * The part of an Ingress or route that leads to some of its Services: their paths, and of the hosts and certificates
 * those of their paths. A rule that shares its traffic between several Services stays whole.
 * @param backends names of the Services whose part it is
 */
export function ownEntrance(document: ManifestDocument, backends: ReadonlySet<string>): ManifestDocument {
  if (backendsOf(document).every((name) => backends.has(name))) return document;
  const rules = listAt(document.object, "spec", "rules");
  const isOwn = (name: unknown) => typeof name === "string" && backends.has(name);
  if (document.kind !== "Ingress") {
    const kept = rules.map((rule) => routeBackends(rule).length === 0 || routeBackends(rule).some(isOwn));
    return documentPart(document, ([, list, rule]) => list !== "rules" || kept[Number(rule)] === true);
  }
  const paths = rules.map((rule) => pathsOf(rule).map((path) => isOwn(serviceOf(path))));
  const hosts = new Set(rules.filter((_, rule) => paths[rule]?.includes(true)).map((rule) => at(rule, "host")));
  const certificates = listAt(document.object, "spec", "tls").map((entry) => listAt(entry, "hosts"));
  return documentPart(document, ([, list, index, field, item, path]) => {
    switch (list) {
      case "defaultBackend":
        return isOwn(serviceOf(at(document.object, "spec", "defaultBackend")));
      case "rules":
        return field === "http" && item === "paths"
          ? paths[Number(index)]?.[Number(path)] === true
          : paths[Number(index)]?.includes(true) === true;
      case "tls": {
        const named = certificates[Number(index)] ?? [];
        return field === "hosts"
          ? hosts.has(named[Number(item)])
          : named.length === 0 || named.some((host) => hosts.has(host));
      }
      default:
        return true;
    }
  });
}

function pathsOf(rule: unknown): unknown[] {
  return listAt(rule, "http", "paths").map((path) => at(path, "backend"));
}

function serviceOf(backend: unknown): unknown {
  return at(backend, "service", "name");
}

function routeBackends(rule: unknown): unknown[] {
  return listAt(rule, "backendRefs").map((backend) => at(backend, "name"));
}
