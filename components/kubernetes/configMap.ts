import { createHash } from "node:crypto";
import { compareText } from "../diagnostic.ts";
import { commonLabels } from "./labels.ts";
import type { ConfigMapManifest } from "./manifests.ts";

/** Bytes that a ConfigMap may hold in all: Kubernetes refuses more than 1 MiB. */
export const configMapLimit = 2 ** 20;

/** An immutable ConfigMap of a service, named by its content: `receipts-<part>-<ten hexadecimal digits>`. */
export function configMapManifest(
  { name, namespace }: { readonly name: string; readonly namespace: string },
  part: string,
  files: Readonly<Record<string, string>>,
): ConfigMapManifest {
  const data = Object.fromEntries(Object.entries(files).sort(([a], [b]) => compareText(a, b)));
  return {
    apiVersion: "v1",
    kind: "ConfigMap",
    metadata: { name: configMapName(name, part, data), namespace, labels: commonLabels(name, namespace) },
    immutable: true,
    data,
  };
}

/**
 * A ConfigMap's name: the service, the part, and ten hexadecimal digits of the SHA-256 of its content. A changed
 * configuration is a new object, so that a rollout begins, and the old one remains to roll back to.
 */
export function configMapName(service: string, part: string, content: Readonly<Record<string, string>>): string {
  return `${service}-${part}-${contentHash(content)}`;
}

/** The digits at the end of a ConfigMap's name. */
export function contentHash(content: Readonly<Record<string, string>>): string {
  const sorted = Object.entries(content).sort(([a], [b]) => compareText(a, b));
  return createHash("sha256").update(JSON.stringify(sorted)).digest("hex").slice(0, 10);
}
