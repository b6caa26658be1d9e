import { basename } from "node:path/posix";
import { heapDumpPath, microserviceSchema } from "../../../components/description/index.ts";
import type { ByteQuantity, EmptyDir, VolumeClaim } from "../../../components/microservice.ts";
import { configurationPath, directoryVolume } from "../../../components/workload/index.ts";
import type { SourceContainer, SourcePod } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import type { MovedPath } from "../references/movedPaths.ts";
import { type ReadClaim, readClaim } from "./claims.ts";
import { bytesText } from "./quantities.ts";
import { withoutSecrets } from "./secretText.ts";

/** What a volume of the manifests becomes. A volume without a role finds no place. */
export type VolumeRole = "files" | "to be filled in" | "temporary" | "dumps" | "directory" | "claim";

/** A line of a file that held a secret in the clear. */
interface ClearSecret {
  readonly file: string;
  /** Where the file comes from: `ConfigMap orders, key application.yaml`. */
  readonly place: string;
  readonly line: number;
  readonly variable: string;
}

/** The configuration of the chosen container. */
export interface SourceFiles {
  /** File of `config/` -> its template. */
  readonly templates: Record<string, string>;
  /** Volume -> what it becomes. */
  readonly roles: ReadonlyMap<string, VolumeRole>;
  /** `<ConfigMap>/<key>` -> the file that it became. */
  readonly places: ReadonlyMap<string, string>;
  readonly clearSecrets: readonly ClearSecret[];
  /** `<ConfigMap>/<key>` of a file that holds a secret for which no variable can stand -> the secret's line. */
  readonly leftOut: ReadonlyMap<string, number>;
  /** `<ConfigMap>/<key>` of a file whose path `config/` cannot have. */
  readonly misnamed: ReadonlySet<string>;
  /** The paths of the files, and of the directories that they were in. */
  readonly moved: readonly MovedPath[];
  readonly temporaryStorage: ByteQuantity | undefined;
  /** Path of a further writable directory -> its size. */
  readonly emptyDirs: Readonly<Record<string, ByteQuantity | EmptyDir>>;
  /** Path of a directory whose files last -> its claim. */
  readonly volumes: Readonly<Record<string, VolumeClaim>>;
  /** Name of a claim in the manifests -> the path that is stated for it. */
  readonly claims: ReadonlyMap<string, string>;
  /** Volume -> why its claim is not stated, and what to do. */
  readonly lostClaims: ReadonlyMap<string, Exclude<ReadClaim, { readonly claim: VolumeClaim }>>;
}

/** What a directory may hold that had no limit; a directory without one can fill its node. */
const assumedSize = "256Mi";

/** The same of a directory in memory, which takes from the heap what it may hold. */
const assumedMemory = "64Mi";

/**
 * Reads the volumes that the container mounts.
 * @param variables variable -> the value that it has elsewhere; those that take the place of the files' secrets are added.
 */
