import type { Plain } from "../../recorder/registeredResource.ts";
import { type FieldPath, stepName } from "./fieldPath.ts";
import type { FieldManager } from "./managedFields.ts";

/** A field that the program does not state and that somebody else may set. */
interface KnownAddition {
  /** Why it is right. */
  readonly reason: string;
  /**
   * Kinds of objects that may have it.
   * @default every kind
   */
  readonly kinds?: readonly string[];
  /** Names of the steps to the field, from the object's root. What is below the field belongs to it. */
  readonly path: readonly (string | RegExp)[];
  /**
   * Names of the managers that may set it.
   * @default everybody
   */
  readonly managers?: readonly string[];
  /**
   * Which values are right.
   * @default every value
   */
  readonly accepts?: (value: Plain) => boolean;
}

const controllers = ["kube-controller-manager"];
const operatorKinds = ["ExternalSecret", "SecretStore", "VaultDynamicSecret"];
const anyItem = /^/;

const knownAdditions: readonly KnownAddition[] = [
  { reason: "Status is what controllers report, and states nothing.", path: ["status"] },
  {
    reason: "Replicas belong to the autoscaler, which corrects what anybody else sets; but 0 would switch it off.",
    kinds: ["Deployment"],
    path: ["spec", "replicas"],
    accepts: (value) => value !== 0,
  },
  {
    reason: "The Deployment controller numbers the revisions of a Deployment.",
    kinds: ["Deployment"],
    path: ["metadata", "annotations", /^deployment\.kubernetes\.io\//],
    managers: controllers,
  },
  {
    reason: "`npm run secrets -- restart` and `kubectl rollout restart` restart pods by this annotation.",
    kinds: ["Deployment"],
    path: ["spec", "template", "metadata", "annotations", "kubectl.kubernetes.io/restartedAt"],
  },
  {
    reason: "Reloader restarts pods by this annotation when a Secret of theirs has changed.",
    kinds: ["Deployment"],
    path: ["spec", "template", "metadata", "annotations", /^reloader\.stakater\.com\/last-reloaded-from$/],
  },
  {
    reason: "Reloader restarts pods by this variable when a Secret of theirs has changed.",
    kinds: ["Deployment"],
    path: ["spec", "template", "spec", "containers", anyItem, "env", /^STAKATER_[A-Z0-9_]+$/],
  },
  {
    reason: "The External Secrets Operator marks what it must clean up.",
    kinds: operatorKinds,
    path: ["metadata", "finalizers", /external-secrets\.io/],
  },
  {
    reason: "`npm run secrets` tells the External Secrets Operator by this annotation to read a value now.",
    kinds: ["ExternalSecret"],
    path: ["metadata", "annotations", "force-sync"],
  },
  {
    reason: "The scheduler and the volume controller note where a claim's volume is made, and that it is bound.",
    kinds: ["PersistentVolumeClaim"],
    path: ["metadata", "annotations", /^(pv|volume|volume\.beta)\.kubernetes\.io\//],
    managers: [...controllers, "kube-scheduler"],
  },
  {
    reason: "The volume controller names the volume that a claim is bound to.",
    kinds: ["PersistentVolumeClaim"],
    path: ["spec", "volumeName"],
    managers: controllers,
  },
  {
    reason: "The API server gives each namespace a label with its name.",
    kinds: ["Namespace"],
    path: ["metadata", "labels", "kubernetes.io/metadata.name"],
  },
  {
    reason: "The token controller lists the tokens of a ServiceAccount.",
    kinds: ["ServiceAccount"],
    path: ["secrets"],
    managers: controllers,
  },
];

/**
 * Why a field that the program does not state is right all the same.
 * @returns the reason; undefined where the field is drift
 */
export function reasonFor(
  kind: string,
  {
    path,
    live,
    manager,
  }: { readonly path: FieldPath; readonly live: Plain; readonly manager: FieldManager | undefined },
): string | undefined {
  return knownAdditions.find(
    (known) =>
      (known.kinds?.includes(kind) ?? true) &&
      (known.managers?.includes(manager?.name ?? "") ?? true) &&
      (known.accepts?.(live) ?? true) &&
      startsWith(path, known.path),
  )?.reason;
}

/**
 * Whether somebody must have set a value although nobody owns it. `kubectl scale --replicas=0` leaves no trace in
 * `managedFields`, since the scale subresource drops zeros; the API server's own default is 1.
 */
export function isNoDefault(kind: string, path: FieldPath, value: Plain): boolean {
  return kind === "Deployment" && value === 0 && path.map(stepName).join(".") === "spec.replicas";
}

function startsWith(path: FieldPath, pattern: KnownAddition["path"]): boolean {
  return pattern.every((part, index) => {
    const step = path[index];
    if (step === undefined) return false;
    return typeof part === "string" ? part === stepName(step) : part.test(stepName(step));
  });
}
