import { expect, it } from "vitest";
import { resolveMicroservice } from "../../../components/description/resolve.ts";
import { type VerificationTarget, verificationManifests } from "../../../components/workload/verification.ts";
import { microservice, release } from "../../support/fixtures.ts";
import { restrictedViolations } from "../../support/podSecurity.ts";

const target: VerificationTarget = {
  ...{ registry: "registry.dc1.tax.example:5000", release, host: "api.tax.example", port: 443 },
  url: "https://api.tax.example/receipts",
  addresses: ["10.1.50.10"],
  controllers: [{ ipBlock: { cidr: "10.1.10.21/32" } }],
  authority: undefined,
};

function manifests(verification: object = {}, more: Partial<VerificationTarget> = {}) {
  const stated = { command: ["/tests"], ...verification };
  const service = resolveMicroservice(microservice({ exposure: { host: "api" }, verification: stated }));
  const made = verificationManifests(service, { ...target, ...more });
  if (made === undefined) throw new Error("there is no Job");
  return made;
}

it("is locked down as a service is, has no secret, and finds this site's entrance", () => {
  const { job } = manifests();
  const template = job.spec?.template ?? {};
  expect(restrictedViolations(template)).toEqual([]);
  expect(job.spec).toMatchObject({ activeDeadlineSeconds: 600, backoffLimit: 0 });
  expect(template.spec).toMatchObject({
    ...{ automountServiceAccountToken: false, restartPolicy: "Never" },
    hostAliases: [{ ip: "10.1.50.10", hostnames: ["api.tax.example"] }],
    containers: [
      {
        image: `registry.dc1.tax.example:5000/receipts:${release}`,
        command: ["/tests"],
        env: [
          { name: "HOME", value: "/tmp" },
          { name: "BASE_URL", value: "https://api.tax.example/receipts" },
        ],
      },
    ],
  });
});

it("reaches the entrance and nothing else, and nobody reaches it", () => {
  expect(manifests().networkPolicy.spec).toEqual({
    podSelector: {
      matchLabels: { "app.kubernetes.io/name": "receipts-verify", "app.kubernetes.io/instance": "receipts-verify" },
    },
    policyTypes: ["Ingress", "Egress"],
    ingress: [{ from: [expect.anything()] }],
    egress: [
      { to: [{ ipBlock: { cidr: "10.1.50.10/32" } }], ports: [{ protocol: "TCP", port: 443 }] },
      { to: [{ ipBlock: { cidr: "10.1.10.21/32" } }] },
    ],
  });
});

it("is another Job for another release or other tests, and the same for the same", () => {
  const names = [
    manifests(),
    manifests(),
    manifests({}, { release: `1.4.3@sha256:${"1f".repeat(32)}` }),
    manifests({ command: ["/others"] }),
    manifests({ image: "tests/receipts", release }),
  ].map(({ job }) => job.metadata.name);
  expect(new Set(names).size).toBe(4);
  expect(names[0]).toBe(names[1]);
  for (const name of names) expect(name).toMatch(/^receipts-verify-[0-9a-f]{10}$/);
});

it("has a name that fits, however long the service's is", () => {
  const service = resolveMicroservice(
    microservice({ name: "a".repeat(40), exposure: { host: "api" }, verification: { command: ["/tests"] } }),
  );
  expect(verificationManifests(service, target)?.job.metadata.name.length).toBeLessThanOrEqual(63);
});

it("knows the authority of a certificate that only the site knows", () => {
  const { job } = manifests({}, { authority: "-----BEGIN CERTIFICATE-----" });
  expect(job.spec?.template.spec?.containers[0]?.env).toContainEqual({
    ...{ name: "ENTRANCE_CA_CERTIFICATE", value: "-----BEGIN CERTIFICATE-----" },
  });
});
