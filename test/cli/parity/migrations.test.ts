import { expect, test } from "vitest";
import { withoutReplicasMigrations } from "../../../cli/parity/migrations.ts";
import type { ComparedResource } from "../../../cli/parity/trace.ts";

const component = "urn:pulumi:gemelos::gemelos:index:JavaMicroservice$kubernetes";
const job = `${component}:batch/v1:Job::receipts-migration`;
const rules = `${component}:networking.k8s.io/v1:NetworkPolicy::receipts-migration-network-policy`;
const deployment = `${component}:apps/v1:Deployment::receipts-deployment`;

function resources(...identities: string[]): ComparedResource[] {
  return identities.map((identity) => ({
    ...{ identity, service: "receipts", title: identity },
    value: { dependencies: identity === deployment ? identities.filter((each) => each === job) : [] },
  }));
}

const original = resources(job, rules, deployment);
const replica = resources(deployment);

test("a migration that runs in one site alone is no difference where the other has a replica, and nobody waits for it", () => {
  expect(withoutReplicasMigrations(original, replica, true)).toEqual([replica, replica]);
  expect(withoutReplicasMigrations(replica, original, true)).toEqual([replica, replica]);
});

test("without a replica it is one", () => {
  expect(withoutReplicasMigrations(original, replica, false)).toEqual([original, replica]);
});

test("a migration of both sites stays, and so does whatever else one site lacks", () => {
  expect(withoutReplicasMigrations(original, original, true)).toEqual([original, original]);
  expect(withoutReplicasMigrations(replica, [], true)).toEqual([replica, []]);
});
