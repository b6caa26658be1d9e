import type { ResolvedMicroservice } from "../description/index.ts";
import { formatPath, formatValue } from "../diagnostic.ts";
import { secretFileVolume, writableVolumes } from "../workload/index.ts";

/** Reports files of Secrets that contradict other fields or each other: the field, and what is wrong with it. */
export function checkSecretFiles(service: ResolvedMicroservice, report: (path: string, message: string) => void): void {
  const files = Object.entries(service.secretFiles);
  const directories = new Set(files.flatMap(([path, { key }]) => (key === undefined ? [path] : [])));
  const writable = new Set([
    ...writableVolumes(service).map(({ mountPath }) => mountPath),
    ...Object.keys(service.volumes),
  ]);
  const secretOf = new Map<string, string>();
  for (const [path, { secretName }] of files) {
    const field = formatPath(["secretFiles", path]);
    if (service.cardholderData) {
      report(
        field,
        "comes from a Kubernetes Secret, which rests in etcd, and this service handles cardholder data; put the secret into Vault: supplied({ description })",
      );
    }
    if (writable.has(path))
      report(field, "is a writable directory of the service too; choose another path for one of them");
    const above = ancestors(path).find((directory) => directories.has(directory));
    if (above !== undefined) {
      report(field, `is inside ${formatValue(above)}, which is mounted read-only; choose a path outside of it`);
    }
    const volume = secretFileVolume(secretName);
    const other = secretOf.get(volume) ?? secretName;
    secretOf.set(volume, other);
    if (other !== secretName) {
      report(
        `${field}.secretName`,
        `${formatValue(secretName)} would have the same volume ${formatValue(volume)} as ${formatValue(other)}; rename one of the Secrets`,
      );
    }
  }
}

/** The directories above a path: `/etc/keys/a` -> `/etc/keys`, `/etc`. */
function ancestors(path: string): string[] {
  const parts = path.split("/").slice(1, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join("/")}`).reverse();
}
