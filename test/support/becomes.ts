import { existsSync, readFileSync } from "node:fs";
import * as kubernetes from "@pulumi/kubernetes";
import * as random from "@pulumi/random";
import * as vault from "@pulumi/vault";
import { parse } from "yaml";
import type { DocumentedField } from "../../cli/explain/documentedField.ts";
import type { Becomes } from "../../cli/explain/findFields.ts";
import { type Change, compareSite, kindOf } from "../../cli/preview/changes.ts";
import { checkCatalogue, siteServices } from "../../components/catalogue/index.ts";
import { Datacenter } from "../../components/datacenter.ts";
import { ValidationError } from "../../components/diagnostic.ts";
import { JavaMicroservice } from "../../components/javaMicroservice.ts";
import type { Microservice } from "../../components/microservice.ts";
import { generated, supplied } from "../../components/secrets.ts";
import { microserviceManifests } from "../../components/workload/index.ts";
import type { RegisteredResource } from "../../recorder/registeredResource.ts";
import { parseSite } from "../../site.ts";
import { record } from "./record.ts";

/** Plain data that people write, in which fields are set. */
type Data = Readonly<Record<string, unknown>>;

/** What is rendered: a description, and a site's data. */
interface Written {
  service: Data;
  site: Data;
}

const taxpayerRegistry: Microservice = {
  ...{ name: "taxpayer-registry", namespace: "taxpayers", description: "Knows every taxpayer", owner: "a@tax.example" },
  ...{ resources: { requests: { cpu: "500m", memory: "1536Mi" } }, tls: true },
  exposure: { host: "taxpayers", domain: "internal" },
};

const project = `${import.meta.dirname}/../..`;
const configOf = (name: string): Readonly<Record<string, Data>> =>
  parse(readFileSync(`${project}/Pulumi.${name}.yaml`, "utf8")).config;
/** A site of the example, without what watches it: that has objects and releases of its own. */
const siteData = (name: string): Data => {
  const { monitoring: _, ...site } = configOf(name)["gemelos:site"] ?? {};
  return site;
};
/** Releases of the site's own parts, which go with a monitoring of its own. */
const parts = Object.entries(configOf("dc1")["gemelos:releases"] ?? {}).filter(
  ([name]) => !existsSync(`${project}/services/${name}`),
);

const requests = { cpu: "500m", memory: "2Gi" };
/** A service that states nothing but what it must. */
const small: Data = {
  ...{ name: "refunds", namespace: "declarations", description: "Pays taxes back", owner: "b@tax.example" },
  resources: { requests },
};
/** A service that uses whatever a site has. */
const large: Data = {
  ...small,
  calls: () => [taxpayerRegistry],
  backingServices: ["declarations-database"],
  exposure: { host: "api" },
  secrets: { DB_PASSWORD: generated() },
  volumes: { "/data": { size: "20Gi", accessMode: "ReadWriteMany" } },
};

const gateway = { kind: "gateway", gateway: { namespace: "gateways", name: "entrance" } };
const tls = { public: { source: "supplied" }, internal: { source: "issued" } };
const controller = { nodeRoles: ["worker"] };
const ingress = { kind: "ingress", ingressClassName: "haproxy", implementation: "haproxy-ingress", tls, controller };
const prometheus = {
  ...{ kind: "prometheus", runbooks: "https://git.tax.example/runbooks" },
  receivers: { email: { backingService: "mail-relay", from: "alerts@tax.example" } },
};

const digest = `sha256:${"0f".repeat(32)}`;
const migrate = { command: ["/migrate"], phase: "expand" };

