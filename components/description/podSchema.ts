import { z } from "zod";
import { type Fields, labelValue, metadataKey } from "../kubernetes/index.ts";
import type { Toleration } from "../microservice.ts";
import { reservedNodeKey, reservedPodKey } from "./reservedKeys.ts";

/** A key that a description may choose; `why` says of any other whose it is. */
function ownKey(why: (key: string) => string | undefined) {
  return metadataKey.refine((key) => why(key) === undefined, { error: ({ input }) => why(String(input)) ?? "" });
}

/** All annotations of an object together (apimachinery, `TotalAnnotationSizeLimitB`), less what the component adds. */
const annotationBytes = 256 * 1024 - 32 * 1024;

/** Further annotations of the pods. */
export const podAnnotations = z
  .record(ownKey(reservedPodKey), z.string("must be text in quotes"))
  .refine(
    (annotations) => Object.entries(annotations).join("").length <= annotationBytes,
    `must be at most ${annotationBytes} characters in all, which is what Kubernetes takes`,
  );

/** Further labels of the pods. */
export const podLabels = z.record(ownKey(reservedPodKey), labelValue);

/** Labels that a node must carry. */
export const nodeSelector = z.record(ownKey(reservedNodeKey), labelValue);

/** Taints that the pods tolerate. Kubernetes' own rules are those of `ValidateTolerations` in its core validation. */
export const tolerations = z.array(
  z
    .strictObject({
      key: metadataKey,
      operator: z.enum(["Equal", "Exists"]).exactOptional(),
      value: labelValue.exactOptional(),
      effect: z.enum(["NoSchedule", "PreferNoSchedule", "NoExecute"]).exactOptional(),
      tolerationSeconds: z.int("must be a whole number of seconds").exactOptional(),
    } satisfies Fields<Toleration>)
    .refine(({ operator, value }) => operator !== "Exists" || value === undefined, {
      path: ["value"],
      message: 'must not be stated with operator "Exists", which takes any value; remove one of the two',
    })
    .refine(({ effect, tolerationSeconds }) => tolerationSeconds === undefined || effect === "NoExecute", {
      path: ["tolerationSeconds"],
      message: 'needs effect: "NoExecute", since no other effect ends a pod that runs',
    }),
);
