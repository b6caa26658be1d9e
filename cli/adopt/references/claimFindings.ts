import { shellWord } from "../../../command/shellWord.ts";
import { listAt } from "../../../components/kubernetes/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { Comparison } from "../fields/fieldOutcome.ts";
import type { ManifestDocument } from "../input/documents.ts";
import { podReferences, podTemplate } from "../landscape/podReferences.ts";
import { claimDocument } from "../reading/claims.ts";
import type { Finding } from "../report/finding.ts";

/** The files of claims: a new claim is empty, and what other workloads write into the old one stays there. */
export function claimFindings({ originals, reading, sites }: Comparison): Finding[] {
  const { document } = originals.deployment;
  const volumes = listAt(document.object, "spec", "template", "spec", "volumes");
  return [...reading.files.claims].flatMap(([name, path]): Finding[] => {
    const claim = sites[0]?.claims[path];
    const old = claimDocument(originals, name);
    const [newName, newNamespace] = [at(claim, "metadata", "name"), at(claim, "metadata", "namespace")];
    const namespace = old?.namespace || document.namespace;
    if (claim === undefined || (name === newName && (namespace === "" || namespace === newNamespace))) return [];
    const index = volumes.findIndex((volume) => at(volume, "persistentVolumeClaim", "claimName") === name);
    const size = String(at(claim, "spec", "resources", "requests", "storage"));
    const others = usersOf(originals.input)
      .get(key(document.namespace, name))
      ?.filter((workload) => workload !== document);
    const shared = (others ?? []).map((workload) => `${workload.kind} ${workload.name}`).slice(0, 5);
    return [
      {
        list: "references that move",
        place: `Deployment/${document.name} spec.template.spec.volumes[${index}].persistentVolumeClaim.claimName`,
        what: `${name} (${size}) at ${path} -> the new claim ${String(newNamespace)}/${String(newName)}`,
        outcome: [
          `the new claim is empty: the files stay in the volume of ${name}`,
          ...(shared.length === 0
            ? []
            : [`${shared.join(", ")} mounts that too, and will not see what is written here`]),
        ].join("; "),
        remedy: `before the first deployment, stop the service and bind the volume to the new claim, or copy the files later: ${commands(name, namespace, String(newName), String(newNamespace))}`,
        isLoss: true,
      },
    ];
  });
}

/** Binds the volume of a claim to another claim, which is not made yet: no file moves. */
function commands(name: string, namespace: string, newName: string, newNamespace: string): string {
  const of = [name, ...(namespace === "" ? [] : ["-n", namespace])].map(shellWord).join(" ");
  const patch = (spec: object) => `kubectl patch pv $PV -p ${shellWord(JSON.stringify({ spec }))}`;
  return [
    `PV=$(kubectl get pvc ${of} -o jsonpath={.spec.volumeName})`,
    patch({ persistentVolumeReclaimPolicy: "Retain" }),
    `kubectl delete pvc ${of}`,
    patch({ claimRef: { namespace: newNamespace, name: newName, uid: null, resourceVersion: null } }),
  ].join(" && ");
}

function key(namespace: string, name: string): string {
  return `${namespace}/${name}`;
}

const users = new WeakMap<readonly ManifestDocument[], ReadonlyMap<string, readonly ManifestDocument[]>>();

/** `namespace/claim` -> the workloads of the run that mount it. */
function usersOf(input: readonly ManifestDocument[]): ReadonlyMap<string, readonly ManifestDocument[]> {
  const known = users.get(input);
  if (known !== undefined) return known;
  const pairs = input.flatMap((workload) =>
    podReferences(podTemplate(workload.object))
      .filter(({ kind }) => kind === "PersistentVolumeClaim")
      .map(({ name }) => ({ claim: key(workload.namespace, name), workload })),
  );
  const found = new Map(
    [...Map.groupBy(pairs, ({ claim }) => claim)].map(([claim, of]) => [claim, of.map(({ workload }) => workload)]),
  );
  users.set(input, found);
  return found;
}