/** What must be around some fields, so that they mean something; the later counts. */
const around: readonly (readonly [of: "service" | "site", path: RegExp, part: "service" | "site", data: Data])[] = [
  [
    "service",
    /^probes\.(startup|readiness|liveness)\.\w+(Seconds|Threshold)/,
    "service",
    {
      probes: Object.fromEntries(
        ["startup", "readiness", "liveness"].map((name) => [name, { httpGet: { path: "/" } }]),
      ),
    },
  ],
  ["service", /^secretDelivery|^initContainers.*secrets/, "service", { secrets: { DB_PASSWORD: generated() } }],
  [
    "service",
    /^initContainers.*\.(image|release)/,
    "service",
    {
      initContainers: { migrate: { image: "tools/other", release: `1@sha256:${"0f".repeat(32)}` } },
    },
  ],
  [
    "service",
    /^tolerations\[\]\.(value|tolerationSeconds|operator)/,
    "service",
    {
      tolerations: [{ key: "dedicated", effect: "NoExecute" }],
    },
  ],
  ["service", /^verification/, "service", { exposure: { host: "api" } }],
  ["service", /^verification\./, "service", { verification: { command: ["/tests"] } }],
  [
    "service",
    /^verification\.(image|release)/,
    "service",
    { verification: { command: ["/tests"], image: "tests/other", release: `1@${digest}` } },
  ],
  ["service", /^migration|^transforms\.job/, "service", { backingServices: ["receipts-archive"] }],
  ["service", /^migration\.|^transforms\.job/, "service", { migration: migrate }],
  [
    "service",
    /^migration\.(image|release)/,
    "service",
    { migration: { ...migrate, image: "tools/other", release: `1@${digest}` } },
  ],
  [
    "service",
    /^migration\.contract/,
    "service",
    { migration: { ...migrate, phase: "contract", contract: { after: `1@${digest}` } } },
  ],
  [
    "service",
    /^migration\.databases/,
    "service",
    {
      backingServices: ["receipts-archive", "declarations-database"],
      migration: { ...migrate, databases: ["declarations-database"] },
    },
  ],
  ["service", /^securityContext\.fsGroup/, "service", { volumes: { "/data": { size: "20Gi" } } }],
  ["service", /^transforms/, "service", { ...large, namespace: "declarations" }],
  ["service", /^transforms\.(httpRoute|backendTls)/, "service", { tls: true }],
  ["service", /^transforms\.(httpRoute|backendTls)/, "site", { exposure: { ...gateway, tls, controller } }],
  [
    "service",
    /^(initContainers\.<name>\.)?env\.<name>\.divisor/,
    "service",
    {
      ...{
        env: { UNIT: { resource: "limits.memory" } },
        initContainers: { migrate: { env: { UNIT: { resource: "limits.memory" } } } },
      },
    },
  ],
  ["site", /./, "service", large],
  ["site", /\.replicaOf$/, "service", { migration: migrate }],
  ["site", /^vault/, "service", { secretDelivery: "files" }],
  [
    "site",
    /^nodes|^network\.tunnelCidrs/,
    "site",
    { exposure: { ...ingress, controller: { nodeRoles: ["control-plane", "worker"] } } },
  ],
  ["site", /^exposure\.gateway/, "site", { exposure: { ...gateway, tls, controller } }],
  [
    "site",
    /^exposure\.controller\.(nodeRoles|cidrs)/,
    "site",
    {
      exposure: ingress,
    },
  ],
  ["site", /^monitoring\./, "site", { monitoring: prometheus }],
  [
    "site",
    /^monitoring\.(selector|dashboard|prober)/,
    "site",
    {
      monitoring: {
        kind: "operator",
        runbooks: "https://git.tax.example/runbooks",
        namespace: "a",
        podLabels: { a: "b" },
      },
    },
  ],
  ["site", /^monitoring\.(namespace|podLabels)/, "site", { monitoring: { namespace: "a", podLabels: { a: "b" } } }],
  ["site", /^monitoring\.(nodeRoles|cidrs)/, "site", { monitoring: { nodeRoles: ["control-plane"] } }],
  [
    "site",
    /^backingServices\.<name>\.(namespace|podLabels|podPort)/,
    "site",
    {
      backingServices: {
        "declarations-database": { host: "db.databases", port: 5432, namespace: "a", podLabels: { a: "b" } },
        "mail-relay": { host: "smtp.tax.example", port: 587, cidrs: ["10.1.40.25/32"] },
      },
    },
  ],
];

const nodes: readonly Data[] = parse(JSON.stringify(siteData("dc1")["nodes"]));
const withoutZones = nodes.map(({ zone: _, ...node }) => node);
const virtual = nodes.map((node, index) =>
  node["role"] === "worker" ? { ...node, kind: "vm", host: `h${index}` } : node,
);

/** Fields that change only together with others: what is there without and with them. */
const together: Readonly<Record<string, readonly [before: Data, after: Data]>> = {
  "exposure.kind": [{ exposure: ingress }, { exposure: { ...gateway, tls, controller } }],
  "exposure.gateway": [{ exposure: ingress }, { exposure: { ...gateway, tls, controller } }],
  "nodes[].zone": [{ nodes: withoutZones }, { nodes }],
  "nodes[].kind": [{ nodes }, { nodes: virtual }],
  "nodes[].host": [{ nodes }, { nodes: virtual }],
  "exposure.controller.nodeRoles": [
    { exposure: ingress },
    { exposure: { ...ingress, controller: { nodeRoles: ["control-plane"] } } },
  ],
  "migration.phase": [
    { migration: migrate },
    { migration: { ...migrate, phase: "contract", contract: { after: `1@${digest}` } } },
  ],
  "monitoring.kind": [{ monitoring: { nodeRoles: ["worker"] } }, { monitoring: { kind: "none" } }],
};

