import { describe, expect, it } from "vitest";
import { compareSite, countChanges, groupChanges } from "../../../cli/preview/changes.ts";
import { formatJson, formatMarkdown, formatText } from "../../../cli/preview/format.ts";
import { isObject, type PlainObject, type RegisteredResource } from "../../../recorder/registeredResource.ts";

const stack = "urn:pulumi:dc1::gemelos::pulumi:pulumi:Stack::gemelos-dc1";
const component = (service: string) => `urn:pulumi:dc1::gemelos::gemelos:index:JavaMicroservice::${service}`;
const provider = (name: string) => `urn:pulumi:dc1::gemelos::pulumi:providers:${name}::${name}`;

/** A resource of a service, or of the site, as the recorder writes it. */
function resource(
  type: string,
  name: string,
  more: Partial<RegisteredResource> = {},
  service?: string,
): RegisteredResource {
  const urn = `urn:pulumi:dc1::gemelos::${service === undefined ? "" : "gemelos:index:JavaMicroservice$"}${type}::${name}`;
  return {
    ...{ urn, type, name, parent: service === undefined ? stack : component(service), custom: true },
    ...{ provider: `${provider("kubernetes")}::id`, dependencies: [], options: {}, inputs: {}, secrets: [] },
    ...more,
  };
}

const kubernetes = (kind: string, name: string, more: Partial<RegisteredResource> = {}, service?: string) => {
  const inputs: PlainObject = { kind, metadata: { name }, ...more.inputs };
  return resource(`kubernetes:v1:${kind}`, `${name}-${kind}`, { ...more, inputs }, service);
};

const nothing = { newSites: [], removedSites: [], services: [], retained: [], toFill: [], memory: {}, notes: [] };

/** What a reviewer reads of a change, without the line that names the base. */
function preview(base: readonly RegisteredResource[], head: readonly RegisteredResource[]) {
  const changes = compareSite("dc1", base, head);
  const counts = new Map([["dc1", countChanges(changes, head)]]);
  const report = { base: "main", counts, changes: groupChanges(changes), ...nothing };
  return {
    text: formatText(report),
    markdown: formatMarkdown(report),
    json: formatJson(report),
    counts: counts.get("dc1"),
  };
}

const namespace = (options: PlainObject) => [kubernetes("Namespace", "payments", { options })];

describe("new content of a ConfigMap", () => {
  const mounting = (hash: string, how: (name: string) => PlainObject) => {
    const volumes = [{ name: "rules", ...how(`prometheus-rules-${hash}`) }];
    return [kubernetes("StatefulSet", "prometheus", { inputs: { spec: { template: { spec: { volumes } } } } })];
  };

  it.each<[string, (name: string) => PlainObject]>([
    ["alone", (name) => ({ configMap: { name } })],
    ["among others in one volume", (name) => ({ projected: { sources: [{ configMap: { name } }] } })],
  ])("rolls the pods that mount it %s, and its new name is not shown", (_, how) => {
    const { text } = preview(mounting("0123456789", how), mounting("abcdef0123", how));
    expect(text).toContain("its pods roll");
    expect(text).not.toMatch(/0123456789|abcdef0123/);
  });
});

describe("another release of a service with a migration", () => {
  const release = (tag: string, hash: string, command: string) => {
    const spec = (words: PlainObject) => ({
      spec: { template: { spec: { containers: [{ name: "receipts", image: `receipts:${tag}`, ...words }] } } },
    });
    const labels = { "app.kubernetes.io/version": tag };
    return [
      kubernetes(
        "Deployment",
        "receipts",
        { inputs: { ...spec({}), metadata: { name: "receipts", labels } } },
        "receipts",
      ),
      resource(
        "kubernetes:batch/v1:Job",
        "receipts-migration",
        {
          inputs: {
            ...{ kind: "Job", metadata: { name: `receipts-migration-${hash}`, labels } },
            ...spec({ command: [command] }),
          },
        },
        "receipts",
      ),
    ];
  };

  it("says that the Job runs once, and nothing that its Deployment says", () => {
    const { text } = preview(release("1", "0123456789", "/migrate"), release("2", "abcdef0123", "/migrate"));
    expect(text).toMatch(/Job receipts-migration\n +runs once, before the pods roll/);
    expect(text).not.toMatch(/0123456789|abcdef0123/);
    expect(text.match(/receipts:2/g)).toHaveLength(1);
  });

  it("shows what changes in the Job alone", () => {
    const { text } = preview(release("1", "0123456789", "/migrate"), release("1", "abcdef0123", "/upgrade"));
    expect(text).toContain("/upgrade");
    expect(text).toContain("runs once, before the pods roll");
  });
});

