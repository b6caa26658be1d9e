import type { Transform } from "../microservice.ts";
import { configMapName } from "./configuration.ts";
import type { ResolvedMicroservice } from "./defaults.ts";
import type { ConfigMapManifest } from "./manifests.ts";
import { ProblemsError, show } from "./problems.ts";
import { dnsLabel, dnsName } from "./schema.ts";

/** Gives a service's transform the last word on a manifest. @throws ProblemsError where it fails or returns no manifest. */
export function applyTransform<
  Manifest extends {
    apiVersion: string;
    kind: string;
    metadata: { name: string; labels?: Readonly<Record<string, string>> | undefined };
  },
>(transform: Transform<Manifest> | undefined, planned: Manifest): Manifest {
  if (transform === undefined) return planned;
  const fail = (message: string): never => {
    const service = planned.metadata.labels?.["app.kubernetes.io/name"];
    const file = service === undefined ? "Datacenter" : `services/${service}`;
    throw new ProblemsError([{ file, path: `transforms.${transformName(planned.kind)}`, message }]);
  };
  const result = attempt(() => transform(structuredClone(planned)), fail);
  if (typeof result !== "object" || result === null || typeof result.metadata?.name !== "string") {
    return fail(`returned no manifest; return the manifest that it was given, changed or not`);
  }
  for (const field of ["apiVersion", "kind"] as const) {
    if (result[field] !== planned[field]) {
      fail(`changed ${field} to ${show(result[field])}; leave it ${show(planned[field])}: an object keeps its kind`);
    }
  }
  const { name, namespace }: { name: string; namespace?: string } = result.metadata;
  if (!dnsName.safeParse(name).success) fail(`chose the name ${show(name)}; it must be a DNS name in lower case`);
  if (namespace !== undefined && !dnsLabel.safeParse(namespace).success) {
    fail(`chose the namespace ${show(namespace)}; it must be a DNS label: lower-case letters a-z, digits and hyphens`);
  }
  return result;
}

function attempt<Result>(work: () => Result, fail: (message: string) => never): Result {
  try {
    return work();
  } catch (error) {
    return fail(`failed: ${error instanceof Error ? error.message : String(error)}; correct the function`);
  }
}

/** The field of `transforms` for a kind: `Deployment` -> `deployment`, `HTTPRoute` -> `httpRoute`. */
function transformName(kind: string): string {
  return kind.replace(/^[A-Z]+(?=[A-Z])|^[A-Z]/, (start) => start.toLowerCase());
}

/** The ConfigMap after its transform, named by the content that it has then, unless the transform chose a name. */
export function configMapWithTransform(
  { name, transforms }: ResolvedMicroservice,
  planned: ConfigMapManifest,
): ConfigMapManifest {
  if (transforms?.configMap === undefined) return planned;
  const manifest = applyTransform(transforms.configMap, planned);
  if (manifest.metadata.name !== planned.metadata.name) return manifest;
  return {
    ...manifest,
    metadata: { ...manifest.metadata, name: configMapName(name, { ...manifest.data, ...manifest.binaryData }) },
  };
}
