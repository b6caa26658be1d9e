import { expect, test } from "vitest";
import { retainedLines } from "../../../cli/preview/changes.ts";
import { claimChanges } from "../../../cli/preview/claimChanges.ts";
import { JavaMicroservice, type VolumeClaim } from "../../../components/index.ts";
import { manifestsOf, microservice, release, site } from "../../support/fixtures.ts";
import { record } from "../../support/record.ts";

function changes(before: VolumeClaim, after: VolumeClaim): string[] {
  const [old, current] = [before, after].map((claim) => {
    const [manifest] = manifestsOf(microservice({ volumes: { "/data": claim } })).persistentVolumeClaims.values();
    return JSON.parse(JSON.stringify(manifest));
  });
  return claimChanges(old, current);
}

test("a claim may grow, and be written in another unit", () => {
  expect(changes({ size: "20Gi" }, { size: "21Gi" })).toEqual([]);
  expect(changes({ size: "20Gi" }, { size: "20480Mi" })).toEqual([]);
});

test("a claim that shrinks is told before the API server refuses it", () => {
  expect(changes({ size: "20Gi" }, { size: "500Mi" })).toEqual([
    "cannot shrink from 20Gi to 500Mi: the API server refuses it; state at least 20Gi",
  ]);
});

test.each<[string, VolumeClaim]>([
  ["storageClassName", { size: "20Gi", storageClass: "fast" }],
  ["accessModes", { size: "20Gi", accessMode: "ReadWriteMany" }],
])("a claim that changes its %s is told, too", (field, after) => {
  expect(changes({ size: "20Gi" }, after)).toEqual([
    `cannot change its ${field}: the API server refuses it; use another path for a new claim, and copy the files`,
  ]);
});

test("other kinds are no claims", () => {
  expect(claimChanges({ kind: "ConfigMap" }, { kind: "ConfigMap", spec: { accessModes: [] } })).toEqual([]);
});

test("a claim stays behind its service, and the preview says so, with what removes it for good", async () => {
  const made = async (volumes: Readonly<Record<string, VolumeClaim>>) => {
    const { registrations } = await record(
      () => new JavaMicroservice("receipts", { service: microservice({ volumes }), site, release }),
    );
    return registrations;
  };
  const before = await made({ "/data": { size: "20Gi" }, "/spool": { size: "1Gi" } });
  const claim = before.find(({ name }) => name === "receipts-dir-data");
  expect(claim?.options).toMatchObject({ retainOnDelete: true });
  const deployment = before.find(({ name }) => name === "receipts-deployment");
  expect(deployment?.dependencies).toContain(claim?.urn);
  expect(retainedLines(before, await made({ "/data": { size: "20Gi" } }))).toEqual([
    "the files of claim declarations/receipts.dir-spool (1Gi); remove them for good: kubectl delete pvc -n declarations receipts.dir-spool",
  ]);
  expect(retainedLines(before, [])).toHaveLength(2);
});
