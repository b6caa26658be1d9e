import { isDeepStrictEqual } from "node:util";
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { describe, expect, it } from "vitest";
import { ValidationError, withoutParts } from "../components/index.ts";
import { at } from "../recorder/registeredResource.ts";
import { readStackFiles } from "../recorder/stackFile.ts";
import { type Recorded, record } from "./support/record.ts";
import { rejectionsOf } from "./support/rejections.ts";

const config = (await readStackFiles(["dc1"]))[0]?.config ?? {};
// The recorded cluster has the identity that the example's dc1 expects.
// A module of its own: the program runs when it is imported, and another file of this worker may have done so.
const once = "../index.ts?once";
const program = await record(() => import(once), { config });
const components = program.registrations.filter(({ type }) => type.startsWith("gemelos:"));

describe("the whole program", () => {
  it("registers the five services, each with its objects", () => {
    const services = components.filter(({ type }) => type === "gemelos:index:JavaMicroservice").map(({ name }) => name);
    expect(services).toEqual(["card-payments", "notifications", "receipts", "tax-declarations", "taxpayer-registry"]);
    expect(program.registrations.length).toBeGreaterThan(60);
  });

  it("gives every resource a name of its own", () => {
    const names = program.registrations.map(({ type, name }) => `${type} ${name}`);
    expect(new Set(names).size).toBe(names.length);
  });

  it("prefixes every child with its parent's name, so that no two services can collide", () => {
    const children = program.registrations.filter(
      ({ parent }) => parent !== "" && !parent.includes("pulumi:pulumi:Stack"),
    );
    expect(children.length).toBeGreaterThan(50);
    for (const { name, parent } of children) {
      expect(name.startsWith(`${parent.split("::").at(-1)}-`), `${name} below ${parent}`).toBe(true);
    }
  });

  it("puts every object under a component, and every component under the stack", () => {
    for (const { type, parent, urn } of program.registrations) {
      if (type === "pulumi:pulumi:Stack") expect(parent).toBe("");
      else if (/^(kubernetes|vault|random):/.test(type)) expect(parent, urn).toMatch(/[:$]gemelos:index:/);
      else if (/^gemelos:index:Vault/.test(type)) expect(parent, urn).toMatch(/::gemelos:index:(Datacenter|Java)/);
      else expect(parent, urn).toContain("pulumi:pulumi:Stack");
    }
  });

  it("names a provider for every resource, since the stacks have no default providers", () => {
    const custom = program.registrations.filter(({ custom, type }) => custom && !type.startsWith("pulumi:providers:"));
    expect(custom.length).toBeGreaterThan(50);
    for (const { provider, type, urn } of custom) expect(provider, urn).toMatch(providerOf(type));
  });

  it("uses component types gemelos:index:* and registers every component's outputs", () => {
    expect(new Set(components.map(({ type }) => type))).toEqual(
      new Set(["Datacenter", "JavaMicroservice", "Monitoring", "VaultSecrets"].map((name) => `gemelos:index:${name}`)),
    );
    for (const { urn } of components) expect([...program.outputs.keys()]).toContain(urn);
  });

  it("makes no resource inside apply: with every output unknown the same resources are registered", async () => {
    const again = "../index.ts?again";
    const silent = await record(() => import(again), { config, silent: true });
    expect(urns(silent)).toEqual(urns(program));
  });

  it("would notice a resource that is made inside apply", async () => {
    const inApply = () => {
      const account = new kubernetes.core.v1.ServiceAccount("outer", { metadata: { name: "outer" } });
      account.metadata.name.apply((name) => new kubernetes.core.v1.ServiceAccount("inner", { metadata: { name } }));
    };
    expect(urns(await record(inApply))).toHaveLength(3);
    expect(urns(await record(inApply, { silent: true }))).toHaveLength(2);
  });

  it("runs more replicas while the site's file says that a peak lasts, and changes nothing else", async () => {
    const peak = "../index.ts?peak";
    const raised = await record(() => import(peak), { config: { ...config, "gemelos:peak": "income-tax" } });
    expect(urns(raised)).toEqual(urns(program));
    const changed = raised.registrations.filter(
      ({ urn, inputs }) => !isDeepStrictEqual(inputs, program.registrations.find((each) => each.urn === urn)?.inputs),
    );
    const autoscalers = changed.filter(({ type }) => type.endsWith(":HorizontalPodAutoscaler"));
    expect(
      autoscalers.map(({ name, inputs }) => [
        name,
        at(inputs, "spec", "minReplicas"),
        at(inputs, "spec", "maxReplicas"),
      ]),
    ).toEqual([
      ["card-payments-autoscaler", 4, 8],
      ["tax-declarations-autoscaler", 4, 8],
      ["taxpayer-registry-autoscaler", 6, 8],
    ]);
    // More pods need more room, and Prometheus' rules know how many there are. No pod of a service is replaced.
    expect(new Set(changed.map(({ type }) => type.split(":").at(-1)))).toEqual(
      new Set(["HorizontalPodAutoscaler", "ResourceQuota", "ConfigMap", "StatefulSet"]),
    );
  });

  it("waits for a namespace's rules and limits before it puts a pod there", () => {
    const deployments = program.registrations.filter(({ type }) => type === "kubernetes:apps/v1:Deployment");
    // Five services, and four parts of monitoring.
    expect(deployments).toHaveLength(9);
    for (const { name, inputs } of deployments) {
      const service = name.replace(/-deployment$/, "");
      const namespace = `datacenter-${String(at(inputs, "metadata", "namespace"))}`;
      const own = name.startsWith("monitoring-") ? [] : ["service-account", "network-policy", "config-map"];
      expect([...program.awaitedBy(name)]).toEqual(
        expect.arrayContaining([
          namespace,
          ...["quota", "limits", "deny", "dns"].map((part) => `${namespace}-${part}`),
          ...own.map((part) => `${service}-${part}`),
        ]),
      );
    }
  });

  it("has each object applied by force, so that Git wins over a hand edit, and says so in no pod", () => {
    const objects = program.registrations.filter(
      ({ type, custom, read }) => custom && read === undefined && type.startsWith("kubernetes:"),
    );
    const annotation = "pulumi.com/patchForce";
    expect(objects.length).toBeGreaterThan(80);
    for (const { name, inputs } of objects) {
      expect(at(inputs, "metadata", "annotations", annotation), name).toBe("true");
      expect(at(inputs, "spec", "template", "metadata", "annotations", annotation), name).toBeUndefined();
    }
    const provider = program.registrations.find(({ type }) => type === "pulumi:providers:kubernetes");
    expect(provider?.inputs["enablePatchForce"]).toBe("true");
  });

  it("never deletes a namespace as a side effect: each stays when its last service goes", () => {
    const namespaces = program.registrations.filter(
      ({ type, read }) => type === "kubernetes:core/v1:Namespace" && read === undefined,
    );
    expect(namespaces.map(({ options }) => options["retainOnDelete"])).toEqual(Array.from({ length: 6 }, () => true));
  });
});

