import { expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/index.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { microservice } from "../../support/fixtures.ts";

const data = { "/data": { size: "20Gi" } } as const;
const shared = { "/data": { size: "20Gi", accessMode: "ReadWriteMany" } } as const;

function problems(stated: Partial<Microservice>): Record<string, string> {
  const { diagnostics } = checkMicroservice(microservice(stated), "services/receipts");
  return Object.fromEntries(diagnostics.map(({ path, message }) => [path, message]));
}

const alone =
  'volumes["/data"] is ReadWriteOnce, so the service runs as one replica; leave it out, or state accessMode: ReadWriteMany, if a storage class of every site offers it';

test.each<[string, Partial<Microservice>, Record<string, string>]>([
  [
    "more replicas than one",
    { volumes: data, autoscaling: { minReplicas: 2, maxReplicas: 4 } },
    {
      "autoscaling.minReplicas": `2 is too many: ${alone}`,
      "autoscaling.maxReplicas": `4 is too many: ${alone}`,
    },
  ],
  [
    "a surge",
    { volumes: data, rollout: { maxSurge: "50%" } },
    { "rollout.maxSurge": `"50%" would start a second one: ${alone}` },
  ],
  [
    "a directory that is emptied",
    { volumes: data, emptyDirs: { "/data": "1Gi" } },
    { 'volumes["/data"]': "stands under emptyDirs too, where it is empty at every start; keep one of the two" },
  ],
  [
    "a name that another directory has",
    { volumes: { "/var/app": { size: "1Gi" } }, emptyDirs: { "/var-app": "1Gi" } },
    {
      'volumes["/var/app"]': 'would have the same volume "dir-var-app" as "/var-app"; rename one of the directories',
    },
  ],
  [
    "a file of a Secret in its place",
    { volumes: data, secretFiles: { "/data": { secretName: "keys" } } },
    { 'secretFiles["/data"]': "is a writable directory of the service too; choose another path for one of them" },
  ],
  [
    "a Secret's directory around it",
    { volumes: data, secretFiles: { "/data": { secretName: "keys", key: "a" } } },
    { 'secretFiles["/data"]': "is a writable directory of the service too; choose another path for one of them" },
  ],
  [
    "a read-only directory above it",
    { volumes: { "/etc/keys/work": { size: "1Gi" } }, secretFiles: { "/etc/keys": { secretName: "keys" } } },
    {
      'volumes["/etc/keys/work"]':
        'is inside "/etc/keys", which is a Secret and read-only; choose a path outside of it',
    },
  ],
])("a volume with %s is refused", (_, stated, expected) => {
  expect(problems(stated)).toEqual(expected);
});

test.each<[string, Partial<Microservice>]>([
  ["one replica that is stated", { volumes: data, autoscaling: { minReplicas: 1, maxReplicas: 1 } }],
  ["a file of a Secret inside it", { volumes: data, secretFiles: { "/data/a": { secretName: "keys", key: "a" } } }],
  ["many replicas that share it", { volumes: shared, autoscaling: { minReplicas: 3 }, rollout: { maxSurge: 1 } }],
])("a volume with %s is sound", (_, stated) => {
  expect(problems(stated)).toEqual({});
});

test.each([
  ["/tmp", /\/tmp and \/dumps are writable already/],
  ["/config/data", /\/config is the configuration's/],
  ["/vault/secrets", /keys and secrets are in \/certificates and \/vault/],
  ["data", /must be an absolute path/],
  ["/data/", /without a slash at its end/],
])("no volume can be at %s", (path, message) => {
  const [found] = Object.values(problems({ volumes: { [path]: { size: "1Gi" } } }));
  expect(found).toMatch(message);
});

test.each<[string, unknown, RegExp]>([
  ["size", undefined, /quantity of bytes/],
  ["size", "20GB", /Ki, Mi, Gi or Ti/],
  ["storageClass", "Fast SSD", /DNS name in lower case/],
  ["accessMode", "ReadOnlyMany", /ReadWriteOnce.*ReadWriteMany.*ReadWriteOncePod/],
  ["reclaimPolicy", "Retain", /reclaimPolicy/],
])("a volume whose %s is %j is refused", (field, value, message) => {
  const stated = { volumes: { "/data": { size: "1Gi", [field]: value } } };
  const { diagnostics } = checkMicroservice({ ...microservice(), ...stated } as Microservice, "services/receipts");
  expect(diagnostics.map(({ path, message: text }) => `${path}: ${text}`).join("\n")).toMatch(message);
});
