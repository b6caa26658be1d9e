import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { stringify } from "yaml";
import { readAllDocuments } from "../../../../cli/adopt/adopt.ts";
import { groupDocuments } from "../../../../cli/adopt/landscape/landscape.ts";
import { qualifiedName } from "../../../../cli/adopt/landscape/objectIndex.ts";
import { listOf } from "../../../../cli/adopt/report/report.ts";
import { adoptRun } from "../manifests.ts";

type Fields = Readonly<Record<string, unknown>>;

function object(kind: string, name: string, namespace: string, fields: Fields): string {
  const metadata = { name, ...(namespace === "" ? {} : { namespace }) };
  return stringify({ apiVersion: "v1", kind, metadata, ...fields });
}

function deployment(name: string, namespace = "shop", pod: Fields = {}, image = `example.test/${name}:1`): string {
  const container = { name, image, ports: [{ containerPort: 8080 }], ...pod };
  const { volumes, serviceAccountName, ...rest } = container as Fields;
  const spec = { containers: [rest], ...(volumes === undefined ? {} : { volumes }), serviceAccountName };
  return object("Deployment", name, namespace, { spec: { template: { metadata: { labels: { app: name } }, spec } } });
}

const service = (name: string, app = name, namespace = "shop") =>
  object("Service", name, namespace, { spec: { selector: { app }, ports: [{ port: 8080 }] } });

/** What goes with each Deployment: `Kind namespace/name`, without the Deployment itself. */
function groups(...texts: readonly string[]): Record<string, string[]> {
  const { documents } = readAllDocuments([{ file: "all.yaml", text: texts.join("---\n") }]);
  return Object.fromEntries(
    groupDocuments(documents).groups.map((group) => [
      qualifiedName(group.deployment),
      group.documents
        .filter((document) => document !== group.deployment)
        .map((document) => `${document.kind} ${qualifiedName(document)}`),
    ]),
  );
}

describe("what goes with a Deployment", () => {
  it("is what selects its pods: Services, scaling, budgets, network rules, monitors, and what leads to its Services", () => {
    const labels = { matchLabels: { app: "orders" } };
    expect(
      groups(
        deployment("orders"),
        deployment("billing"),
        service("orders-http", "orders"),
        service("nothing", "none"),
        object("Service", "external", "shop", { spec: { type: "ExternalName", externalName: "a.test" } }),
        object("HorizontalPodAutoscaler", "a", "shop", {
          spec: { scaleTargetRef: { kind: "Deployment", name: "orders" } },
        }),
        object("HorizontalPodAutoscaler", "b", "shop", {
          spec: { scaleTargetRef: { kind: "StatefulSet", name: "orders" } },
        }),
        object("PodDisruptionBudget", "a", "shop", { spec: { selector: labels } }),
        object("NetworkPolicy", "a", "shop", {
          spec: { podSelector: { matchExpressions: [{ key: "app", operator: "In", values: ["orders"] }] } },
        }),
        object("NetworkPolicy", "deny-all", "shop", { spec: { podSelector: {} } }),
        object("PodMonitor", "a", "shop", { spec: { selector: labels } }),
        object("Ingress", "a", "shop", {
          spec: { rules: [{ http: { paths: [{ backend: { service: { name: "orders-http" } } }] } }] },
        }),
        object("HTTPRoute", "a", "shop", { spec: { rules: [{ backendRefs: [{ name: "orders-http" }] }] } }),
      ),
    ).toEqual({
      "shop/orders": [
        "Service shop/orders-http",
        "HorizontalPodAutoscaler shop/a",
        "PodDisruptionBudget shop/a",
        "NetworkPolicy shop/a",
        "NetworkPolicy shop/deny-all",
        "PodMonitor shop/a",
        "Ingress shop/a",
        "HTTPRoute shop/a",
      ],
      "shop/billing": ["NetworkPolicy shop/deny-all"],
    });
  });

  it("is what its pods refer to, by variables, volumes and account", () => {
    const pod = {
      env: [
        { name: "A", valueFrom: { configMapKeyRef: { name: "one", key: "A" } } },
        { name: "B", valueFrom: { secretKeyRef: { name: "two", key: "B" } } },
      ],
      envFrom: [{ configMapRef: { name: "three" } }, { secretRef: { name: "four" } }],
      volumes: [
        { name: "a", configMap: { name: "five" } },
        { name: "b", secret: { secretName: "six" } },
        { name: "c", projected: { sources: [{ configMap: { name: "seven" } }] } },
        { name: "d", persistentVolumeClaim: { claimName: "eight" } },
      ],
      serviceAccountName: "nine",
    };
    const kinds =
      "ConfigMap Secret ConfigMap Secret ConfigMap Secret ConfigMap PersistentVolumeClaim ServiceAccount".split(" ");
    const names = "one two three four five six seven eight nine".split(" ");
    const objects = names.map((name, index) => object(kinds[index] ?? "", name, "shop", {}));
    const wanted = names.map((name, index) => `${kinds[index]} shop/${name}`);
    expect(groups(deployment("orders", "shop", pod), ...objects, object("ConfigMap", "ten", "shop", {}))).toEqual({
      "shop/orders": wanted,
    });
  });

  it("is of its own namespace, or where one of both states none", () => {
    const pod = { envFrom: [{ configMapRef: { name: "settings" } }] };
    expect(
      groups(
        deployment("orders", "a", pod),
        deployment("orders", "b", pod),
        deployment("billing", "c", pod),
        service("orders", "orders", "a"),
        object("ConfigMap", "settings", "a", {}),
        object("ConfigMap", "settings", "", {}),
      ),
    ).toEqual({
      "a/orders": ["Service a/orders", "ConfigMap a/settings"],
      "b/orders": ["ConfigMap settings"],
      "c/billing": ["ConfigMap settings"],
    });
  });
});

