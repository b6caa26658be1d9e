import { heapDumpPath, type ResolvedMicroservice } from "../description/index.ts";
import { compareText } from "../diagnostic.ts";
import { formatBytes } from "../kubernetes/index.ts";

/** An `emptyDir` volume of a service's pods. */
export interface WritableVolume {
  readonly name: string;
  readonly mountPath: string;
  /** `sizeLimit`, as a Kubernetes quantity. */
  readonly size: string;
  /** Whether it is in memory, and so counts for the memory limit and not for ephemeral storage. */
  readonly inMemory: boolean;
  /**
   * Whether it is written in an emergency only, and so counts for the limit of ephemeral storage and not for the request.
   */
  readonly emergency: boolean;
}

/**
 * The directories to which a service may write; further ones ordered by path, so that a reordered description changes
 * nothing.
 */
export function writableVolumes({ temporaryStorage, emptyDirs, jvm }: ResolvedMicroservice): WritableVolume[] {
  // Room for one dump of the whole heap, with a tenth for its headers.
  const dump = formatBytes(jvm.heapMebibytes * 2 ** 20 * 1.1);
  return [
    { name: "tmp", mountPath: "/tmp", size: temporaryStorage, inMemory: false, emergency: false },
    ...(jvm.heapDump ? [{ name: "dumps", mountPath: heapDumpPath, size: dump, inMemory: false, emergency: true }] : []),
    ...Object.entries(emptyDirs)
      .sort(([a], [b]) => compareText(a, b))
      .map(([path, directory]) => ({ name: directoryVolume(path), mountPath: path, ...directory, emergency: false })),
  ];
}

/** The name of the volume of a further writable directory: `/var/cache/app` -> `dir-var-cache-app`. */
export function directoryVolume(path: string): string {
  return `dir-${path
    .slice(1)
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, "-")}`.replace(/-+$/, "");
}