describe("a change of how the engine treats a resource", () => {
  it.each<[before: PlainObject, after: PlainObject, says: string]>([
    [{ protect: true }, {}, "is no longer protected from deletion"],
    [{}, { protect: true }, "is now protected from deletion"],
    [{ retainOnDelete: true }, {}, "no longer stays behind when it leaves the program: it is deleted"],
    [{ deleteBeforeReplace: true }, {}, "is no longer deleted before its replacement is made"],
    [
      { ignoreChanges: ["dataJson"] },
      {},
      "no longer keeps dataJson as it is: the next update writes what the program says (ignoreChanges)",
    ],
    [{}, { replaceOnChanges: ["spec"] }, "is now replaced when spec changes"],
    [
      { additionalSecretOutputs: ["result", "bcryptHash"] },
      { additionalSecretOutputs: ["bcryptHash"] },
      "no longer has result as a secret in the state",
    ],
    [
      { customTimeouts: { create: "885s", update: "885s" } },
      { customTimeouts: { create: "60s", update: "60s" } },
      "is waited for 60s instead of 885s at its creation and update",
    ],
    [
      { aliases: ['{"spec":{"name":"","type":"kubernetes:apps/v1beta1:Deployment","stack":""}}'] },
      {},
      "no longer takes over what was known as kubernetes:apps/v1beta1:Deployment",
    ],
    [{}, { import: "payments" }, "has the option import payments instead of none"],
  ])("%j to %j is counted, and shown in text, Markdown and JSON", (before, after, says) => {
    const { text, markdown, json, counts } = preview(namespace(before), namespace(after));
    expect(counts).toEqual({ create: 0, change: 1, delete: 0, same: 0 });
    expect(text).toContain(`  ~ Namespace payments\n      ${says}\n`);
    expect(markdown).toContain(`~ Namespace payments\n    ${says}\n`);
    expect(json).toContain(JSON.stringify(says));
  });

  it("is none where only the order is another", () => {
    const lists = (...names: string[]) =>
      namespace({ ignoreChanges: names, aliases: names.map((urn) => `{"urn":"${urn}"}`) });
    expect(preview(lists("a", "b"), lists("b", "a")).counts).toMatchObject({ change: 0, same: 1 });
  });

  it("is shown where a resource gets another provider, or the default one", () => {
    const by = (reference: string) => [kubernetes("Service", "receipts", { provider: reference }, "receipts")];
    const own = by(`${provider("kubernetes")}::id`);
    expect(preview(own, by("")).text).toContain("is made by the default provider instead of provider kubernetes\n");
    expect(preview(own, by(`${provider("kubernetes")}::another-id`)).counts).toMatchObject({ change: 0 });
  });

  it("is told of many resources in one line", () => {
    const all = (options: PlainObject) =>
      ["payments", "taxpayers", "declarations"].map((name) => kubernetes("Namespace", name, { options }));
    const { text, counts } = preview(all({ retainOnDelete: true }), all({}));
    expect(counts).toMatchObject({ change: 3 });
    expect(text).toContain(
      "~ 3 of Namespace: declarations, payments, taxpayers\n      no longer stays behind when it leaves the program",
    );
    expect(text.match(/stays behind/g)).toHaveLength(1);
  });
});

describe("what a resource waits for", () => {
  const services = ["card-payments", "receipts", "notifications"];
  const of = (service: string, dependencies: readonly string[]) => {
    const policy = kubernetes("NetworkPolicy", service, {}, service);
    return [policy, kubernetes("Deployment", service, { dependencies }, service)];
  };
  const waiting = (service: string) => of(service, [kubernetes("NetworkPolicy", service, {}, service).urn]);

  it("is shown when it is no longer waited for", () => {
    const { text, counts } = preview(waiting("receipts"), of("receipts", []));
    expect(counts).toMatchObject({ change: 1, same: 1 });
    expect(text).toContain("receipts\n  ~ Deployment receipts\n      no longer waits for its NetworkPolicy\n");
  });

  it("is told of all services in one line", () => {
    const { text } = preview(
      services.flatMap(waiting),
      services.flatMap((service) => of(service, [])),
    );
    expect(text).toContain(
      "several services\n  ~ 3 of Deployment: card-payments, notifications, receipts\n      no longer waits for its NetworkPolicy\n",
    );
  });

  it("needs no word where it is created or deleted itself", () => {
    const [, deployment] = of("receipts", []);
    const { text } = preview(waiting("receipts"), deployment === undefined ? [] : [deployment]);
    expect(text).toContain("- NetworkPolicy receipts");
    expect(text).not.toContain("waits");
  });

  it("is shown where it was only read, such as the cluster's identity", () => {
    const read = resource("kubernetes:core/v1:Namespace", "kube-system", { read: "kube-system" });
    const one = (dependencies: readonly string[]) => kubernetes("Namespace", "payments", { dependencies });
    expect(preview([read, one([read.urn])], [one([])]).text).toContain(
      "no longer waits for kubernetes:core/v1:Namespace kube-system",
    );
  });
});

describe("what is no object of the cluster or of Vault", () => {
  it("the providers are shown with their inputs, and never a secret one", () => {
    const made = (inputs: PlainObject) => [
      resource("pulumi:providers:kubernetes", "kubernetes", { inputs, provider: "" }),
    ];
    const { text, counts } = preview(
      made({ enableServerSideApply: "true", kubeconfig: "[secret]" }),
      made({ enableServerSideApply: "false", kubeconfig: "[secret]" }),
    );
    expect(counts).toMatchObject({ change: 1 });
    expect(text).toContain("the site itself\n  ~ provider kubernetes\n      enableServerSideApply  true -> false\n");
    expect(text).not.toContain("kubeconfig");
  });

  it("the characters of generated values are shown", () => {
    const made = (overrideSpecial: string) => [
      resource(
        "random:index/randomPassword:RandomPassword",
        "DB_PASSWORD-value",
        { inputs: { overrideSpecial } },
        "receipts",
      ),
    ];
    expect(preview(made("abc"), made("a")).text).toContain(
      "~ RandomPassword DB_PASSWORD-value\n      overrideSpecial  abc -> a\n",
    );
  });

  it("JSON has the counts and every change", () => {
    const json: unknown = JSON.parse(preview(namespace({ protect: true }), namespace({})).json);
    expect(isObject(json) ? json : {}).toMatchObject({
      counts: { dc1: { create: 0, change: 1, delete: 0, same: 0 } },
      changes: [{ title: "Namespace payments", kind: "change", sites: ["dc1"] }],
    });
  });
});
