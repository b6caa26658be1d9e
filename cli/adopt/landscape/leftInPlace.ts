import type { ManifestDocument } from "../input/documents.ts";
import type { DocumentGroup, Landscape } from "./landscape.ts";
import { qualifiedName } from "./objectIndex.ts";

/** An object of the input that stays under its own manifests, in whole or for others. */
export interface LeftInPlace {
  readonly document: ManifestDocument;
  readonly reason: string;
}

/** Why an object of a kind is not a part of a service here. */
const reasons: Readonly<Record<string, string>> = {
  StatefulSet: "it keeps state in its pods",
  DaemonSet: "it runs once a node",
  CronJob: "it runs by a schedule",
  Job: "it runs once",
  ReplicaSet: "a Deployment makes its own",
  ReplicationController: "it has been replaced by the Deployment",
  Pod: "nothing starts it again elsewhere; write a Deployment from it to take it in",
  DeploymentConfig: "OpenShift alone knows it; write a Deployment from it to take it in",
  Namespace: "the program makes the namespaces of its services itself",
  Role: "rights are given outside of the catalogue",
  RoleBinding: "rights are given outside of the catalogue",
  ClusterRole: "rights are given outside of the catalogue",
  ClusterRoleBinding: "rights are given outside of the catalogue",
  CustomResourceDefinition: "it belongs to the cluster",
};

/**
 * What is left where it is: everything that belongs to none of the services that are taken in, and what others share with
 * them. Leaving it is no loss.
 * @param chosen the groups that are taken in
 * @param passed Deployment -> why it is not taken in
 */
export function leftInPlace(
  documents: readonly ManifestDocument[],
  { entrances, readers }: Landscape,
  chosen: readonly DocumentGroup[],
  passed: ReadonlyMap<ManifestDocument, string>,
): LeftInPlace[] {
  const deployments = new Set(chosen.map(({ deployment }) => deployment));
  const taken = new Set(chosen.flatMap(({ whole }) => [...whole]));
  return documents.flatMap((document) => {
    if (document.kind === "List") return [];
    if (!taken.has(document)) {
      const why = passed.get(document) ?? reasons[document.kind] ?? "no service of this run selects it or refers to it";
      return [{ document, reason: why }];
    }
    const elsewhere = [...(entrances.get(document) ?? [])]
      .filter(([, found]) => !found.some((deployment) => deployments.has(deployment)))
      .map(([name]) => name);
    if (elsewhere.length > 0) return [{ document, reason: `it leads to ${elsewhere.join(", ")} too` }];
    const others = [...(readers.get(document)?.keys() ?? [])].filter((reader) => !deployments.has(reader));
    const names = others.map((reader) => `${reader.kind} ${qualifiedName(reader)}`);
    return names.length > 0 ? [{ document, reason: `${names.join(", ")} refers to it too` }] : [];
  });
}
