import { describe, expect, test } from "vitest";
import type { ServiceAccountManifest } from "../../../components/kubernetes/manifests.ts";
import type { Protection } from "../../../components/kubernetes/protections.ts";
import { applyTransform, type Transform } from "../../../components/kubernetes/transform.ts";
import { serviceAccountManifest } from "../../../components/workload/serviceAccount.ts";
import { resolved } from "../../support/fixtures.ts";

const generated = serviceAccountManifest(resolved());

/** A manifest whose fields Git wins. */
const forced = (manifest: ServiceAccountManifest) => ({
  ...manifest,
  metadata: { ...manifest.metadata, annotations: { "pulumi.com/patchForce": "true" } },
});

test("without a transform the manifest is registered as it was generated, with forced apply", () => {
  expect(applyTransform(undefined, generated, "receipts")).toEqual(forced(generated));
});

test("a transform may state otherwise whether its object is applied by force", () => {
  const annotations = { "pulumi.com/patchForce": "false" };
  const polite = (manifest: ServiceAccountManifest) => ({
    ...manifest,
    metadata: { ...manifest.metadata, annotations },
  });
  expect(applyTransform(polite, generated, "receipts").metadata.annotations).toEqual(annotations);
});

test("a transform may change the manifest that it gets, since that is a copy", () => {
  const before = structuredClone(generated);
  const label = (manifest: ServiceAccountManifest) => {
    manifest.metadata.labels = { team: "receipts" };
    return manifest;
  };
  const result = applyTransform(label, generated, "receipts");
  expect(result).toEqual(forced({ ...before, metadata: { ...before.metadata, labels: { team: "receipts" } } }));
  expect(generated).toEqual(before);
});

/** What a JavaScript author hands over is a function to the checks; what it returns nobody has looked at. */
function isTransform(value: unknown): value is Transform<ServiceAccountManifest> {
  return typeof value === "function";
}

test.each<[string, unknown]>([
  ["nothing", () => undefined],
  ["null", () => null],
  ["text", () => "text"],
  ["no metadata", () => ({ kind: "ServiceAccount" })],
])("a transform that returns %s is refused, and the message says which", (_, transform) => {
  expect.assert(isTransform(transform));
  expect(() => applyTransform(transform, generated, "receipts")).toThrow(
    /receipts: transforms\.serviceAccount: returned no manifest/,
  );
});

test.each<[value: unknown, what: RegExp]>([
  [Promise.resolve(false), /automountServiceAccountToken an object of the class Promise, whose value is not known yet/],
  [new Boolean(true), /automountServiceAccountToken an object of the class Boolean/],
  [() => false, /automountServiceAccountToken a function/],
  [Number.NaN, /automountServiceAccountToken the number NaN/],
])("what cannot be held against the generated manifest is refused: %s", (value, what) => {
  const late = (manifest: ServiceAccountManifest) => Object.assign(manifest, { automountServiceAccountToken: value });
  expect(() => applyTransform(late, generated, "receipts")).toThrow(what);
});

test("what is registered is what was checked, whatever the transform does to it later", () => {
  const kept: ServiceAccountManifest[] = [];
  const keep = (manifest: ServiceAccountManifest) => {
    kept.push(manifest);
    return manifest;
  };
  const result = applyTransform(keep, generated, "receipts");
  for (const manifest of kept) manifest.automountServiceAccountToken = true;
  expect(result.automountServiceAccountToken).toBe(false);
});

describe("a transform that lifts a protection", () => {
  const mount: Transform<ServiceAccountManifest> = (manifest) => ({ ...manifest, automountServiceAccountToken: true });
  const reason = "Its sidecar asks the API server for endpoints";

  test("is refused without a reason, and the message names object, field, value and what to write", () => {
    expect(() => applyTransform(mount, generated, "services/receipts")).toThrow(
      'services/receipts: transforms.serviceAccount: lifts the protection serviceAccountToken of ServiceAccount receipts: automountServiceAccountToken is true; leave that out, or write { transform, securityExceptions: { serviceAccountToken: { reason: "..." } } }',
    );
  });

  test("is applied with its reason, which stands at the object for whoever looks at it in the cluster", () => {
    const stated = { transform: mount, securityExceptions: { serviceAccountToken: { reason } } };
    const result = applyTransform(stated, generated, "receipts");
    expect(result.automountServiceAccountToken).toBe(true);
    expect(result.metadata.annotations).toMatchObject({
      "gemelos.dev/security-exception.serviceAccountToken": reason,
    });
  });

  test("needs no second reason for what the description excepts", () => {
    const result = applyTransform(mount, generated, "receipts", { serviceAccountToken: { reason } });
    expect(result.automountServiceAccountToken).toBe(true);
  });

  test("has no reason by the name of a protection alone", () => {
    const stated = { transform: mount, securityExceptions: { serviceAccountToken: undefined } };
    // @ts-expect-error a JavaScript author may write what the type does not allow
    expect(() => applyTransform(stated, generated, "receipts")).toThrow(/serviceAccountToken\.reason must be/);
    // @ts-expect-error the same of the description's own exceptions
    expect(() => applyTransform(mount, generated, "receipts", { serviceAccountToken: undefined })).toThrow(
      /lifts the protection serviceAccountToken/,
    );
  });

  test("has no reason by one for another protection, of another kind of object, or of one word", () => {
    const refused = (securityExceptions: Readonly<Partial<Record<Protection, { reason: string }>>>, says: RegExp) =>
      expect(() => applyTransform({ transform: mount, securityExceptions }, generated, "receipts")).toThrow(says);
    refused({ namespace: { reason } }, /lifts the protection serviceAccountToken/);
    refused(
      { hostPorts: { reason } },
      /securityExceptions\.hostPorts is no protection of a ServiceAccount; it has foreignSecrets, name, namespace/,
    );
    refused(
      { serviceAccountToken: { reason: "needed" } },
      /serviceAccountToken\.reason must be a reason .*10 characters/,
    );
  });

  test("that lifts none leaves no reason behind", () => {
    const stated = {
      transform: (manifest: ServiceAccountManifest) => manifest,
      securityExceptions: { namespace: { reason } },
    };
    expect(applyTransform(stated, generated, "receipts")).toEqual(forced(generated));
  });
});
