import type { ResolvedMicroservice } from "../description/index.ts";
import { formatPath, formatValue } from "../diagnostic.ts";
import { directoryVolume } from "../workload/index.ts";

type Report = (path: string, message: string) => void;

/** Reports directories that contradict each other, and replicas that could not all mount a volume. */
export function checkVolumes(service: ResolvedMicroservice, report: Report): void {
  checkDirectories(service, report);
  checkReadOnlyParents(service, report);
  checkReplicas(service, report);
}

/** Reports two directories whose volumes would get the same name. */
function checkDirectories({ emptyDirs, volumes }: ResolvedMicroservice, report: Report): void {
  const first = new Map<string, string>();
  const directories = [
    ...Object.keys(emptyDirs).map((path) => ({ path, field: formatPath(["emptyDirs", path]) })),
    ...Object.keys(volumes).map((path) => ({ path, field: formatPath(["volumes", path]) })),
  ];
  for (const { path, field } of directories) {
    const volume = directoryVolume(path);
    const other = first.get(volume);
    if (other === undefined) first.set(volume, path);
    else if (other === path) {
      report(field, "stands under emptyDirs too, where it is empty at every start; keep one of the two");
    } else {
      report(
        field,
        `would have the same volume ${formatValue(volume)} as ${formatValue(other)}; rename one of the directories`,
      );
    }
  }
}

/** Reports volumes inside a Secret's directory, where nobody can make the directory to mount them at. */
function checkReadOnlyParents({ volumes, secretFiles }: ResolvedMicroservice, report: Report): void {
  const secrets = Object.entries(secretFiles).filter(([, { key }]) => key === undefined);
  for (const path of Object.keys(volumes)) {
    const above = secrets.find(([directory]) => path.startsWith(`${directory}/`));
    if (above === undefined) continue;
    report(
      formatPath(["volumes", path]),
      `is inside ${formatValue(above[0])}, which is a Secret and read-only; choose a path outside of it`,
    );
  }
}

/** Reports what asks for a second replica beside one that has mounted a volume alone. */
function checkReplicas({ runsAlone, volumes, source }: ResolvedMicroservice, report: Report): void {
  if (!runsAlone) return;
  const [path, volume] = Object.entries(volumes).find(([, { accessMode }]) => accessMode !== "ReadWriteMany") ?? [];
  const why = `${formatPath(["volumes", path ?? ""])} is ${volume?.accessMode}, so the service runs as one replica`;
  const remedy = "or state accessMode: ReadWriteMany, if a storage class of every site offers it";
  for (const field of ["minReplicas", "maxReplicas"] as const) {
    const stated = source.autoscaling?.[field] ?? 1;
    if (stated > 1) report(`autoscaling.${field}`, `${stated} is too many: ${why}; leave it out, ${remedy}`);
  }
  if (source.rollout?.maxSurge !== undefined) {
    report(
      "rollout.maxSurge",
      `${formatValue(source.rollout.maxSurge)} would start a second one: ${why}; leave it out, ${remedy}`,
    );
  }
}
