import { setImmediate } from "node:timers/promises";
import * as kubernetes from "@pulumi/kubernetes";
import { describe, expect, test } from "vitest";
import { at } from "../../cli/internal/registration.ts";
import { Datacenter, type Microservice } from "../../components/index.ts";
import { microservice } from "../support/fixtures.ts";
import { clusterIdentity, type Recorded, record } from "../support/record.ts";

const services: readonly Microservice[] = [
  microservice({ name: "receipts", namespace: "declarations" }),
  microservice({ name: "card-payments", namespace: "payments", cardholderData: true }),
];

async function make(
  identity: string = clusterIdentity,
  look: (made: Datacenter) => void = () => {},
): Promise<Recorded> {
  return record(() => {
    const cluster = new kubernetes.Provider("cluster", { context: "tax-dc1" });
    look(new Datacenter("datacenter", { clusterIdentity: identity, services }, { providers: [cluster] }));
  });
}

/** What somebody asked of a provider to make: no component, no provider, nothing that is only read. */
function managed({ registrations }: Recorded) {
  return registrations.filter(
    ({ custom, type, read }) => custom && read === undefined && !type.startsWith("pulumi:providers:"),
  );
}

/** Runs a program that fails in its asynchronous part, which in a deployment would end the process. */
async function rejectionsOf<Result>(action: () => Promise<Result>): Promise<{ result: Result; messages: string[] }> {
  const usual = process.listeners("unhandledRejection");
  const messages: string[] = [];
  process.removeAllListeners("unhandledRejection");
  process.on("unhandledRejection", (reason) => {
    messages.push(reason instanceof Error ? reason.message : String(reason));
  });
  try {
    const result = await action();
    // Node reports a rejection as unhandled once the microtasks are done.
    await setImmediate();
    return { result, messages };
  } finally {
    process.removeAllListeners("unhandledRejection");
    for (const listener of usual) process.on("unhandledRejection", listener);
  }
}

test("each namespace has its boundary: quota, limits, closed by default but for DNS", async () => {
  const recorded = await make();
  for (const namespace of ["declarations", "payments"]) {
    expect(at(recorded.manifest("Namespace", namespace), "metadata", "labels")).toMatchObject({
      "pod-security.kubernetes.io/enforce": "restricted",
      "gemelos.dev/cardholder-data": String(namespace === "payments"),
    });
    const inside = recorded.registrations.filter(({ inputs }) => at(inputs, "metadata", "namespace") === namespace);
    expect(inside.map(({ inputs }) => [inputs["kind"], at(inputs, "metadata", "name")])).toEqual([
      ["ResourceQuota", "services"],
      ["LimitRange", "containers"],
      ["NetworkPolicy", "default-deny"],
      ["NetworkPolicy", "allow-dns"],
    ]);
    const urn = recorded.registrations.find(({ name }) => name === `datacenter-${namespace}`)?.urn ?? "";
    for (const { dependencies } of inside) expect(dependencies).toContain(urn);
  }
});

test("namespaces are protected, and nothing else is", async () => {
  const recorded = await make();
  const protectedNames = managed(recorded).flatMap(({ options, name }) => (options["protect"] === true ? [name] : []));
  expect(protectedNames).toEqual(["datacenter-declarations", "datacenter-payments"]);
});

test("the priority classes of the descriptions exist", async () => {
  const { registrations } = await make();
  const classes = registrations.filter(({ inputs }) => inputs["kind"] === "PriorityClass");
  expect(classes.map(({ inputs }) => at(inputs, "metadata", "name"))).toEqual(["citizen-facing", "standard", "batch"]);
});

test("every object is a child with the component's name, has the provider, and is in its nodes", async () => {
  const recorded = await make(clusterIdentity, ({ nodes }) => {
    expect([...nodes.namespaces.keys()]).toEqual(["declarations", "payments"]);
    for (const node of nodes.namespaces.values()) {
      expect(Object.keys(node).sort()).toEqual(["allowDns", "defaultDeny", "limitRange", "namespace", "quota"]);
    }
    expect(nodes.priorityClasses).toHaveLength(3);
  });
  const component = recorded.registrations.find(({ type }) => type === "gemelos:index:Datacenter");
  const provider = recorded.registrations.find(({ type }) => type === "pulumi:providers:kubernetes");
  expect(managed(recorded)).toHaveLength(13);
  for (const each of managed(recorded)) {
    expect(each.parent).toBe(component?.urn);
    expect(each.name).toMatch(/^datacenter-/);
    expect(each.provider.startsWith(`${provider?.urn}::`)).toBe(true);
  }
  expect(recorded.outputs.get(component?.urn ?? "")).toEqual({
    clusterIdentity,
    namespaces: ["declarations", "payments"],
  });
});

describe("boundary", () => {
  test("is what has to exist before an object is put into the namespace", async () => {
    await make(clusterIdentity, (datacenter) => {
      const nodes = datacenter.nodes.namespaces.get("payments");
      expect(datacenter.boundary("payments")).toEqual([
        nodes?.quota,
        nodes?.limitRange,
        nodes?.defaultDeny,
        nodes?.allowDns,
      ]);
    });
  });

  test("of a namespace that no service has is an error that names those there are", async () => {
    await make(clusterIdentity, (datacenter) => {
      expect(() => datacenter.boundary("elsewhere")).toThrow(/"elsewhere" is not one of declarations, payments/);
    });
  });
});

describe("cluster identity", () => {
  test("it is read, never managed", async () => {
    const recorded = await make();
    const reads = recorded.registrations.filter(({ read }) => read !== undefined);
    expect(reads.map(({ read, type }) => [type, read])).toEqual([["kubernetes:core/v1:Namespace", "kube-system"]]);
  });

  test("another cluster fails the program, with both identities in the message, and nothing is managed there", async () => {
    const expected = "00000000-1111-2222-3333-444444444444";
    const { result, messages } = await rejectionsOf(() => make(expected));
    const about = messages.filter((message) => message.includes("wrong cluster"));
    expect(about.length).toBeGreaterThan(0);
    expect(about[0]).toContain(expected);
    expect(about[0]).toContain(clusterIdentity);
    expect(managed(result)).toEqual([]);
  });
});

test("each transform has the last word on its kind of object", async () => {
  const labelled = <Manifest extends { metadata: object }>(manifest: Manifest): Manifest => ({
    ...manifest,
    metadata: { ...manifest.metadata, annotations: { touched: "yes" } },
  });
  const transforms = {
    namespace: labelled,
    resourceQuota: labelled,
    limitRange: labelled,
    networkPolicy: labelled,
    priorityClass: labelled,
  };
  const recorded = await record(() => {
    const cluster = new kubernetes.Provider("cluster", {});
    new Datacenter("datacenter", { clusterIdentity, services, transforms }, { providers: [cluster] });
  });
  for (const { inputs, name } of managed(recorded)) {
    expect(at(inputs, "metadata", "annotations", "touched"), name).toBe("yes");
  }
});
