import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { compareObject } from "../../../cli/drift/compareObject.ts";
import { formatFieldPath } from "../../../cli/drift/fieldPath.ts";
import { isObject, type Plain, type PlainObject } from "../../../recorder/registeredResource.ts";
import { microserviceArbitrary } from "../../support/arbitraries.ts";
import { deploymentOf, microservice } from "../../support/fixtures.ts";

const own = "pulumi-kubernetes-1a2b3c4d";

/** A manifest as plain JSON. */
const plain = (manifest: object): PlainObject => JSON.parse(JSON.stringify(manifest));
const deployment = plain(deploymentOf(microservice({ name: "receipts" })));

/** An entry of `managedFields`. */
function managed(manager: string, fieldsV1: PlainObject, more: PlainObject = {}): PlainObject {
  return { manager, operation: "Update", time: "2026-11-26T05:00:00Z", fieldsV1, ...more };
}

/** What Pulumi owns of a manifest that it applied: each field, items of lists by their names, other lists as a whole. */
function ownedBy(value: Plain): PlainObject {
  if (Array.isArray(value)) {
    const items = value.filter(isObject).filter(({ name }) => typeof name === "string");
    return Object.fromEntries(items.map((item) => [`k:${JSON.stringify({ name: item["name"] })}`, ownedBy(item)]));
  }
  if (!isObject(value)) return {};
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [`f:${key}`, ownedBy(inner)]));
}

/** The live object that comes of a manifest and changes by other managers. */
function live(changed: PlainObject, rendered: PlainObject, ...others: readonly PlainObject[]): PlainObject {
  const metadata = isObject(changed["metadata"]) ? changed["metadata"] : {};
  const entries = [managed(own, ownedBy(rendered), { operation: "Apply" }), ...others];
  return { ...changed, metadata: { ...metadata, uid: "u", managedFields: entries } };
}

/** A copy with a value at a path. */
function withAt(
  value: Plain,
  [step, ...rest]: readonly (string | number)[],
  change: (old: Plain | undefined) => Plain,
): Plain {
  if (step === undefined) return change(value);
  if (Array.isArray(value)) {
    return value.map((item: Plain, index) => (index === step ? withAt(item, rest, change) : item));
  }
  const object = isObject(value) ? value : {};
  const inner = object[step];
  return { ...object, [step]: rest.length === 0 ? change(inner) : withAt(inner ?? {}, rest, change) };
}

function edited(object: PlainObject, path: readonly (string | number)[], change: (old: Plain | undefined) => Plain) {
  const result = withAt(object, path, change);
  return isObject(result) ? result : {};
}

function found(rendered: PlainObject, actual: PlainObject): string[] {
  return compareObject(rendered, actual).drift.map(
    ({ path, kind, manager }) => `${kind} ${formatFieldPath(path)} by ${manager?.name ?? "nobody"}`,
  );
}

const container = ["spec", "template", "spec", "containers", 0] as const;
const edit = (...path: readonly string[]) =>
  managed(
    "kubectl-edit",
    path.reduceRight<PlainObject>((inner, step) => ({ [step]: inner }), {}),
  );
const pod = ["f:spec", "f:template", "f:spec"] as const;

