import type { Exposure } from "../../../components/microservice.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { stated } from "./stated.ts";

/** The domains of one site. */
export interface Domains {
  readonly public: string;
  readonly internal: string;
}

type Domain = NonNullable<Exposure["domain"]>;

/** The place in an Ingress or HTTPRoute of the one host and path that a description can state. */
export interface ExposedPlace {
  readonly rule: number;
  readonly path: number;
}

/** Reads host and path of the first rule with a host that leads to the service. */
export function readExposure(
  originals: SourceManifests,
  name: string,
  domains: readonly Domains[],
): { readonly exposure: Exposure; readonly place: ExposedPlace } | undefined {
  const found = readIngress(originals) ?? readRoute(originals);
  if (found === undefined) return undefined;
  const { host, path, place } = found;
  const placed =
    host === undefined || host.startsWith("*") ? { host: name, domain: undefined } : placeHost(host, domains);
  return { place, exposure: { host: placed.host, ...stated({ path: prefix(path), domain: placed.domain }) } };
}

/** A host in the site's terms: its first labels, and the domain that the site adds. */
function placeHost(host: string, domains: readonly Domains[]): { host: string; domain: Domain | undefined } {
  const known = domains
    .flatMap((site) => [
      { domain: "public" as const, suffix: `.${site.public}` },
      { domain: "internal" as const, suffix: `.${site.internal}` },
    ])
    .filter(({ suffix }) => host.endsWith(suffix))
    .sort((a, b) => b.suffix.length - a.suffix.length)[0];
  if (known !== undefined) return { host: host.slice(0, -known.suffix.length), domain: known.domain };
  return { host: host.split(".")[0] ?? host, domain: undefined };
}

interface Found {
  readonly host: string | undefined;
  readonly path: string | undefined;
  readonly place: ExposedPlace;
}

function readIngress({ ingress, service }: SourceManifests): Found | undefined {
  if (ingress === undefined) return undefined;
  const candidates = (ingress.content.spec.rules ?? []).flatMap(({ host, http }, rule) =>
    (http?.paths ?? []).map(({ path, backend }, index) => ({
      host,
      path,
      backend: backend?.service?.name,
      place: { rule, path: index },
    })),
  );
  return candidates.find(({ backend }) => backend === service?.document.name) ?? candidates[0];
}

function readRoute({ httpRoute, service }: SourceManifests): Found | undefined {
  if (httpRoute === undefined) return undefined;
  const { hostnames = [], rules = [] } = httpRoute.content.spec;
  const candidates = rules.map(({ matches, backendRefs }, rule) => ({
    host: hostnames[0],
    path: matches?.[0]?.path?.value,
    backend: backendRefs?.[0]?.name,
    place: { rule, path: 0 },
  }));
  return candidates.find(({ backend }) => backend === service?.document.name) ?? candidates[0];
}

/** The part of a path before what only a regular expression understands. */
function prefix(path: string | undefined): string | undefined {
  if (path === undefined || path === "") return undefined;
  const plain = path.replace(/[([*\\^$|?#\s].*$/s, "");
  if (plain === path) return path.startsWith("/") ? path : `/${path}`;
  return plain.replace(/\/+$/, "") || "/";
}
