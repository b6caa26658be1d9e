import type { DeploymentManifest, PodSpec } from "../../components/kubernetes/manifests.ts";

type PodTemplate = NonNullable<DeploymentManifest["spec"]>["template"];

/** The volume types that Pod Security `restricted` allows, by their fields in a volume. */
const restrictedVolumes = [
  "configMap",
  "csi",
  "downwardAPI",
  "emptyDir",
  "ephemeral",
  "persistentVolumeClaim",
  "projected",
  "secret",
];

/** The capabilities that `baseline` lets a container add. */
const baselineCapabilities = [
  "AUDIT_WRITE",
  "CHOWN",
  "DAC_OVERRIDE",
  "FOWNER",
  "FSETID",
  "KILL",
  "MKNOD",
  "NET_BIND_SERVICE",
  "SETFCAP",
  "SETGID",
  "SETPCAP",
  "SETUID",
  "SYS_CHROOT",
];

/** What Pod Security's `baseline` refuses of a pod, by the names of its controls. Empty where it admits it. */
export function baselineViolations({ spec: pod }: PodTemplate): string[] {
  if (pod === undefined) return ["no pod"];
  const containers = containersOf(pod);
  return [
    ...when(
      "HostProcess",
      [pod, ...containers].some((each) => each.securityContext?.windowsOptions?.hostProcess),
    ),
    ...when("Host Namespaces", pod.hostNetwork || pod.hostPID || pod.hostIPC),
    ...when(
      "Privileged Containers",
      containers.some(({ securityContext }) => securityContext?.privileged),
    ),
    ...when(
      "Capabilities",
      containers.some(({ securityContext }) =>
        (securityContext?.capabilities?.add ?? []).some((capability) => !baselineCapabilities.includes(capability)),
      ),
    ),
    ...when(
      "HostPath Volumes",
      pod.volumes?.some(({ hostPath }) => hostPath !== undefined),
    ),
    ...when(
      "Host Ports",
      containers.some(({ ports = [] }) => ports.some(({ hostPort = 0 }) => hostPort !== 0)),
    ),
    ...when(
      "AppArmor",
      [pod, ...containers].some((each) => each.securityContext?.appArmorProfile?.type === "Unconfined"),
    ),
    ...when(
      "SELinux",
      [pod, ...containers].some((each) => each.securityContext?.seLinuxOptions !== undefined),
    ),
    ...when(
      "/proc Mount Type",
      containers.some(({ securityContext }) => (securityContext?.procMount ?? "Default") !== "Default"),
    ),
    ...when(
      "Seccomp",
      [pod, ...containers].some((each) => each.securityContext?.seccompProfile?.type === "Unconfined"),
    ),
    ...when("Sysctls", (pod.securityContext?.sysctls ?? []).length > 0),
  ];
}

/** What Pod Security's `restricted` refuses of a pod, by the names of its controls. Empty where it admits it. */
export function restrictedViolations(template: PodTemplate): string[] {
  const pod = template.spec;
  if (pod === undefined) return ["no pod"];
  const containers = containersOf(pod);
  const everyContainer = <Value>(own: (container: (typeof containers)[number]) => Value | undefined, shared?: Value) =>
    containers.map((container) => own(container) ?? shared);
  return [
    ...baselineViolations(template),
    ...when(
      "Volume Types",
      (pod.volumes ?? []).some((volume) =>
        Object.keys(volume).some((key) => key !== "name" && !restrictedVolumes.includes(key)),
      ),
    ),
    ...when(
      "Privilege Escalation",
      containers.some(({ securityContext }) => securityContext?.allowPrivilegeEscalation !== false),
    ),
    ...when(
      "Running as Non-root",
      !everyContainer((each) => each.securityContext?.runAsNonRoot, pod.securityContext?.runAsNonRoot).every(Boolean),
    ),
    ...when(
      "Running as Non-root user",
      [pod, ...containers].some((each) => each.securityContext?.runAsUser === 0),
    ),
    ...when(
      "Seccomp (restricted)",
      !everyContainer(
        (each) => each.securityContext?.seccompProfile?.type,
        pod.securityContext?.seccompProfile?.type,
      ).every((type) => type === "RuntimeDefault" || type === "Localhost"),
    ),
    ...when(
      "Capabilities (restricted)",
      containers.some(({ securityContext }) => {
        const { drop = [], add = [] } = securityContext?.capabilities ?? {};
        return !drop.includes("ALL") || add.some((capability) => capability !== "NET_BIND_SERVICE");
      }),
    ),
  ];
}

function containersOf(pod: PodSpec): PodSpec["containers"] {
  return [...pod.containers, ...(pod.initContainers ?? [])];
}

function when(control: string, violated: boolean | undefined): string[] {
  return violated === true ? [control] : [];
}
