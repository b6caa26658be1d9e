import { listAt, type Properties, textAt } from "../../protocol/values.ts";
import type { Selector } from "../follow.ts";
import type { Kind, ObjectName } from "../kinds.ts";

/** Readiness of an object. `failed` means that waiting longer is pointless. */
export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly message: string; readonly failed: boolean };

/** One thing to wait for: objects of a kind, until they are in the desired state. */
export interface Step {
  readonly kind: Kind;
  readonly selector: Selector;
  /** @param present the objects that match the selector */
  readonly judge: (present: readonly Properties[]) => Readiness;
}

/** The object is ready. */
export const ready: Readiness = { ready: true };

/** The object is not ready yet. */
export function waiting(message: string): Readiness {
  return { ready: false, message, failed: false };
}

/** The object will not become ready without a change. */
export function failed(message: string): Readiness {
  return { ready: false, message, failed: true };
}

/** A step that waits for the object itself. */
export function stepOnItself(kind: Kind, { name }: ObjectName, judge: (object: Properties) => Readiness): Step {
  return {
    kind,
    selector: { fieldSelector: `metadata.name=${name}` },
    judge: ([object]) => (object === undefined ? failed("it was deleted meanwhile") : judge(object)),
  };
}

/** A condition of an object's status. */
export interface Condition {
  readonly status: string;
  readonly reason: string;
  readonly message: string;
  readonly lastUpdateTime: string;
}

/** The condition of the given type in an object's status. */
export function conditionOf(object: Properties, type: string): Condition | undefined {
  const condition = listAt(object, "status", "conditions").find((item) => textAt(item, "type") === type);
  if (condition === undefined) return undefined;
  const text = (field: string) => textAt(condition, field) ?? "";
  return {
    status: text("status"),
    reason: text("reason"),
    message: text("message"),
    lastUpdateTime: text("lastUpdateTime"),
  };
}
