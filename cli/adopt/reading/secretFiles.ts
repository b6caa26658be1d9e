import { microserviceSchema } from "../../../components/description/index.ts";
import type { SecretFile } from "../../../components/microservice.ts";
import type { SourceContainer, SourcePod } from "../input/schemas.ts";
import { withoutSlash } from "./configFiles.ts";

type SourceVolume = NonNullable<SourcePod["volumes"]>[number];
type SourceMount = NonNullable<SourceContainer["volumeMounts"]>[number];

/** The files of Secrets that the container mounts, as far as a description may say it; undefined where there are none. */
export function readSecretFiles(
  { volumes = [] }: SourcePod,
  { volumeMounts = [] }: SourceContainer,
): Readonly<Record<string, SecretFile>> | undefined {
  const byName = new Map(volumes.map((volume) => [volume.name, volume]));
  const files = volumeMounts.flatMap((mount) => filesOfMount(byName.get(mount.name), mount));
  const accepted = files.filter(
    (file) => microserviceSchema.shape.secretFiles.safeParse(Object.fromEntries([file])).success,
  );
  return accepted.length === 0 ? undefined : Object.fromEntries(accepted);
}

/** What a mount of a Secret's volume brings: path -> Secret. A mount without keys of its own brings the whole Secret. */
export function filesOfMount(
  volume: Pick<SourceVolume, "secret"> | undefined,
  { mountPath, subPath }: Pick<SourceMount, "mountPath" | "subPath">,
): [path: string, file: SecretFile][] {
  const { secretName, items } = volume?.secret ?? {};
  if (secretName === undefined) return [];
  const place = withoutSlash(mountPath);
  if (subPath !== undefined) {
    const key = items === undefined ? subPath : items.find(({ path }) => path === subPath)?.key;
    return key === undefined ? [] : [[place, { secretName, key }]];
  }
  return items === undefined
    ? [[place, { secretName }]]
    : items.map(({ key, path }) => [`${place}/${path}`, { secretName, key }]);
}
