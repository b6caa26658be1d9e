import { beforeAll, expect, test } from "vitest";
import { isVariableName, nameProblem } from "../../../cli/adopt/input/objectNames.ts";
import type { PlainObject } from "../../../recorder/registeredResource.ts";
import type { Cluster } from "../../support/cluster.ts";
import { LiveSite } from "../../support/liveSites.ts";

// What `cli/adopt` takes for a name is what this API server takes. Nothing is created: each request is a dry run.

let cluster: Cluster;

beforeAll(async () => {
  ({ cluster } = await LiveSite.open("dc1"));
});

const rbac = "apis/rbac.authorization.k8s.io/v1";
const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "view" };
const ports = [{ port: 80 }];

const kinds: readonly (readonly [path: string, object: PlainObject])[] = [
  [`${rbac}/clusterroles`, { apiVersion: "rbac.authorization.k8s.io/v1", kind: "ClusterRole" }],
  [`${rbac}/namespaces/default/roles`, { apiVersion: "rbac.authorization.k8s.io/v1", kind: "Role" }],
  [
    `${rbac}/namespaces/default/rolebindings`,
    { apiVersion: "rbac.authorization.k8s.io/v1", kind: "RoleBinding", roleRef },
  ],
  ["api/v1/namespaces", { apiVersion: "v1", kind: "Namespace" }],
  ["api/v1/namespaces/default/services", { apiVersion: "v1", kind: "Service", spec: { ports } }],
  ["api/v1/namespaces/default/secrets", { apiVersion: "v1", kind: "Secret" }],
  ["api/v1/namespaces/default/serviceaccounts", { apiVersion: "v1", kind: "ServiceAccount" }],
];
const names = ["orders", "a.b", "a..b", "Orders", "system:Reader_1", "a b", "-a", "a".repeat(64), "a".repeat(254)];

test.each(
  kinds.flatMap(([path, object]) => names.map((name) => [String(object["kind"]), name, path, object] as const)),
)("%s %s", async (kind, name, path, object) => {
  expect(await isTaken(path, { ...object, metadata: { name } })).toBe(nameProblem(kind, name) === undefined);
});

test.each(["A", "a.b-c", "1a", "my var", "a/b[0]", "..", "a=b", "año", "a\tb", ""])("a variable %j", async (name) => {
  const labels = { app: "orders" };
  const containers = [{ name: "orders", image: "example.test/orders:1.0", env: [{ name, value: "x" }] }];
  const spec = { selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } };
  const deployment = { apiVersion: "apps/v1", kind: "Deployment", metadata: { name: "orders" }, spec };
  expect(await isTaken("apis/apps/v1/namespaces/default/deployments", deployment)).toBe(isVariableName(name));
});

async function isTaken(path: string, object: PlainObject): Promise<boolean> {
  const response = await cluster.request("POST", `${path}?dryRun=All`, object);
  return response.status < 300;
}