describe("nothing is found", () => {
  test("in any Deployment as it was rendered, nor in what the API server fills in", () => {
    fc.assert(
      fc.property(microserviceArbitrary, (service) => {
        const rendered = plain(deploymentOf(service));
        expect(found(rendered, live(rendered, rendered))).toEqual([]);
        const filled = edited(rendered, [...container, "terminationMessagePath"], () => "/dev/termination-log");
        expect(found(rendered, live(filled, rendered))).toEqual([]);
        expect(compareObject(rendered, live(filled, rendered)).target).toEqual(live(filled, rendered));
      }),
      { numRuns: 30 },
    );
  });

  test("where the order of named items differs, or a quantity is written otherwise", () => {
    const turned = edited(deployment, [...container, "env"], (old) => (Array.isArray(old) ? old.toReversed() : []));
    const rewritten = edited(turned, [...container, "resources", "requests", "memory"], () => "1048576Ki");
    const rendered = edited(deployment, [...container, "resources", "requests", "memory"], () => "1Gi");
    expect(found(rendered, live(rewritten, rendered))).toEqual([]);
  });

  test.each<[string, readonly (string | number)[], Plain, PlainObject]>([
    [
      "the autoscaler's replicas",
      ["spec", "replicas"],
      4,
      managed("kube-controller-manager", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" }),
    ],
    [
      "a restart",
      ["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"],
      "2026-11-26T05:00:00Z",
      edit("f:spec", "f:template", "f:metadata", "f:annotations", "f:kubectl.kubernetes.io/restartedAt"),
    ],
    [
      "the revision",
      ["metadata", "annotations", "deployment.kubernetes.io/revision"],
      "3",
      managed("kube-controller-manager", {
        "f:metadata": { "f:annotations": { "f:deployment.kubernetes.io/revision": {} } },
      }),
    ],
    ["the status", ["status", "replicas"], 3, edit("f:status", "f:replicas")],
    [
      "Reloader's variable",
      [...container, "env"],
      [{ name: "STAKATER_RECEIPTS_SECRET", value: "hash" }],
      edit(...pod, "f:containers", 'k:{"name":"receipts"}', "f:env", 'k:{"name":"STAKATER_RECEIPTS_SECRET"}'),
    ],
  ])("in what is known to be right: %s", (_, path, value, entry) => {
    const change = (old: Plain | undefined) =>
      Array.isArray(old) && Array.isArray(value) ? [...old, ...value] : value;
    expect(found(deployment, live(edited(deployment, path, change), deployment, entry))).toEqual([]);
  });
});

describe("what somebody changed", () => {
  test("is one difference, with who and when, and the target is as rendered", () => {
    const path = ["spec", "template", "spec", "priorityClassName"] as const;
    const actual = live(
      edited(deployment, path, () => "batch"),
      deployment,
      edit(...pod, "f:priorityClassName"),
    );
    const { drift, target } = compareObject(deployment, actual);
    expect(drift).toMatchObject([
      {
        kind: "changed",
        rendered: "standard",
        live: "batch",
        manager: { name: "kubectl-edit", time: "2026-11-26T05:00:00Z" },
      },
    ]);
    expect(target["spec"]).toEqual(deployment["spec"]);
  });

  test("a field that was taken away is found, and nobody owns it", () => {
    const without = edited(deployment, ["spec"], (old) => {
      const { minReadySeconds: _, ...rest } = isObject(old) ? old : {};
      return rest;
    });
    const actual = live(
      without,
      edited(without, ["x"], () => ({})),
    );
    expect(found(deployment, actual)).toEqual(["missing spec.minReadySeconds by nobody"]);
    expect(compareObject(deployment, actual).target["spec"]).toEqual(deployment["spec"]);
  });

  test("replicas of 0 are found, since they switch the autoscaler off", () => {
    const entry = managed("kubectl", { "f:spec": { "f:replicas": {} } }, { subresource: "scale" });
    const actual = live(
      edited(deployment, ["spec", "replicas"], () => 0),
      deployment,
      entry,
    );
    expect(found(deployment, actual)).toEqual(["added spec.replicas by kubectl"]);
    const { spec: _, ...unowned } = deployment;
    const scaled = { ...actual, metadata: live(actual, unowned)["metadata"] ?? {} };
    expect(found(deployment, scaled)).toContain("added spec.replicas by nobody");
  });

  test("an inserted container is one difference, wherever it is inserted", () => {
    fc.assert(
      fc.property(fc.constantFrom("first", "last"), (place) => {
        const add = (list: readonly (string | number)[], item: PlainObject) => (object: PlainObject) =>
          edited(object, list, (old) => {
            const items: readonly Plain[] = Array.isArray(old) ? old : [];
            return place === "first" ? [item, ...items] : [...items, item];
          });
        const containers = ["spec", "template", "spec", "containers"];
        const rendered = deployment;
        const withDebug = add(containers, { name: "debug", image: "busybox" })(rendered);
        const entry = edit(...pod, "f:containers", 'k:{"name":"debug"}', "f:image");
        const actual = live(withDebug, rendered, entry);
        const { drift, target } = compareObject(rendered, actual);
        expect(drift.map(({ path }) => formatFieldPath(path))).toEqual(["spec.template.spec.containers[debug]"]);
        expect(target["spec"]).toEqual(rendered["spec"]);
      }),
      { numRuns: 4 },
    );
  });

  test("an annotation of somebody's is found by its key, with letters of every script", () => {
    const place = ["metadata", "annotations", "example.org/ñandú"];
    const entry = edit("f:metadata", "f:annotations", "f:example.org/ñandú");
    const actual = live(
      edited(deployment, place, () => "añadido"),
      deployment,
      entry,
    );
    expect(found(deployment, actual)).toEqual(["added metadata.annotations[example.org/ñandú] by kubectl-edit"]);
  });
});

describe("lists without keys", () => {
  const policy: PlainObject = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name: "p" },
    spec: { ingress: [{ from: [{ podSelector: {} }] }], policyTypes: ["Ingress", "Egress"] },
  };
  const entry = managed("kubectl-edit", { "f:spec": { "f:ingress": {} } });

  test("an opened rule and one more rule are found, with who did it", () => {
    const opened = live(
      edited(policy, ["spec", "ingress"], () => [{}]),
      edited(policy, ["spec"], () => ({})),
      entry,
    );
    expect(found(policy, opened)).toEqual(["missing spec.ingress[0].from by kubectl-edit"]);
    const rule = { ports: [{ port: 53 }] };
    const longer = edited(policy, ["spec", "ingress"], (old) => [rule, ...(Array.isArray(old) ? old : [])]);
    const actual = live(
      longer,
      edited(policy, ["spec"], () => ({})),
      entry,
    );
    expect(found(policy, actual)).toEqual(["added spec.ingress[0] by kubectl-edit"]);
    expect(compareObject(policy, actual).target["spec"]).toEqual(policy["spec"]);
  });

  test("defaults inside of what is our own are no difference", () => {
    const rendered = edited(policy, ["spec", "ingress", 0, "ports"], () => [{ port: 8080 }]);
    const filled = edited(policy, ["spec", "ingress", 0, "ports"], () => [{ port: 8080, protocol: "TCP" }]);
    expect(found(rendered, live(filled, rendered))).toEqual([]);
  });

  test("finalizers are looked at one by one", () => {
    const store: PlainObject = { apiVersion: "external-secrets.io/v1", kind: "SecretStore", metadata: { name: "s" } };
    const finalizers = ["secretstore.externalsecrets.external-secrets.io", "somebody.example/keep"];
    const sets = Object.fromEntries(finalizers.map((each) => [`v:${JSON.stringify(each)}`, {}]));
    const other = managed("external-secrets", { "f:metadata": { "f:finalizers": { ".": {}, ...sets } } });
    const actual = live(
      edited(store, ["metadata", "finalizers"], () => finalizers),
      store,
      other,
    );
    expect(found(store, actual)).toEqual(["added metadata.finalizers[somebody.example/keep] by external-secrets"]);
    expect(compareObject(store, actual).target).toMatchObject({ metadata: { finalizers: [finalizers[0]] } });
  });
});

