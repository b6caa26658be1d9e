import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { withApiDefaults } from "../../../../cli/adopt/additions/apiDefaults.ts";
import { formatPath } from "../../../../components/diagnostic.ts";
import { quantity } from "../../../../components/kubernetes/quantity.ts";
import { at, isObject, type Plain, type PlainObject } from "../../../../recorder/registeredResource.ts";
import { adoptText } from "../manifests.ts";

const seconds = fc.integer({ min: 1, max: 200 });
const some = <Fields extends Record<string, fc.Arbitrary<unknown>>>(fields: Fields) =>
  fc.record(fields, { requiredKeys: [] });

const probe = fc
  .tuple(
    fc.constantFrom(
      { httpGet: { path: "/live", port: "http" } },
      { tcpSocket: { port: 8080 } },
      { exec: { command: ["true"] } },
    ),
    some({
      periodSeconds: seconds,
      timeoutSeconds: fc.constantFrom(1, 2),
      failureThreshold: fc.integer({ min: 1, max: 9 }),
    }),
  )
  .map(([way, timings]) => ({ ...way, ...timings }));

const variables = fc.uniqueArray(
  fc.constantFrom("SERVER_PORT", "SERVER_SHUTDOWN", "JAVA_TOOL_OPTIONS", "TZ").map((name) => ({ name, value: "8080" })),
  { selector: ({ name }) => name },
);

const container = some({
  imagePullPolicy: fc.constantFrom("Always", "IfNotPresent"),
  env: variables,
  resources: some({
    requests: some({ cpu: fc.constant("100m"), memory: fc.constant("512Mi") }),
    limits: some({ cpu: fc.constant("2"), memory: fc.constant("1Gi") }),
  }),
  startupProbe: probe,
  readinessProbe: probe,
  livenessProbe: probe,
  lifecycle: fc.constantFrom(
    { preStop: { sleep: { seconds: 3 } } },
    { preStop: { exec: { command: ["sleep", "3"] } } },
    { preStop: { exec: { command: ["/bin/drain"] } } },
  ),
  securityContext: some({
    runAsUser: fc.constant(1000),
    runAsNonRoot: fc.boolean(),
    readOnlyRootFilesystem: fc.boolean(),
    allowPrivilegeEscalation: fc.boolean(),
  }),
  volumeMounts: fc.uniqueArray(
    fc.constantFrom("/tmp", "/var/cache/").map((mountPath) => ({ name: mountPath === "/tmp" ? "a" : "b", mountPath })),
    { selector: ({ name }) => name },
  ),
  terminationMessagePolicy: fc.constantFrom("File", "FallbackToLogsOnError"),
});

const pod = some({
  terminationGracePeriodSeconds: fc.integer({ min: 0, max: 120 }),
  serviceAccountName: fc.constantFrom("orders", "other"),
  automountServiceAccountToken: fc.boolean(),
  enableServiceLinks: fc.boolean(),
  priorityClassName: fc.constantFrom("standard", "other"),
  securityContext: some({ runAsUser: fc.constant(2000), runAsNonRoot: fc.boolean(), fsGroup: fc.constant(3000) }),
  volumes: fc.constant([
    { name: "a", emptyDir: {} },
    { name: "b", emptyDir: { sizeLimit: "1Gi" } },
  ]),
});

const spec = some({
  replicas: fc.integer({ min: 0, max: 5 }),
  revisionHistoryLimit: fc.constantFrom(2, 5, 10),
  minReadySeconds: fc.constantFrom(0, 5, 10),
  strategy: fc.constantFrom({}, { type: "RollingUpdate" }, { rollingUpdate: { maxSurge: 1 } }),
});

/** A Deployment as people write it: any part of it may be missing. */
const deployment = fc.tuple(spec, pod, container).map(([stated, { volumes, ...rest }, { volumeMounts, ...own }]) => ({
  apiVersion: "apps/v1",
  kind: "Deployment",
  metadata: { name: "orders" },
  spec: {
    ...stated,
    selector: { matchLabels: { app: "orders" } },
    template: {
      metadata: { labels: { app: "orders" } },
      spec: {
        ...rest,
        ...(volumes === undefined || volumeMounts === undefined ? {} : { volumes }),
        containers: [
          {
            name: "orders",
            image: "example.test/orders:1.0",
            ports: [{ name: "http", containerPort: 8080 }],
            ...own,
            ...(volumes === undefined || volumeMounts === undefined ? {} : { volumeMounts }),
          },
        ],
      },
    },
  },
}));

