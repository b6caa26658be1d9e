import { canonicalText, entriesAt, fieldAt, listAt } from "./plainField.ts";
import {
  annotationField,
  annotationGaps,
  containersOf,
  gap,
  isNot,
  isStated,
  type Place,
  pod,
  podOf,
  probes,
  template,
  volumesOf,
} from "./podPlaces.ts";
import type { Check, Gap } from "./protection.ts";

/** Volumes that Pod Security `restricted` allows and that hold nobody else's files. */
const allowedVolumes = ["configMap", "downwardAPI", "emptyDir", "ephemeral", "projected", "secret"];

/** Volumes that Pod Security `restricted` allows and that are a protection's to look at one by one. */
const namedVolumes = ["csi", "persistentVolumeClaim"];

/** Annotations with which a network plugin or a mesh gives a pod another network than its rules are made for. */
export const networkAnnotation =
  /^(k8s\.v1\.cni\.cncf\.io|v1\.multus-cni\.io|cni\.projectcalico\.org|(policy\.)?cilium\.io|ovn\.kubernetes\.io|traffic\.sidecar\.istio\.io)\//;

/** Taints with which a cluster keeps pods off its own machines. */
const controlPlaneTaint = /^node-role\.kubernetes\.io\//;

/** What a pod that the program makes can reach beside its service's own: name -> where it reaches more. */
export const podReachProtections = {
  volumes: (manifest, generated) => {
    const known = new Set(volumesOf(generated).map(({ value }) => sourceText(value)));
    return volumesOf(manifest).flatMap(({ path, value }) =>
      entriesAt(value)
        .filter(
          ([kind]) =>
            kind !== "name" &&
            !allowedVolumes.includes(kind) &&
            // A claim or a driver's volume that the description does not know may be another service's.
            !(namedVolumes.includes(kind) && known.has(sourceText(value))),
        )
        .map(([kind, source]) => ({ field: `${path}.${kind}`, value: source }))
        .concat(
          claimGaps(`${path}.ephemeral.volumeClaimTemplate.spec`, fieldAt(value, "ephemeral", "volumeClaimTemplate")),
        ),
    );
  },
  // The kubelet asks, from the node's own network, where no rule of the pod's holds it.
  probeHosts: (manifest) =>
    containersOf(manifest).flatMap((container) =>
      [...probes, "lifecycle.postStart", "lifecycle.preStop"].flatMap((handler) =>
        ["httpGet", "tcpSocket"].flatMap((way) => gap(container, `${handler}.${way}.host`, isStated)),
      ),
    ),
  serviceAccountToken: (manifest) => [
    ...gap(podOf(manifest), "automountServiceAccountToken", isNot(false)),
    ...volumesOf(manifest).flatMap(({ path, value }) =>
      listAt(value, "projected", "sources").flatMap((source) =>
        ["serviceAccountToken", "podCertificate"].flatMap((kind) =>
          gap({ path: `${path}.projected`, value: source }, kind, isStated),
        ),
      ),
    ),
  ],
  serviceAccountName: (manifest, generated) =>
    ["serviceAccountName", "serviceAccount"].flatMap((field) =>
      gap(
        podOf(manifest),
        field,
        (name) => name !== undefined && name !== fieldAt(generated, ...pod, "serviceAccountName"),
      ),
    ),
  foreignSecrets: (manifest, generated) => {
    const foreign = (referencesOf: (pod: unknown) => Gap[]) => {
      const known = new Set(referencesOf(generated).map(({ value }) => value));
      return referencesOf(manifest).filter(({ value }) => isStated(value) && !known.has(value));
    };
    // What pulls images is nothing that a container may read.
    return [...foreign(secretReferences), ...foreign(pullSecrets)];
  },
  nameResolution: (manifest) => [
    ...gap(podOf(manifest), "hostAliases", (aliases) => Array.isArray(aliases) && aliases.length > 0),
    ...gap(podOf(manifest), "dnsPolicy", (policy) => isStated(policy) && !String(policy).startsWith("ClusterFirst")),
    ...["nameservers", "searches"].flatMap((field) =>
      gap(podOf(manifest), `dnsConfig.${field}`, (list) => Array.isArray(list) && list.length > 0),
    ),
  ],
  podNetwork: (manifest) => annotationGaps(manifest, (key) => networkAnnotation.test(key)),
  nodes: (manifest, generated) => {
    const known = new Set(listAt(generated, ...pod, "tolerations").map(canonicalText));
    return [
      ...["nodeName", "runtimeClassName", "resourceClaims"].flatMap((field) => gap(podOf(manifest), field, isStated)),
      ...listAt(manifest, ...pod, "tolerations").flatMap((toleration, index) => {
        const key = fieldAt(toleration, "key");
        const tolerated = !isStated(key) || key === "" || controlPlaneTaint.test(String(key));
        return !tolerated || known.has(canonicalText(toleration))
          ? []
          : [{ field: `${pod.join(".")}.tolerations[${index}]`, value: toleration }];
      }),
    ];
  },
  podLabels: (manifest, generated) =>
    entriesAt(generated, "spec", "selector", "matchLabels").flatMap(([label, value]) => {
      const found = fieldAt(manifest, ...template, "labels", label);
      return found === undefined || found === value
        ? []
        : [{ field: `${template.join(".")}.labels["${label}"]`, value: found }];
    }),
  vaultAgent: (manifest, generated) => {
    const agent = (key: string) => /^vault\.(hashicorp\.com|security\.banzaicloud\.io)\//.test(key);
    const stated = entriesAt(generated, ...template, "annotations").filter(([key]) => agent(key));
    return [
      ...annotationGaps(
        manifest,
        (key, value) => agent(key) && value !== fieldAt(generated, ...template, "annotations", key),
      ),
      ...stated
        .filter(([key]) => fieldAt(manifest, ...template, "annotations", key) === undefined)
        .map(([key]) => ({ field: annotationField(key), value: undefined })),
    ];
  },
} satisfies Readonly<Record<string, Check>>;