/** Fields that are not carried over, and what is left, of a run. */
function outcome(text: string, wanted?: readonly string[]): { lost: string[]; left: string[]; taken: string[] } {
  const { services, compare, left } = adoptRun(text, wanted);
  const compared = compare(services.map(({ service }) => service));
  return {
    taken: services.map(({ service }) => service.name),
    lost: compared.flatMap(({ rows }) =>
      listOf(rows, "not carried over").map(({ object: name, path }) => `${name} ${path}`),
    ),
    left: left.map(({ document, reason }) => `${document.kind} ${document.name}: ${reason}`),
  };
}

describe("several services in one input", () => {
  const entrance = object("Ingress", "all", "shop", {
    spec: {
      rules: [
        {
          host: "shop.tax.example",
          http: {
            paths: ["billing", "orders", "grafana"].map((name) => ({
              path: `/${name}`,
              pathType: "Prefix",
              backend: { service: { name, port: { number: 8080 } } },
            })),
          },
        },
      ],
    },
  }).replace("v1", "networking.k8s.io/v1");
  const settings = object("ConfigMap", "settings", "shop", { data: { LEVEL: "info", DB: "x", RATE: "5" } });
  const reading = (key: string) => ({
    env: [{ name: key, valueFrom: { configMapKeyRef: { name: "settings", key } } }],
  });
  const both = [deployment("orders", "shop", reading("LEVEL")), deployment("billing", "shop", reading("RATE"))];
  const services = [service("orders"), service("billing")];

  it("share an Ingress and a ConfigMap: what is the others' is not lost", () => {
    const database = deployment("database", "shop", reading("DB"), "postgres:16");
    const text = [...both, ...services, entrance, settings, database].join("---\n");
    expect(outcome(text)).toEqual({
      taken: ["orders", "billing"],
      lost: [],
      left: [
        "Ingress all: it leads to grafana too",
        "ConfigMap settings: Deployment shop/database refers to it too",
        "Deployment database: it is not taken for Java (image postgres)",
      ],
    });
    const { services: made } = adoptRun(text);
    expect(made.map(({ service: { exposure, env } }) => [exposure, env])).toEqual([
      [{ host: "shop", path: "/orders" }, { LEVEL: "info" }],
      [{ host: "shop", path: "/billing" }, { RATE: "5" }],
    ]);
  });

  it("leave everything else where it is, which is no loss", () => {
    const rest = ["StatefulSet", "CronJob", "Job", "DaemonSet", "Role", "Namespace", "Widget"];
    const text = [
      deployment("orders"),
      deployment("billing"),
      ...rest.map((kind) => object(kind, "x", "shop", {})),
    ].join("---\n");
    const { lost, left } = outcome(text, ["shop/orders"]);
    expect(lost).toEqual([]);
    expect(left.map((line) => line.split(":")[0])).toEqual(["Deployment billing", ...rest.map((kind) => `${kind} x`)]);
    expect(left[0]).toBe("Deployment billing: --service does not name it");
    expect(left.at(-1)).toBe("Widget x: no service of this run selects it or refers to it");
  });

  it("may have one name in two namespaces, if one is given another", () => {
    const text = `${deployment("orders", "a")}---\n${deployment("orders", "b")}`;
    expect(() => outcome(text, ["orders"])).toThrow(
      /"orders" is the name of 2 Deployments; write a\/orders or b\/orders/,
    );
    expect(outcome(text, ["a/orders"]).taken).toEqual(["orders"]);
    expect(outcome(text, ["a/orders", "orders-b=b/orders"]).taken).toEqual(["orders", "orders-b"]);
    expect(() => outcome(text, ["a/orders", "a/orders"])).toThrow(/named twice/);
  });

  it("show no value of a Secret that none of them refers to", () => {
    const secret = object("Secret", "other", "shop", { stringData: { note: "planted-nowhere" } });
    const text = [deployment("orders", "shop", { env: [{ name: "NOTE", value: "planted-nowhere" }] }), secret];
    const { services: made, compare } = adoptRun(text.join("---\n"));
    const compared = compare(made.map(({ service: described }) => described));
    expect(JSON.stringify([made, compared])).not.toContain("planted");
  });

  it("have all their problems told at once, whatever is wrong with each", () => {
    const text = [
      deployment("orders", "shop", { env: [{ name: "A", value: 1 }] }),
      deployment("billing", "kube-public", { resources: { requests: { memory: "1Gi" }, limits: { memory: "1Mi" } } }),
      deployment("letters", "shop", {}, "example.test/letters:1 #"),
    ].join("---\n");
    expect(() => outcome(text)).toThrow(/^3 problems[\s\S]*env\[0\]\.value[\s\S]*limits\.memory[\s\S]*image/);
  });

  it("tells its line where a part of a shared object is wrong", () => {
    const text = [...both, ...services, entrance.replace("/orders\n", "7\n")].join("---\n");
    const line = text.split("\n").findIndex((each) => each.includes("path: 7")) + 1;
    expect(() => outcome(text)).toThrow(
      new RegExp(`line ${line}: Ingress/all: spec\\.rules\\[0\\]\\.http\\.paths\\[1\\]\\.path: 7 must be text`),
    );
  });
});