export function readFiles(
  originals: SourceManifests,
  pod: SourcePod,
  container: SourceContainer,
  variables: Map<string, string>,
): SourceFiles {
  const templates: Record<string, string> = {};
  const roles = new Map<string, VolumeRole>();
  const places = new Map<string, string>();
  const clearSecrets: ClearSecret[] = [];
  const leftOut = new Map<string, number>();
  const misnamed = new Set<string>();
  const moved: MovedPath[] = [];
  let temporaryStorage: ByteQuantity | undefined;
  const emptyDirs: Record<string, ByteQuantity | EmptyDir> = {};
  const claimed: Record<string, VolumeClaim> = {};
  const claims = new Map<string, string>();
  const lostClaims: Map<string, Exclude<ReadClaim, { readonly claim: VolumeClaim }>> = new Map();
  const mounts = Map.groupBy(container.volumeMounts ?? [], ({ name }) => name);
  const taken = new Set<string>();
  const volumes = new Map((pod.volumes ?? []).map((volume) => [volume.name, volume]));

  /** Whether the file is there now, at `path` before. */
  const add = (configMap: string, key: string, file: string, path: string): boolean => {
    const content = originals.configMaps.get(configMap)?.get(key);
    if (content === undefined) return false;
    // The file's name becomes a key of the rendered ConfigMap, which knows neither folders nor other characters.
    if (!/^[\w.-]+$/.test(file)) {
      misnamed.add(`${configMap}/${key}`);
      return false;
    }
    if (!Object.hasOwn(templates, file)) {
      const { text, found } = withoutSecrets(file, content, variables);
      if (text === undefined) {
        leftOut.set(`${configMap}/${key}`, found[0]?.line ?? 1);
        return false;
      }
      templates[file] = escapeLiquid(text);
      places.set(`${configMap}/${key}`, file);
      clearSecrets.push(...found.map((secret) => ({ file, place: `ConfigMap ${configMap}, key ${key}`, ...secret })));
    } else if (places.get(`${configMap}/${key}`) !== file) return false;
    moved.push({ from: path, to: `${configurationPath}/${file}`, isDirectory: false });
    return true;
  };
  for (const { name, mountPath, subPath, readOnly } of container.volumeMounts ?? []) {
    const { configMap, hostPath, emptyDir, persistentVolumeClaim } = volumes.get(name) ?? {};
    if (persistentVolumeClaim !== undefined) {
      const path = withoutSlash(mountPath);
      const read = readClaim(originals, persistentVolumeClaim, mounts.get(name) ?? [], path);
      if (!("claim" in read)) lostClaims.set(name, read);
      else if (!taken.has(directoryVolume(path)) && !claims.has(persistentVolumeClaim.claimName)) {
        taken.add(directoryVolume(path));
        roles.set(name, "claim");
        claims.set(persistentVolumeClaim.claimName, path);
        claimed[path] = read.claim;
      }
    } else if (configMap !== undefined) {
      const given = originals.configMaps.get(configMap.name);
      roles.set(name, given === undefined ? "to be filled in" : "files");
      const items = configMap.items ?? [...(given?.keys() ?? [])].map((key) => ({ key, path: key }));
      const directory = withoutSlash(mountPath);
      const added = items.map(({ key, path }) => {
        if (subPath === undefined) return add(configMap.name, key, path, `${directory}/${path}`);
        return subPath === path && add(configMap.name, key, basename(mountPath), directory);
      });
      if (subPath === undefined && directory !== configurationPath) {
        const isWhole = given !== undefined && added.every(Boolean);
        moved.push({ from: directory, to: isWhole ? configurationPath : undefined, isDirectory: true });
      }
    } else if (hostPath !== undefined && isConfiguration(mountPath)) roles.set(name, "to be filled in");
    else if (emptyDir !== undefined && withoutSlash(mountPath) === "/tmp" && subPath === undefined) {
      roles.set(name, "temporary");
      if (emptyDir.sizeLimit !== undefined) temporaryStorage = bytesText(emptyDir.sizeLimit);
    } else if (emptyDir !== undefined && withoutSlash(mountPath) === heapDumpPath) roles.set(name, "dumps");
    else if (emptyDir !== undefined && mounts.get(name)?.length === 1 && subPath === undefined && readOnly !== true) {
      const path = withoutSlash(mountPath);
      if (!mayBeAdded(path, taken)) continue;
      taken.add(directoryVolume(path));
      roles.set(name, "directory");
      // To Kubernetes a limit of zero is none.
      const limit = bytesText(emptyDir.sizeLimit ?? "0");
      const isBounded = Number.parseFloat(limit) > 0;
      emptyDirs[path] =
        emptyDir.medium === "Memory"
          ? { sizeLimit: isBounded ? limit : assumedMemory, medium: "Memory" }
          : isBounded
            ? limit
            : assumedSize;
    }
  }
  return {
    templates,
    roles,
    places,
    clearSecrets,
    leftOut,
    misnamed,
    moved,
    temporaryStorage,
    emptyDirs,
    volumes: claimed,
    claims,
    lostClaims,
  };
}

function isConfiguration(mountPath: string): boolean {
  return withoutSlash(mountPath) === configurationPath || /\b(config|conf|configuration|properties)\b/i.test(mountPath);
}

/**
 * Whether a description accepts a further writable directory there.
 * @param taken the names of the other directories' volumes
 */
function mayBeAdded(path: string, taken: ReadonlySet<string>): boolean {
  return (
    microserviceSchema.shape.emptyDirs.safeParse({ [path]: assumedSize }).success && !taken.has(directoryVolume(path))
  );
}

/** The rendered volume of a role; a directory's is named after its path. */
export function volumeOf(role: VolumeRole | undefined, mountPath: string): string {
  if (role === "directory" || role === "claim") return directoryVolume(mountPath);
  return role === "temporary" ? "tmp" : role === "dumps" ? "dumps" : "config";
}

/** A path without the slash at its end: `/config/` is `/config`. */
export function withoutSlash(path: string): string {
  return path.length > 1 ? path.replace(/\/+$/, "") : path;
}

/** Text that renders to itself: what looks like a template in it is wrapped in `{% raw %}`, line by line. */
export function escapeLiquid(text: string): string {
  return text
    .split("\n")
    .map((line) => {
      if (!/\{[{%]/.test(line)) return line;
      // Inside raw, only the tag that ends it needs another way.
      if (/endraw/.test(line)) return line.replaceAll(/\{[{%]/g, (opening) => `{{ "${opening}" }}`);
      const start = line.search(/\{[{%]/);
      const carriageReturn = line.endsWith("\r") ? "\r" : "";
      const rest = line.slice(start, line.length - carriageReturn.length);
      return `${line.slice(0, start)}{% raw %}${rest}{% endraw %}${carriageReturn}`;
    })
    .join("\n");
}
