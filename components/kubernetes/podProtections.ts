import { fieldAt, listAt } from "./plainField.ts";
import {
  annotationGaps,
  containersOf,
  eachContainer,
  gap,
  inherited,
  isNot,
  isStated,
  isTrue,
  pod,
  podOf,
} from "./podPlaces.ts";
import type { Check } from "./protection.ts";

/** Fields by which the kernel's own protections are changed, of a pod's and of a container's security context. */
const kernelFields = ["sysctls", "seLinuxOptions", "procMount", "windowsOptions"];

/** What a pod that the program makes may do on its node, and every container in it: name -> where it may do more. */
export const podProtections = {
  privileged: (manifest) =>
    eachContainer(manifest, (container) => gap(container, "securityContext.privileged", isTrue)),
  hostNamespaces: (manifest) =>
    ["hostNetwork", "hostPID", "hostIPC", "shareProcessNamespace"].flatMap((field) =>
      gap(podOf(manifest), field, isTrue),
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
  runAsRoot: (manifest) => [
    ...["runAsUser", "runAsGroup", "fsGroup"].flatMap((field) =>
      gap(podOf(manifest), `securityContext.${field}`, (id) => id === 0),
    ),
    ...gap(
      podOf(manifest),
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
    ...[podOf(manifest), ...containersOf(manifest)].flatMap((place) => [
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
} satisfies Readonly<Record<string, Check>>;
