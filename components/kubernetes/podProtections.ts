import { entriesAt, fieldAt, listAt } from "./plainField.ts";
import type { Check, Gap } from "./protection.ts";
import { isSecretOf, siteSecret } from "./secretOwner.ts";

const pod = ["spec", "template", "spec"];

/** Volumes that Pod Security `restricted` allows. */
const allowedVolumes = [
  ...["configMap", "csi", "downwardAPI", "emptyDir"],
  ...["ephemeral", "persistentVolumeClaim", "projected", "secret"],
];

/** Fields by which the kernel's own protections are changed, of a pod's and of a container's security context. */
const kernelFields = ["sysctls", "seLinuxOptions", "procMount", "windowsOptions"];

/** What is true of every pod that the program makes, and of every container in it: name -> where it is not true. */
export const podProtections = {
  privileged: (manifest) =>
    eachContainer(manifest, (container) => gap(container, "securityContext.privileged", isTrue)),
  hostNamespaces: (manifest) =>
    ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"].flatMap((field) =>
      gap({ path: pod.join("."), value: fieldAt(manifest, ...pod) }, field, isTrue),
    ),
  hostPorts: (manifest) =>
    eachContainer(manifest, ({ path, value }) =>
      listAt(value, "ports").flatMap((port, index) =>
        gap(
          { path: `${path}.ports[${index}]`, value: port },
          "hostPort",
          (number) => number !== undefined && number !== 0,
        ),
      ),
    ),
  volumes: (manifest) =>
    listAt(manifest, ...pod, "volumes").flatMap((volume) =>
      entriesAt(volume)
        .filter(([kind]) => kind !== "name" && !allowedVolumes.includes(kind))
        .map(([kind, value]) => ({ field: `${volumePath(volume)}.${kind}`, value })),
    ),
  serviceAccountToken: (manifest) => [
    ...gap({ path: pod.join("."), value: fieldAt(manifest, ...pod) }, "automountServiceAccountToken", isNot(false)),
    ...listAt(manifest, ...pod, "volumes").flatMap((volume) =>
      listAt(volume, "projected", "sources").flatMap((source) =>
        gap({ path: `${volumePath(volume)}.projected`, value: source }, "serviceAccountToken", isStated),
      ),
    ),
  ],
  serviceAccountName: (manifest, generated) =>
    ["serviceAccountName", "serviceAccount"].flatMap((field) =>
      gap(
        { path: pod.join("."), value: fieldAt(manifest, ...pod) },
        field,
        (name) => name !== undefined && name !== fieldAt(generated, ...pod, "serviceAccountName"),
      ),
    ),
  runAsRoot: (manifest) => [
    ...["runAsUser", "runAsGroup", "fsGroup"].flatMap((field) =>
      gap({ path: pod.join("."), value: fieldAt(manifest, ...pod) }, `securityContext.${field}`, (id) => id === 0),
    ),
    ...gap(
      { path: pod.join("."), value: fieldAt(manifest, ...pod) },
      "securityContext.supplementalGroups",
      (groups) => Array.isArray(groups) && groups.includes(0),
    ),
    ...eachContainer(manifest, (container) => [
      ...["runAsUser", "runAsGroup"].flatMap((field) => gap(container, `securityContext.${field}`, (id) => id === 0)),
      ...inherited(manifest, container, "runAsNonRoot", isNot(true)),
    ]),
  ],
  allowPrivilegeEscalation: (manifest) =>
    eachContainer(manifest, (container) => gap(container, "securityContext.allowPrivilegeEscalation", isNot(false))),
  capabilities: (manifest) =>
    eachContainer(manifest, (container) => [
      ...gap(container, "securityContext.capabilities.add", (added) => Array.isArray(added) && added.length > 0),
      ...gap(
        container,
        "securityContext.capabilities.drop",
        (dropped) => !Array.isArray(dropped) || !dropped.includes("ALL"),
      ),
    ]),
  seccompProfile: (manifest) =>
    eachContainer(manifest, (container) =>
      inherited(manifest, container, "seccompProfile", (profile) => {
        const type = fieldAt(profile, "type");
        return type !== "RuntimeDefault" && type !== "Localhost";
      }),
    ),
  kernelSettings: (manifest) => [
    ...[{ path: pod.join("."), value: fieldAt(manifest, ...pod) }, ...containersOf(manifest)].flatMap((place) => [
      ...kernelFields.flatMap((field) => gap(place, `securityContext.${field}`, isStated)),
      ...gap(place, "securityContext.appArmorProfile.type", (type) => type === "Unconfined"),
    ]),
    ...annotationGaps(manifest, (key, value) => key.startsWith("container.apparmor.") && value === "unconfined"),
  ],
  writableRootFilesystem: (manifest) =>
    eachContainer(manifest, (container) => gap(container, "securityContext.readOnlyRootFilesystem", isNot(true))),
  image: (manifest, generated) => {
    const [registry = ""] = String(fieldAt(listAt(generated, ...pod, "containers")[0], "image")).split("/");
    return eachContainer(manifest, (container) =>
      gap(
        container,
        "image",
        (image) =>
          typeof image !== "string" || !image.startsWith(`${registry}/`) || !/@sha256:[0-9a-f]{64}$/.test(image),
      ),
    );
  },
  foreignSecrets: (manifest, generated) => {
    const own = String(fieldAt(generated, "metadata", "name"));
    return secretReferences(manifest).filter(({ value }) => typeof value === "string" && isForeign(value, own));
  },
  podLabels: (manifest, generated) =>
    entriesAt(generated, "spec", "selector", "matchLabels").flatMap(([label, value]) => {
      const found = fieldAt(manifest, "spec", "template", "metadata", "labels", label);
      return found === undefined || found === value
        ? []
        : [{ field: `spec.template.metadata.labels["${label}"]`, value: found }];
    }),
  vaultAgent: (manifest, generated) => {
    const agent = (key: string) => key.startsWith("vault.hashicorp.com/");
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

const template = ["spec", "template", "metadata"];

/** A part of a manifest, with the path by which it is named. */
interface Place {
  readonly path: string;
  readonly value: unknown;
}

function containersOf(manifest: unknown): Place[] {
  return ["initContainers", "containers", "ephemeralContainers"].flatMap((list) =>
    listAt(manifest, ...pod, list).map((value, index) => ({
      // By name, so that a container that is added before another one changes no path.
      path: `${pod.join(".")}.${list}[${String(fieldAt(value, "name") ?? index)}]`,
      value,
    })),
  );
}

function eachContainer(manifest: unknown, check: (container: Place) => Gap[]): Gap[] {
  return containersOf(manifest).flatMap(check);
}

/** A gap where the value of a field is one that must not be. */
function gap({ path, value }: Place, field: string, isWrong: (value: unknown) => boolean): Gap[] {
  const found = fieldAt(value, ...field.split("."));
  // Whoever checks the manifest says what is wrong with a Deployment that makes no pod.
  if (value === undefined) return [];
  return isWrong(found) ? [{ field: `${path}.${field}`, value: found }] : [];
}

/** A gap of a security context's field that a container has from its pod where it states none itself. */
function inherited(manifest: unknown, container: Place, field: string, isWrong: (value: unknown) => boolean): Gap[] {
  const own = fieldAt(container.value, "securityContext", field);
  const value = own ?? fieldAt(manifest, ...pod, "securityContext", field);
  return isWrong(value) ? [{ field: `${container.path}.securityContext.${field}`, value }] : [];
}

function annotationGaps(manifest: unknown, isWrong: (key: string, value: unknown) => boolean): Gap[] {
  return entriesAt(manifest, ...template, "annotations")
    .filter(([key, value]) => isWrong(key, value))
    .map(([key, value]) => ({ field: annotationField(key), value }));
}

function annotationField(key: string): string {
  return `spec.template.metadata.annotations["${key}"]`;
}

function volumePath(volume: unknown): string {
  return `${pod.join(".")}.volumes[${String(fieldAt(volume, "name"))}]`;
}

/** Every name of a Secret that a pod reads, as a variable or as a file. */
function secretReferences(manifest: unknown): Gap[] {
  const variables = containersOf(manifest).flatMap(({ path, value }) => [
    ...listAt(value, "env").map((variable) => ({
      field: `${path}.env[${String(fieldAt(variable, "name"))}]`,
      value: fieldAt(variable, "valueFrom", "secretKeyRef", "name"),
    })),
    ...listAt(value, "envFrom").map((source) => ({
      field: `${path}.envFrom`,
      value: fieldAt(source, "secretRef", "name"),
    })),
  ]);
  const files = listAt(manifest, ...pod, "volumes").flatMap((volume) =>
    [
      fieldAt(volume, "secret", "secretName"),
      fieldAt(volume, "csi", "nodePublishSecretRef", "name"),
      ...listAt(volume, "projected", "sources").map((source) => fieldAt(source, "secret", "name")),
    ].map((value) => ({ field: volumePath(volume), value })),
  );
  return [...variables, ...files];
}

/** Whether a Secret is by its name the site's or another service's. */
function isForeign(secretName: string, own: string): boolean {
  if (siteSecret(secretName) !== undefined) return true;
  return /-(secrets|pki-[^.]+)$/.test(secretName) && !isSecretOf(own, secretName);
}

function isTrue(value: unknown): boolean {
  return value === true;
}

function isStated(value: unknown): boolean {
  return value !== undefined && value !== null;
}

function isNot(wanted: unknown): (value: unknown) => boolean {
  return (value) => value !== wanted;
}
