import * as kubernetes from "@pulumi/kubernetes";
import { describe, expect, test } from "vitest";
import { certificate, Datacenter, generated, type Microservice } from "../../components/index.ts";
import { existingState } from "../../recorder/offlineReads.ts";
import { manifestsOf, microservice } from "../support/fixtures.ts";
import { clusterUid, managed, type Recorded, record } from "../support/record.ts";
import { rejectionsOf } from "../support/rejections.ts";

/** A cluster with this service, of which the program expects this UID. */
function make(
  service: Microservice,
  { expectedUid = clusterUid, readState }: { expectedUid?: string; readState?: typeof existingState } = {},
): Promise<Recorded> {
  return record(
    () => {
      const cluster = new kubernetes.Provider("cluster", {});
      const args = { clusterUid: expectedUid, services: [manifestsOf(service)] };
      new Datacenter("datacenter", args, { providers: [cluster] });
    },
    readState === undefined ? {} : { readState },
  );
}

describe("the cluster's UID", () => {
  test("it is read, never managed", async () => {
    const recorded = await make(microservice());
    const reads = recorded.registrations.filter(({ read }) => read !== undefined);
    expect(reads.map(({ read, type }) => [type, read])).toEqual([["kubernetes:core/v1:Namespace", "kube-system"]]);
  });

  test("another cluster fails the program, with both UIDs in the message, and nothing is managed there", async () => {
    const expected = "00000000-1111-2222-3333-444444444444";
    const { result, messages } = await rejectionsOf(() => make(microservice(), { expectedUid: expected }));
    const about = messages.filter((message) => message.includes("wrong cluster"));
    expect(about.length).toBeGreaterThan(0);
    expect(about[0]).toContain(expected);
    expect(about[0]).toContain(clusterUid);
    expect(managed(result)).toEqual([]);
  });
});

describe("what the deliveries need of the cluster", () => {
  const byVariables = microservice({ secrets: { DB_PASSWORD: generated() } });
  const withKey = microservice({ secrets: { TLS: certificate() } });
  const byFiles: Microservice = { ...byVariables, secretDelivery: "files" };
  const needs = ({ registrations }: Recorded) =>
    registrations.flatMap(({ read: id, name }) => (id === undefined || id === "kube-system" ? [] : [`${name}: ${id}`]));

  test.each<[string, Microservice, readonly string[]]>([
    ["nothing for a service without secrets", microservice(), []],
    [
      "the External Secrets Operator for variables",
      byVariables,
      ["datacenter-needs-external-secrets-operator-0.17-or-newer: v1.external-secrets.io"],
    ],
    ["the injector for files", byFiles, ["datacenter-needs-vault-agent-injector: vault-agent-injector-cfg"]],
    [
      "the operator's generators for issued keys",
      withKey,
      [
        "datacenter-needs-external-secrets-operator-0.17-or-newer: v1.external-secrets.io",
        "datacenter-needs-external-secrets-operator-generators: v1alpha1.generators.external-secrets.io",
      ],
    ],
  ])("is read before the first change: %s", async (_, service, expected) => {
    expect(needs(await make(service))).toEqual(expected);
  });

  test.each([
    ["the operator", byVariables, /needs-external-secrets-operator-0\.17-or-newer.*does not exist/],
    ["the injector", byFiles, /needs-vault-agent-injector.*does not exist/],
  ])("without %s nothing is changed, and the name of what is needed is said", async (_, service, says) => {
    const bare: typeof existingState = (config, type, id) =>
      id === "kube-system" ? existingState(config, type, id) : undefined;
    const { result, messages } = await rejectionsOf(() => make(service, { readState: bare }));
    expect(managed(result)).toEqual([]);
    expect(messages.join()).toMatch(says);
  });
});
