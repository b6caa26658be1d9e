import {
  atOnce,
  type CauseKind,
  crashRestarts,
  memoryRestarts,
  type Patience,
  probing,
  probingStart,
  retried,
  starting,
  triedEnough,
} from "./kinds.ts";
import { type ContainerStatus, conditionOf, type KubernetesEvent, milliseconds, type Pod } from "./objects.ts";
import { plainLine } from "./plainLine.ts";

/** A cause that lies with a pod, before it names a service. */
export interface PodCause {
  readonly kind: CauseKind;
  /** The cause in one plain line. */
  readonly what: string;
  readonly patience: Patience;
  /** Since when, in milliseconds since 1970; undefined where the objects do not say. */
  readonly since: number | undefined;
  /** Exit code of a container that ended. */
  readonly exitCode?: number;
}

/** Reasons for which a kubelet cannot pull an image. The second ones do not change with time. */
const pulls: Readonly<Record<string, Patience>> = {
  ErrImagePull: retried,
  ImagePullBackOff: retried,
  RegistryUnavailable: retried,
  ImageInspectError: retried,
  SignatureValidationFailed: retried,
  InvalidImageName: atOnce,
  ErrImageNeverPull: atOnce,
};

/** Reasons for which a container cannot be made although its image is there. */
const starts: ReadonlySet<string> = new Set(["CreateContainerError", "RunContainerError", "PreCreateHookError"]);

/** Exit codes of a process that a kubelet ended by SIGKILL or SIGTERM, as it does after failed probes. */
const killed: ReadonlySet<number> = new Set([137, 143]);

/**
 * Why a pod does not become ready, all causes in no order; none for a pod that is ready, on its way, or being deleted.
 * @param events the events of this pod
 */
export function podCauses(pod: Pod, events: readonly KubernetesEvent[]): PodCause[] {
  if (pod.metadata?.deletionTimestamp !== undefined || conditionOf(pod, "Ready")?.status === "True") return [];
  const scheduled = conditionOf(pod, "PodScheduled");
  const since = milliseconds(scheduled?.lastTransitionTime) ?? milliseconds(pod.metadata?.creationTimestamp);
  if (scheduled?.status === "False") {
    // A gate is taken away by whoever set it.
    if (scheduled.reason !== "Unschedulable") return [];
    // What follows is about pods that would have to give way, and that there are none.
    const reason = scheduled.message?.replace(/\s*(no new claims to deallocate, *)?preemption: .*/s, "");
    const what = `no node has room for its pods or fits them: ${plainLine(reason)}`;
    return [{ kind: "unschedulable", what, patience: retried, since }];
  }
  const { initContainerStatuses = [], containerStatuses = [] } = pod.status ?? {};
  const containers = [...initContainerStatuses, ...containerStatuses];
  const ofContainers = containers.flatMap((container) => {
    const cause = containerCause(container, events);
    return cause === undefined ? [] : [{ since, ...cause }];
  });
  if (ofContainers.length > 0) return ofContainers;
  return [...mountCauses(pod, events), ...probeCauses(events)];
}

type ContainerCause = Omit<PodCause, "since"> & { readonly since?: number | undefined };

function containerCause(container: ContainerStatus, events: readonly KubernetesEvent[]): ContainerCause | undefined {
  const { name, image, ready, state, lastState, restartCount } = container;
  const { reason = "", message } = state?.waiting ?? {};
  const pull = pulls[reason];
  if (pull !== undefined) {
    const subject = message?.includes(image) ? "its image" : `image ${image}`;
    return { kind: "image", what: `${subject} cannot be pulled (${reason}): ${plainLine(message)}`, patience: pull };
  }
  if (reason === "CreateContainerConfigError") {
    const what = `container ${name} lacks a part of its configuration: ${plainLine(message)}`;
    return { kind: "configuration", what, patience: retried };
  }
  if (starts.has(reason)) {
    return { kind: "start", what: `container ${name} cannot be started: ${plainLine(message)}`, patience: retried };
  }
  const ended = state?.terminated ?? lastState?.terminated;
  const completed = state?.terminated !== undefined && state.terminated.exitCode === 0;
  if (ready || ended === undefined || completed) return undefined;
  const { exitCode } = ended;
  // A container that runs again may come up this time.
  const enough = (restarts: number): Patience =>
    state?.running === undefined && restartCount >= restarts ? triedEnough : starting;
  if (ended.reason === "OOMKilled") {
    const what = `container ${name} needs more memory than its limit (OOMKilled, exit code ${exitCode}, ${times(restartCount)})`;
    return { kind: "out-of-memory", what, patience: enough(memoryRestarts), exitCode };
  }
  const probe = killed.has(exitCode) ? probeCauses(events).find((each) => each.restarts) : undefined;
  if (probe !== undefined) return probe;
  const what = `container ${name} ends with exit code ${exitCode} (${ended.reason ?? "Error"}, ${times(restartCount)})`;
  return { kind: "crash", what, patience: enough(crashRestarts), exitCode };
}

function times(restarts: number): string {
  return restarts === 1 ? "restarted once" : `restarted ${restarts} times`;
}

/** What a volume lacks, while the containers wait for it. */
function mountCauses({ status }: Pod, events: readonly KubernetesEvent[]): PodCause[] {
  if (status?.phase !== "Pending") return [];
  return events
    .filter(({ reason }) => reason === "FailedMount" || reason === "FailedAttachVolume")
    .map((event) => ({
      kind: "configuration",
      what: `a volume cannot be mounted: ${plainLine(event.message)}`,
      patience: retried,
      since: timeOf(event),
    }));
}

/** Probes that failed, and whether a kubelet restarts the container for it. */
function probeCauses(events: readonly KubernetesEvent[]): (PodCause & { readonly restarts: boolean })[] {
  return events
    .filter(({ reason }) => reason === "Unhealthy")
    .map((event) => {
      const message = event.message ?? "";
      const [, probe = "probe"] = /^(Startup|Readiness|Liveness) probe/.exec(message) ?? [];
      return {
        kind: "probe",
        what: plainLine(message),
        patience: probe === "Startup" ? probingStart : probing,
        since: timeOf(event),
        restarts: probe === "Startup" || probe === "Liveness",
      };
    });
}

function timeOf({ firstTimestamp, eventTime }: KubernetesEvent): number | undefined {
  return milliseconds(firstTimestamp) ?? milliseconds(eventTime);
}
