import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "vitest";
import { parseDocument } from "yaml";
import { resolveCatalogue } from "../../components/catalogue/catalogueRules.ts";
import { siteServices } from "../../components/catalogue/siteServices.ts";
import { resolveMicroservice } from "../../components/description/resolve.ts";
import { ValidationError } from "../../components/diagnostic.ts";
import type { Microservice } from "../../components/microservice.ts";
import type { CatalogueSite, Site } from "../../components/siteData.ts";
import { readSites } from "../../recorder/readSites.ts";
import { tls, vault } from "./fixtures.ts";

/** A key or index on the way into nested data. */
type Step = string | number;

/** The text of the example site dc1. */
export const siteText = await readFile(join(import.meta.dirname, "..", "..", "Pulumi.dc1.yaml"), "utf8");

/** The lines that a person reads when work is refused; none where it is accepted. Any other failure is thrown. */
export async function linesOf(work: () => unknown): Promise<string[]> {
  try {
    await work();
    return [];
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
    return error.message
      .split("\n")
      .slice(1)
      .map((line) => line.trim());
  }
}

/** What a line must hold, in whatever words. */
export interface Told {
  /** File and field: `Pulumi.dc1.yaml: gemelos:site.peer`. */
  readonly place: string;
  /** The value that stands there, as the line shows it first. Default: none is shown. */
  readonly shows?: string | undefined;
  /** The words that matter of what is wrong and what to do about it. */
  readonly says: RegExp;
}

/** A line without the line and column in a site's file that a command tells, unless the place has them, too. */
export function atNoPosition(line: string, place: string): string {
  return /:\d+:\d+$/.test(place) ? line : line.replace(/^(\S+?\.yaml):\d+:\d+: (?=gemelos)/, "$1: ");
}

/** Expects exactly these lines, in this order: place, value, and the substance of the remedy. */
export function expectTold(lines: readonly string[], ...told: readonly Told[]): void {
  expect(lines, lines.join("\n")).toHaveLength(told.length);
  for (const [index, { place, shows, says }] of told.entries()) {
    const line = atNoPosition(lines[index] ?? "", place);
    const start = `${place}: ${shows === undefined ? "" : `${shows} `}`;
    expect(line.slice(0, start.length)).toBe(start);
    // Behind the value: what is said must not be found in what is shown.
    expect(line.slice(start.length)).toMatch(says);
  }
}

/** A field's path as people write it: `nodes[2].memory`. */
export function fieldOf(path: readonly Step[]): string {
  return path
    .map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`))
    .join("")
    .slice(1);
}

/** A value as messages show it. */
export function shown(value: unknown): string | undefined {
  return value === undefined ? undefined : typeof value === "number" ? String(value) : JSON.stringify(value);
}

/** The example site's file with another value at a place; undefined takes the key away. */
export function siteWith(path: readonly Step[], value: unknown): string {
  const document = parseDocument(siteText);
  if (value === undefined) document.deleteIn(["config", ...path]);
  else document.setIn(["config", ...path], value);
  return document.toString({ lineWidth: 0 });
}

/** Reads a stack file as commands and the program do. Throws where that says nothing and reads nothing. */
export async function readSiteFile(content: string | Uint8Array | undefined, stack = "dc1"): Promise<Site> {
  const folder = await mkdtemp(join(tmpdir(), "gemelos-site-"));
  try {
    if (content !== undefined) await writeFile(join(folder, `Pulumi.${stack}.yaml`), content);
    const [site] = await readSites([stack], folder);
    if (site === undefined) throw new Error(`no site was read for ${stack}`);
    return site;
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** The service of the tables: sound, and in nobody's way. */
export const orders: Microservice = {
  name: "orders",
  namespace: "shop",
  description: "Takes orders",
  owner: "team-orders@tax.example",
  resources: { requests: { cpu: "500m", memory: "1Gi" } },
};

/** A copy with another value at a place, whatever the type says of it; undefined takes the field away. */
export function withValue<Value extends object>(
  target: Value,
  [step, ...rest]: readonly Step[],
  value: unknown,
): Value {
  if (step === undefined) return target;
  const copy = { ...target };
  const inner: unknown = Reflect.get(target, step);
  if (rest.length > 0) {
    Reflect.set(copy, step, withValue(typeof inner === "object" && inner !== null ? inner : {}, rest, value));
  } else if (value === undefined) Reflect.deleteProperty(copy, step);
  else Reflect.set(copy, step, value);
  return copy;
}

/** What is said about a catalogue, each description in the folder of its name. */
export function catalogueLines(...services: readonly Microservice[]): Promise<string[]> {
  return linesOf(() =>
    resolveCatalogue(services.map((service) => ({ service, folder: `services/${service.name}`, templates: [] }))),
  );
}

/** The site of the tables. */
export const catalogueSite: Omit<CatalogueSite, "nodes"> = {
  name: "dc1",
  contact: "platform@tax.example",
  file: "Pulumi.dc1.yaml",
  kubernetes: { encryptionAtRest: "kms" },
  vault,
  registry: "registry.dc1.tax.example:5000",
  domains: { public: "tax.example", internal: "dc1.tax.example" },
  exposure: {
    kind: "ingress",
    ingressClassName: "haproxy",
    tls,
    controller: { namespace: "ingress", podLabels: { a: "b" } },
  },
  backingServices: {
    "mail-relay": { host: "smtp.dc1.tax.example", port: 587, cidrs: ["10.1.40.25/32"] },
    "orders-database": { host: "db.dc1.tax.example", port: 5432, cidrs: ["10.1.30.10/32"] },
  },
  releases: { orders: `1.0.0@sha256:${"0f".repeat(32)}` },
};

/** What is said when the service of the tables, with one backing service and some templates, is put into a site. */
export function siteServiceLines(
  change: {
    service?: Partial<Microservice>;
    /** The template `application.yaml`. */
    text?: string;
    /** Templates by name, in its place. */
    files?: Readonly<Record<string, string>>;
    site?: Partial<CatalogueSite>;
  } = {},
): Promise<string[]> {
  const files = change.files ?? { "application.yaml": change.text ?? "a: b\n" };
  const entry = {
    service: resolveMicroservice({ ...orders, backingServices: ["mail-relay"], ...change.service }),
    folder: "services/orders",
    templates: Object.entries(files).map(([name, text]) => ({ name, file: `services/orders/config/${name}`, text })),
  };
  return linesOf(() => siteServices([entry], { ...catalogueSite, ...change.site }));
}