describe("random manifests", () => {
  const letter = fc.constantFrom("a", "b", "c");
  const namespace = fc.constantFrom("", "here", "there");
  const objects = fc.oneof(
    fc.record({ kind: fc.constant("Deployment"), name: letter, namespace, refers: letter }),
    fc.record({ kind: fc.constant("Service"), name: letter, namespace, refers: letter }),
    fc.record({ kind: fc.constantFrom("ConfigMap", "Job"), name: letter, namespace, refers: letter }),
  );
  const drawn = fc.uniqueArray(objects, { selector: ({ kind, name, namespace: place }) => `${kind} ${place} ${name}` });

  it("are grouped as asking each about each would group them", () => {
    fc.assert(
      fc.property(drawn, (all) => {
        const texts = all.map(({ kind, name, namespace: place, refers }) =>
          kind === "Deployment"
            ? deployment(name, place, { envFrom: [{ configMapRef: { name: refers } }] })
            : kind === "Service"
              ? service(name, refers, place)
              : object(kind, name, place, {}),
        );
        const meets = (one: string, other: string) => one === "" || other === "" || one === other;
        const full = (each: { kind: string; name: string; namespace: string }) =>
          `${each.kind} ${each.namespace === "" ? "" : `${each.namespace}/`}${each.name}`;
        const expected = all
          .filter(({ kind }) => kind === "Deployment")
          .map((pods) => {
            const named = all.filter(
              (each) => each.kind === "ConfigMap" && each.name === pods.refers && meets(each.namespace, pods.namespace),
            );
            const exact = named.filter((each) => each.namespace === pods.namespace);
            const settings = exact.length === 1 ? exact : named.length === 1 ? named : [];
            return all
              .filter(
                (each) =>
                  settings.includes(each) ||
                  (each.kind === "Service" && each.refers === pods.name && meets(each.namespace, pods.namespace)),
              )
              .map(full);
          });
        expect(Object.values(all.length === 0 ? {} : groups(...texts))).toEqual(expected);
      }),
    );
  });
});