describe("secrets are never shown", () => {
  test("data of a Secret, variables with a secret's name, and kubectl's copy of a manifest", () => {
    const secret: PlainObject = {
      apiVersion: "v1",
      kind: "Secret",
      metadata: { name: "s" },
      data: { one: "[secret]" },
    };
    const more = edited(secret, ["data"], () => ({ one: "aHVudGVy", two: "aHVudGVy" }));
    const variable = [{ name: "DB_PASSWORD", value: "hunter2" }];
    const last = "kubectl.kubernetes.io/last-applied-configuration";
    const spied = edited(
      edited(deployment, [...container, "env"], (old) => [...(Array.isArray(old) ? old : []), ...variable]),
      ["metadata", "annotations", last],
      () => "hunter2",
    );
    const entries = [
      edit(...pod, "f:containers", 'k:{"name":"receipts"}', "f:env", 'k:{"name":"DB_PASSWORD"}', "f:value"),
      edit("f:metadata", "f:annotations", `f:${last}`),
    ];
    const results = [
      compareObject(secret, live(more, secret, edit("f:data", "f:two"))).drift,
      compareObject(deployment, live(spied, deployment, ...entries)).drift,
    ];
    expect(results.map((each) => each.map(({ path }) => formatFieldPath(path)))).toEqual([
      ["data.two"],
      [`metadata.annotations[${last}]`, "spec.template.spec.containers[receipts].env[DB_PASSWORD]"],
    ]);
    expect(JSON.stringify(results)).not.toMatch(/hunter2|aHVudGVy/);
  });
});