/** Fields by which a claim gets files that are there already, which may be another service's. */
export function claimGaps(path: string, claim: unknown): Gap[] {
  return ["volumeName", "selector", "dataSource", "dataSourceRef"].flatMap((field) =>
    gap({ path, value: fieldAt(claim, "spec") }, field, isStated),
  );
}

/** What a volume mounts, whatever its name is. */
function sourceText(volume: unknown): string {
  return canonicalText(Object.fromEntries(entriesAt(volume).filter(([kind]) => kind !== "name")));
}

/** Every name of a Secret that a pod reads, as a variable or as a file. */
function secretReferences(manifest: unknown): Gap[] {
  return [...containersOf(manifest).flatMap(secretVariables), ...volumesOf(manifest).flatMap(secretFiles)];
}

/** Every name of a Secret with which a pod's images are pulled. */
function pullSecrets(manifest: unknown): Gap[] {
  return listAt(manifest, ...pod, "imagePullSecrets").map((secret) => ({
    field: `${pod.join(".")}.imagePullSecrets`,
    value: fieldAt(secret, "name"),
  }));
}

function secretVariables({ path, value }: Place): Gap[] {
  return [
    ...listAt(value, "env").map((variable) => ({
      field: `${path}.env[${String(fieldAt(variable, "name"))}]`,
      value: fieldAt(variable, "valueFrom", "secretKeyRef", "name"),
    })),
    ...listAt(value, "envFrom").map((source) => ({
      field: `${path}.envFrom`,
      value: fieldAt(source, "secretRef", "name"),
    })),
  ];
}

function secretFiles({ path, value }: Place): Gap[] {
  return [
    fieldAt(value, "secret", "secretName"),
    fieldAt(value, "csi", "nodePublishSecretRef", "name"),
    ...listAt(value, "projected", "sources").map((source) => fieldAt(source, "secret", "name")),
  ].map((name) => ({ field: path, value: name }));
}