/** The name that stands for `<name>` in a path. */
const chosen: Readonly<Record<string, string>> = {
  env: "UNIT",
  "initContainers.<name>.env": "UNIT",
  emptyDirs: "/var/cache/app",
  volumes: "/data",
  secretFiles: "/etc/keys",
  initContainers: "migrate",
  backingServices: "declarations-database",
  "exposure.tls.public.hosts": "api",
  "exposure.tls.internal.hosts": "taxpayers",
};

/** Every object of a service, of one that it may call, and of their site. */
async function registered({ service, site }: Written): Promise<readonly RegisteredResource[]> {
  const templates = [{ name: "application.yaml", file: "application.yaml", text: "name: {{ service.name }}\n" }];
  // The schema checks what is written here, as it does for a file.
  const described = service as unknown as Microservice;
  const { services, diagnostics } = checkCatalogue([
    { service: described, folder: "services/refunds", templates },
    { service: taxpayerRegistry, folder: "services/taxpayer-registry", templates: [] },
  ]);
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
  const own = valueAt(site, ["monitoring", "kind"]) === "prometheus" ? parts : [];
  const released = services.map((each) => [each.service.name, `1.0.0@sha256:${"0f".repeat(32)}`]);
  const releases = Object.fromEntries([...released, ...own]);
  const stack = String(site["name"]);
  const data = parseSite(stack, { site: JSON.stringify(site), releases: JSON.stringify(releases) });
  const manifests = siteServices(services, data).map(microserviceManifests);
  const { registrations } = await record(
    () => {
      const providers = [
        new kubernetes.Provider("kubernetes", { context: data.kubernetes.context }),
        new vault.Provider("vault", { address: data.vault.address }),
        new random.Provider("random"),
      ];
      const datacenter = new Datacenter(
        "datacenter",
        {
          ...{ clusterUid: data.kubernetes.clusterUid, services: manifests, vault: data.vault, hosts: data },
          ...{ registry: data.registry, servicesCaCertificate: data.vault.caCertificate },
          ...(data.network?.dns === undefined ? {} : { dns: data.network.dns }),
        },
        { providers },
      );
      for (const each of manifests) {
        const dependsOn = datacenter.namespaceResources(each.microservice.namespace);
        new JavaMicroservice(each.microservice.name, each, { providers, dependsOn });
      }
    },
    { uid: data.kubernetes.clusterUid },
  );
  return registrations;
}

const known = new Map<string, Promise<readonly RegisteredResource[]>>();

function rendered(written: Written): Promise<readonly RegisteredResource[]> {
  const key = JSON.stringify(written, (_, value: unknown) => (typeof value === "function" ? String(value) : value));
  const found = known.get(key) ?? registered(written);
  known.set(key, found);
  return found;
}

/** What a field becomes, by rendering it with and without, or with another value; undefined where no such value is taken. */
export async function becomes(
  of: "service" | "site",
  field: DocumentedField,
  fields: readonly DocumentedField[],
): Promise<readonly Becomes[] | undefined> {
  let taken = false;
  for (const [before, after] of variants(of, field, fields)) {
    // One after the other: the recorder stands in the place of the one engine.
    const objects = await rendered(before)
      .then(async (base) => [base, await rendered(after)] as const)
      .catch((error: unknown) => {
        if (error instanceof ValidationError) return undefined;
        throw error;
      });
    if (objects === undefined) continue;
    taken = true;
    const found = summary(compareSite("dc1", ...objects));
    if (found.length > 0) return found;
  }
  return taken ? [] : undefined;
}

/** Two writings that differ in one field, the most telling first. */
function* variants(
  of: "service" | "site",
  field: DocumentedField,
  fields: readonly DocumentedField[],
): Generator<readonly [before: Written, after: Written]> {
  const start: Written = { service: small, site: siteData("dc1") };
  const written = { ...start };
  for (const [whose, path, part, data] of around) {
    if (whose === of && path.test(field.path)) written[part] = { ...written[part], ...data };
  }
  const keys = keysOf(field.path);
  const withParents = parents(written[of], field.path, fields);
  const current = valueAt(withParents, keys);
  const without = setAt(withParents, keys, undefined);
  const other = of === "site" ? [valueAt(siteData("dc2"), keys)] : [];
  const values = [
    ...other,
    ...field.examples.map(evaluate),
    ...[current, evaluate(field.examples[0] ?? "")].map(altered),
  ];
  const make = (data: Data): Written => ({ ...written, [of]: data });
  const pair = together[field.path];
  if (pair !== undefined) yield [make({ ...written[of], ...pair[0] }), make({ ...written[of], ...pair[1] })];
  const stated = values.filter((each) => each !== undefined).map((value) => make(setAt(withParents, keys, value)));
  for (const after of stated) if (current !== undefined) yield [make(withParents), after];
  for (const after of stated) if (!field.required) yield [make(without), after];
  for (const after of stated) yield [make(written[of]), after];
}

