import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parseAllDocuments } from "yaml";
import {
  type Adopted,
  type AdoptedService,
  adoptService,
  adoptServices,
  type ManifestFile,
  readAllDocuments,
} from "../../../cli/adopt/adopt.ts";
import { type Candidate, chooseServices, passedOver } from "../../../cli/adopt/landscape/chooseServices.ts";
import { groupDocuments, type Landscape } from "../../../cli/adopt/landscape/landscape.ts";
import { type LeftInPlace, leftInPlace } from "../../../cli/adopt/landscape/leftInPlace.ts";
import { formatPath } from "../../../components/diagnostic.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { CatalogueSite } from "../../../components/siteData.ts";
import { tls, vault } from "../../support/fixtures.ts";

/** A Deployment of which everything is taken over or replaced. */
export const plainDeployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      containers:
        - name: orders
          image: registry.example.org/orders:1
          resources: { limits: { memory: 512Mi } }
`;

/** Both sites, as different as sites may be. */
export const sites: readonly CatalogueSite[] = ["dc1", "dc2"].map((name) => ({
  name,
  file: `Pulumi.${name}.yaml`,
  contact: `platform-${name}@tax.example`,
  registry: `registry.${name}.tax.example:5000`,
  domains: { public: "tax.example", internal: `${name}.tax.example` },
  exposure: {
    kind: "ingress",
    ingressClassName: "haproxy",
    tls,
    controller: { namespace: "ingress", podLabels: { "app.kubernetes.io/name": "haproxy-ingress" } },
  },
  backingServices: {
    gateway: {
      host: `gateway.${name}.tax.example`,
      port: 443,
      cidrs: [name === "dc1" ? "10.1.0.4/32" : "10.2.0.4/32"],
    },
  },
  kubernetes: { encryptionAtRest: "aescbc" },
  vault: { ...vault, address: `https://vault.${name}.tax.example:8200` },
  releases: {},
}));

const folder = join(import.meta.dirname, "..", "..", "fixtures", "manifests");

/** Names of the folders of `test/fixtures/manifests`. */
export async function caseNames(): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map(({ name }) => name)
    .sort();
}

/** The path of something in a case's folder. */
export function casePath(name: string, ...parts: string[]): string {
  return join(folder, name, ...parts);
}

/** The manifests of a case. */
export async function readCase(name: string): Promise<ManifestFile[]> {
  const files = (await readdir(casePath(name))).filter((file) => /\.(yaml|json)$/.test(file)).sort();
  return Promise.all(files.map(async (file) => ({ file, text: await readFile(casePath(name, file), "utf8") })));
}

/** Adopts manifests under a name, beside an empty catalogue. Default: into {@link sites}. */
export function adoptAs(name: string, files: readonly ManifestFile[], where = sites): AdoptedService {
  return adoptService(
    files,
    { name, namespace: undefined, description: undefined, owner: undefined },
    { catalogue: [], sites: where },
  );
}

/** One manifest's text, adopted under the name `orders`. */
export function adoptText(text: string): AdoptedService {
  return adoptAs("orders", [{ file: "orders.yaml", text }]);
}

/**
 * Adopts whatever services one text of manifests has, as the command does.
 * @param wanted what `--service` names
 */
export function adoptRun(
  text: string,
  wanted?: readonly string[],
): Adopted & Landscape & { candidates: readonly Candidate[]; left: readonly LeftInPlace[] } {
  const { documents } = readAllDocuments([{ file: "orders.yaml", text }]);
  const landscape = groupDocuments(documents.filter(({ kind }) => kind !== "List"));
  const candidates = chooseServices(landscape.groups, wanted, new Set(["receipts"]));
  const chosen = candidates.filter(({ service }) => service !== undefined);
  const sources = chosen.map(({ group, service = "" }) => ({
    documents: group.documents,
    wishes: { name: service, namespace: undefined, description: undefined, owner: undefined },
  }));
  const groups = chosen.map(({ group }) => group);
  return {
    ...landscape,
    ...adoptServices(sources, documents, { catalogue: [], sites }),
    candidates,
    left: leftInPlace(documents, landscape, groups, passedOver(candidates)),
  };
}

/** Every leaf of some files, found without the code under test: `file#document path`. */
export function allLeaves(files: readonly ManifestFile[]): string[] {
  return files.flatMap(({ file, text }) =>
    parseAllDocuments(text, { version: "1.1", merge: true }).flatMap((document, index) =>
      leavesBelow(document.toJS(), []).map((path) => `${file}#${index + 1} ${formatPath(path)}`),
    ),
  );
}

function leavesBelow(value: unknown, path: readonly (string | number)[]): (readonly (string | number)[])[] {
  if (typeof value !== "object" || value === null) return value === null && path.length === 0 ? [] : [path];
  const entries: [string | number, unknown][] = Array.isArray(value) ? [...value.entries()] : Object.entries(value);
  return entries.length === 0 ? [path] : entries.flatMap(([key, child]) => leavesBelow(child, [...path, key]));
}

/**
 * Without what is rendered as an absence, which nobody can tell from "not stated": no metrics, no start-up probe; and without
 * the time of a start that no probe shows.
 */
export function legible({ metrics, probes, startupSeconds, ...service }: Microservice): Microservice {
  const { startup, ...others } = probes ?? {};
  const shows = service.ports !== "none" || others.liveness !== undefined || typeof startup === "object";
  return {
    ...service,
    ...(startupSeconds === undefined || !shows ? {} : { startupSeconds }),
    ...(metrics === undefined || metrics === "none" ? {} : { metrics }),
    probes: startup === undefined || startup === "none" ? others : { startup, ...others },
  };
}
