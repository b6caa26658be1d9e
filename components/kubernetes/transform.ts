import { formatValue, ValidationError } from "../diagnostic.ts";
import { withPatchForce } from "./patchForce.ts";
import { dnsLabel, dnsName } from "./validators.ts";

/** A user's function that modifies a generated manifest: it is given the whole manifest and returns the one to register. */
export type Transform<Manifest> = (manifest: Manifest) => Manifest;

/**
 * Applies a user's transform to a generated manifest, if there is one, and makes the result one whose fields Git wins
 * ({@link withPatchForce}).
 * @param file the file or folder of the transform, for diagnostics: `services/receipts`.
 * @throws ValidationError where the transform fails, returns no manifest, or changes what an object must keep.
 */
export function applyTransform<
  Manifest extends {
    apiVersion: string;
    kind: string;
    metadata: { name: string; annotations?: Record<string, string> | undefined };
  },
>(transform: Transform<Manifest> | undefined, generated: Manifest, file: string): Manifest {
  if (transform === undefined) return withPatchForce(generated);
  const fail = (message: string): never => {
    throw new ValidationError([{ file, path: `transforms.${transformName(generated.kind)}`, message }]);
  };
  const result = attempt(() => transform(structuredClone(generated)), fail);
  if (typeof result !== "object" || result === null || typeof result.metadata?.name !== "string") {
    return fail(`returned no manifest; return the manifest that it was given, changed or not`);
  }
  for (const field of ["apiVersion", "kind"] as const) {
    if (result[field] !== generated[field]) {
      fail(
        `changed ${field} to ${formatValue(result[field])}; leave it ${formatValue(generated[field])}: an object keeps its kind`,
      );
    }
  }
  const { name, namespace }: { name: string; namespace?: string } = result.metadata;
  if (!dnsName.safeParse(name).success)
    fail(`chose the name ${formatValue(name)}; it must be a DNS name in lower case`);
  if (namespace !== undefined && !dnsLabel.safeParse(namespace).success) {
    fail(
      `chose the namespace ${formatValue(namespace)}; it must be a DNS label: lower-case letters a-z, digits and hyphens`,
    );
  }
  return withPatchForce(result);
}

function attempt<Result>(work: () => Result, fail: (message: string) => never): Result {
  try {
    return work();
  } catch (error) {
    return fail(`failed: ${error instanceof Error ? error.message : String(error)}; correct the function`);
  }
}

/** The field of `transforms` for a kind: `HTTPRoute` -> `httpRoute`, `BackendTLSPolicy` -> `backendTlsPolicy`. */
function transformName(kind: string): string {
  return kind
    .replaceAll(/(?<=[A-Z])[A-Z]+(?=[A-Z][a-z])/g, (rest) => rest.toLowerCase())
    .replace(/^[A-Z]/, (first) => first.toLowerCase());
}