/** The data with each map around a field, which has what it must have. */
function parents(data: Data, path: string, fields: readonly DocumentedField[]): Data {
  const ancestors = fields.filter(
    (each) =>
      path !== each.path && /^(\[\])?(\.<name>)?\./.test(path.slice(each.path.length)) && path.startsWith(each.path),
  );
  return ancestors.reduce((sum, { path: parent }) => {
    const inside = path.slice(parent.length).match(/^(\[\])?(\.<name>)?/)?.[0] ?? "";
    const required = fields.filter(
      (each) =>
        each.required &&
        each.path.startsWith(`${parent}${inside}.`) &&
        !/[.[<]/.test(each.path.slice(parent.length + inside.length + 1)),
    );
    return required.reduce((whole, each) => {
      const keys = keysOf(each.path);
      return valueAt(whole, keys) === undefined ? setAt(whole, keys, evaluate(each.examples[0] ?? "")) : whole;
    }, sum);
  }, data);
}

function keysOf(path: string): (string | number)[] {
  const parts = path.split(/\.|(?=\[)/);
  return parts.map((part, index) => {
    if (part === "[]") return 0;
    return part === "<name>" ? (chosen[parts.slice(0, index).join(".").replaceAll(".[]", "[]")] ?? "name") : part;
  });
}

function valueAt(data: unknown, keys: readonly (string | number)[]): unknown {
  return keys.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    data,
  );
}

function setAt(data: Data, keys: readonly (string | number)[], value: unknown): Data {
  const change = (inner: unknown, [key, ...rest]: readonly (string | number)[]): unknown => {
    if (key === undefined) return value;
    if (typeof key === "number") {
      const list = Array.isArray(inner) ? inner : [];
      return [change(list[0], rest), ...list.slice(1)];
    }
    const map: Data = typeof inner === "object" && inner !== null && !Array.isArray(inner) ? { ...inner } : {};
    const { [key]: old, ...others } = map;
    const changed = change(old, rest);
    if (changed === undefined) return others;
    return Object.hasOwn(map, key) ? { ...map, [key]: changed } : { ...others, [key]: changed };
  };
  return change(data, keys) as Data;
}

/** An example as what it says: an expression of TypeScript, or else YAML. */
function evaluate(example: string): unknown {
  const scope = { generated, supplied, taxpayerRegistry };
  try {
    return new Function(...Object.keys(scope), `return (${example});`)(...Object.values(scope));
  } catch {
    return parse(example);
  }
}

/** Another value of the same kind. */
function altered(value: unknown): unknown {
  if (typeof value === "number") return value + 1;
  if (typeof value === "boolean") return !value;
  if (Array.isArray(value)) return value.map(altered);
  if (typeof value === "object" && value !== null) {
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, altered(inner)]));
  }
  if (typeof value !== "string") return undefined;
  if (/^\d+\.\d+\.\d+\./.test(value)) return value.replace(/^(\d+\.\d+)\.\d+/, "$1.128");
  if (/^\d/.test(value)) return `1${value}`;
  if (value.startsWith("https://")) return value.replace("https://", "https://x");
  return value.startsWith("/") ? `${value}x` : `x${value}`;
}

const words = { create: "made", delete: "removed", change: "changed" } as const;

/** The kinds of objects that change, those of one kind together. What only waits for something else has not changed. */
function summary(changes: readonly Change[]): Becomes[] {
  const ownKind = (change: Change) =>
    `${kindOf(change)}${change.service === "taxpayer-registry" ? " of another service" : ""}`;
  const counted = changes.filter(({ kind, fields }) => kind !== "change" || fields.length > 0);
  return [...Map.groupBy(counted, ownKind)].flatMap(([kind, same]): Becomes[] => {
    const paths = same.flatMap(({ fields }) => fields.map(({ path }) => path.replaceAll("refunds", "<name>")));
    const kinds = [...new Set(same.map((change) => words[change.kind]))];
    const rest = kinds.filter((change) => change !== "changed");
    const [only] = rest;
    return [
      ...(only === undefined ? [] : [{ kind, change: rest.length > 1 ? ("replaced" as const) : only, fields: [] }]),
      ...(paths.length === 0 ? [] : [{ kind, change: "changed" as const, fields: [...new Set(paths)].toSorted() }]),
    ];
  });
}
