import type { ResolvedMicroservice } from "../description/index.ts";
import { compareText } from "../diagnostic.ts";
import type { Volume, VolumeMount } from "../kubernetes/index.ts";

type SecretFiles = Pick<ResolvedMicroservice, "secretFiles">;

/**
 * A volume for each Kubernetes Secret of which the service reads files; only the keys that it reads, unless it reads them all.
 * The kubelet keeps what it holds in memory.
 */
export function secretFileVolumes({ secretFiles }: SecretFiles): Volume[] {
  const bySecret = Map.groupBy(Object.values(secretFiles), ({ secretName }) => secretName);
  return [...bySecret]
    .sort(([a], [b]) => compareText(a, b))
    .map(([secretName, files]) => {
      const keys = files.flatMap(({ key }) => (key === undefined ? [] : [key]));
      const items = [...new Set(keys)].sort(compareText).map((key) => ({ key, path: key }));
      return {
        name: secretFileVolume(secretName),
        secret: { secretName, ...(keys.length < files.length ? {} : { items }) },
      };
    });
}

/** Where each file, or directory of files, is. A single file hides nothing that the image has beside it. */
export function secretFileMounts({ secretFiles }: SecretFiles): VolumeMount[] {
  return Object.entries(secretFiles)
    .sort(([a], [b]) => compareText(a, b))
    .map(([mountPath, { secretName, key }]) => ({
      name: secretFileVolume(secretName),
      mountPath,
      ...(key === undefined ? {} : { subPath: key }),
      readOnly: true,
    }));
}

/** The name of a Secret's volume: `legacy.keys` -> `secret-legacy-keys`. */
export function secretFileVolume(secretName: string): string {
  return `secret-${secretName.replaceAll(".", "-")}`;
}
