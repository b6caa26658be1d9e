import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deploymentOf, microservice, podOf } from "../../support/fixtures.ts";
import { compile, installedJavas, mayUnshare } from "../../support/java.ts";

const resolver = join(import.meta.dirname, "..", "..", "support", "loggingResolver.ts");
const [java] = installedJavas();
const kubernetesOwn = "5";

/** With how many dots the pods of a service look a name up as it is. */
function ndots(): string {
  const options = podOf(deploymentOf(microservice())).dnsConfig?.options ?? [];
  return options.find(({ name }) => name === "ndots")?.value ?? kubernetesOwn;
}

describe.skipIf(java === undefined || !mayUnshare())("a real JVM in a pod of the namespace declarations", () => {
  let program: Awaited<ReturnType<typeof compile>>;
  beforeAll(async () => {
    program = await compile("Lookup");
  });
  afterAll(() => program.remove());

  /** The names that it asks for until it has the address of the known one. Each is asked for by IPv4 and by IPv6. */
  function lookups(name: string, known: string, dots: string): string[] {
    const inside = [process.execPath, resolver, java?.command ?? "", program.folder, dots, known, name];
    const output = execFileSync("unshare", ["--map-root-user", "--mount", "--net", ...inside], { encoding: "utf8" });
    return [...new Set(output.trim().split("\n"))];
  }

  test("finds a callee by one lookup, which took it three by the short name and Kubernetes' own options", () => {
    const callee = "registry.taxpayers.svc.cluster.local";
    expect(lookups("registry.taxpayers.svc", callee, kubernetesOwn)).toEqual([
      "registry.taxpayers.svc.declarations.svc.cluster.local",
      "registry.taxpayers.svc.svc.cluster.local",
      callee,
    ]);
    expect(lookups(callee, callee, kubernetesOwn)).toHaveLength(4);
    expect(lookups(callee, callee, ndots())).toEqual([callee]);
  });

  test.each([
    ["db", "db.declarations.svc.cluster.local"],
    ["db.stores", "db.stores.svc.cluster.local"],
    ["db.stores.svc", "db.stores.svc.cluster.local"],
    ["db-0.db.stores.svc", "db-0.db.stores.svc.cluster.local"],
  ])("completes the shorter name %s as before", (name, known) => {
    const before = lookups(name, known, kubernetesOwn);
    expect(before.at(-1)).toBe(known);
    expect(lookups(name, known, ndots())).toEqual(before);
  });
});