/** Name that a leaf has in both objects -> its place and value. Written apart from the code under test. */
function leavesByName(object: Plain): Map<string, { place: string; value: Plain }> {
  const mounts = at(object, "spec", "template", "spec", "containers", 0, "volumeMounts");
  const pathOf = (volume: unknown) =>
    Array.isArray(mounts)
      ? at(
          mounts.find((mount) => at(mount, "name") === volume),
          "mountPath",
        )
      : undefined;
  const label = (list: string, item: Plain, index: number) =>
    String(
      (list === "volumes" ? pathOf(at(item, "name")) : undefined) ??
        at(item, "mountPath") ??
        at(item, "name") ??
        at(item, "topologyKey") ??
        index,
    ).replace(/(.)\/$/, "$1");
  const found = new Map<string, { place: string; value: Plain }>();
  const walk = (value: Plain, name: string, path: (string | number)[]): void => {
    const children = Array.isArray(value)
      ? value.map((item: Plain, index): [string, string | number, Plain] => [
          list(path) === "ports" ? String(at(item, "containerPort")) : label(list(path), item, index),
          index,
          item,
        ])
      : isObject(value)
        ? Object.entries(value).map(([key, child]): [string, string | number, Plain] => [key, key, child])
        : [];
    // A container's user is its own, or else its pod's.
    const inherited = name.replace(
      /spec\|securityContext\|(runAs\w+|seccompProfile)/,
      "spec|containers|orders|securityContext|$1",
    );
    if (children.length === 0 && (inherited === name || !found.has(inherited)))
      found.set(inherited, { place: `Deployment ${formatPath(path)}`, value });
    for (const [step, key, child] of children) walk(child, name === "" ? step : `${name}|${step}`, [...path, key]);
  };
  walk(object, "", []);
  return found;
}

function list(path: readonly (string | number)[]): string {
  return String(path.at(-1));
}

function plain(value: unknown): PlainObject {
  const copy: Plain = JSON.parse(JSON.stringify(value));
  if (!isObject(copy)) throw new Error("no object");
  return copy;
}

function same(name: string, one: Plain | undefined, other: Plain): boolean {
  if (one === other) return true;
  const isQuantity = /\|(requests|limits)\||sizeLimit$/.test(name);
  return isQuantity && typeof one === "string" && typeof other === "string" && quantity(one) === quantity(other);
}

describe("a random Deployment that people wrote", () => {
  it("has each difference in its pods' effective state in one of the lists", () => {
    fc.assert(
      fc.property(deployment, (written) => {
        const adopted = adoptText(JSON.stringify(written));
        const { findings, rows, sites } = adopted.compare(adopted.service);
        const told = new Set(findings.flatMap(({ paths = [], place }) => [place, ...paths]));
        const original = plain(written);
        const stated = leavesByName(original);
        const before = leavesByName(withApiDefaults("Deployment", original));
        const rowPlaces = new Set(rows.map(({ path }) => `Deployment ${path}`));
        for (const { place } of stated.values()) expect(rowPlaces).toContain(place);
        for (const { objects } of sites) {
          const after = leavesByName(withApiDefaults("Deployment", plain(objects["Deployment"])));
          const silent = [...after].filter(([name, { place, value }]) => {
            const request = before.get(name.replace("|requests|", "|limits|"))?.value;
            const isSame = same(name, before.get(name)?.value, value) || same(name, request, value);
            return !isSame && !told.has(place) && !stated.has(name) && !isRestated(name, stated);
          });
          expect(silent).toEqual([]);
        }
      }),
      { numRuns: Number(process.env["LONG_PROPERTY_RUNS"] ?? 100) },
    );
  });
});

/** A command that only sleeps is rendered as the kubelet's own sleep, and its row says so. */
function isRestated(name: string, stated: ReadonlyMap<string, unknown>): boolean {
  const hook = "spec|template|spec|containers|orders|lifecycle|preStop|";
  return name === `${hook}sleep|seconds` && stated.has(`${hook}exec|command|1`);
}