describe("a site that makes no monitoring of its own", () => {
  const { monitoring: _, ...site }: Record<string, unknown> = JSON.parse(config["gemelos:site"] ?? "{}");
  const releases = withoutParts(JSON.parse(config["gemelos:releases"] ?? "{}"));
  const kinds = { "does not say": {}, "says none": { monitoring: { kind: "none" } } };

  it.each(Object.entries(kinds))("that %s has its services all the same", async (how, said) => {
    const changed = {
      "gemelos:site": JSON.stringify({ ...site, ...said }),
      "gemelos:releases": JSON.stringify(releases),
    };
    const again = `../index.ts?${encodeURIComponent(how)}`;
    const { registrations } = await record(() => import(again), { config: { ...config, ...changed } });
    const made = registrations.map(({ type }) => type).filter((type) => type.startsWith("gemelos:"));
    expect(made.filter((type) => type === "gemelos:index:JavaMicroservice")).toHaveLength(5);
    expect(made).not.toContain("gemelos:index:Monitoring");
  });

  it("has its namespaces before anything is released", async () => {
    const again = "../index.ts?unreleased";
    const { registrations } = await record(() => import(again), { config: { ...config, "gemelos:releases": "{}" } });
    expect(registrations.filter(({ type }) => type === "kubernetes:core/v1:Namespace").length).toBeGreaterThan(3);
  });
});

describe("a wrong site file", () => {
  const site: object = JSON.parse(config["gemelos:site"] ?? "{}");
  const wrong = { ...config, "gemelos:site": JSON.stringify({ ...site, peer: "dc1", registry: "https://registry" }) };
  const again = "../index.ts?wrong";
  const failure = () => record(() => import(again), { config: wrong }).catch((error: unknown) => error);

  it("ends the update with clean lines, which Pulumi shows without a stack trace", async () => {
    const { result: error } = await rejectionsOf(failure);
    expect(pulumi.RunError.isInstance(error)).toBe(true);
    expect.assert(error instanceof Error);
    const [first, ...lines] = error.message.split("\n");
    expect(first).toMatch(/^2 problems, nothing was changed/);
    expect(lines).toEqual([
      expect.stringMatching(/^ {2}Pulumi\.dc1\.yaml:\d+:\d+: gemelos:site\.peer: /),
      expect.stringMatching(/^ {2}Pulumi\.dc1\.yaml:\d+:\d+: gemelos:site\.registry: "https:\/\/registry" /),
    ]);
    expect(error.cause).toBeInstanceOf(ValidationError);
    expect(error.cause).toMatchObject({
      diagnostics: [{ path: "gemelos:site.peer" }, { path: "gemelos:site.registry" }],
    });
  });
});

/** The provider of a resource is the one of its package, under the package's name. */
function providerOf(type: string): RegExp {
  const [name] = type.split(":");
  return new RegExp(`::pulumi:providers:${name}::${name}::`);
}

function urns({ registrations }: Recorded): string[] {
  return registrations.map(({ urn }) => urn).sort();
}
