import { z } from "zod";
import {
  byteQuantity,
  compareQuantities,
  dnsName,
  type Fields,
  labelValue,
  line,
  metadataKey,
} from "../kubernetes/index.ts";
import type { EmptyDir, PodField, ResourceField, Toleration, VolumeClaim } from "../microservice.ts";
import { reservedNodeKey, reservedPodKey } from "./reservedKeys.ts";

/** A key that a description may choose; `why` says of any other whose it is. */
function ownKey(why: (key: string) => string | undefined) {
  return metadataKey.refine((key) => why(key) === undefined, { error: ({ input }) => why(String(input)) ?? "" });
}

/** All annotations of an object together (apimachinery, `TotalAnnotationSizeLimitB`), less what the component adds. */
const annotationBytes = 256 * 1024 - 32 * 1024;

const divisors = ["1", "1m", "1k", "1M", "1G", "1T", "1P", "1E", "1Ki", "1Mi", "1Gi", "1Ti", "1Pi", "1Ei"] as const;

/** The value of a variable. Kubernetes' rules of divisors are those of `validateContainerResourceDivisor`. */
export const variableValue = z.union(
  [
    z.string(),
    z.strictObject({ fieldPath: line } satisfies Fields<PodField>),
    z
      .strictObject({
        resource: z.templateLiteral([
          z.enum(["requests", "limits"]),
          ".",
          z.enum(["cpu", "memory", "ephemeral-storage"]),
        ]),
        divisor: z.enum(divisors).exactOptional(),
      } satisfies Fields<ResourceField>)
      .refine(
        ({ resource, divisor = "1" }) => divisor === "1" || (divisor === "1m") === resource.endsWith(".cpu"),
        "must count CPU in 1 or 1m, and memory and storage in 1, 1k, 1M, 1Ki, 1Mi, ...",
      ),
  ],
  'must be text in quotes, { fieldPath }, or { resource: "limits.memory", divisor: "1Mi" } (CPU in 1 or 1m)',
);

const largestVolume = "64Ti";
/** Bytes of a directory or a claim. More than any cloud's block storage has in one volume (64 TiB) is a unit mistaken. */
const volumeSize = byteQuantity.refine(
  (text) => !byteQuantity.safeParse(text).success || compareQuantities(text, largestVolume) <= 0,
  `must be at most ${largestVolume}, the largest single volume that storage offers`,
);

/** How large a writable directory is, and whether it is in memory. */
export const emptyDir = z.union(
  [volumeSize, z.strictObject({ sizeLimit: volumeSize, medium: z.literal("Memory") } satisfies Fields<EmptyDir>)],
  'must be a quantity of bytes in Ki, Mi, Gi or Ti, such as "256Mi" (M and MB are decimal units and easily mistaken), or { sizeLimit: "16Mi", medium: "Memory" }',
);

/** A claim of storage. */
export const volumeClaim = z.strictObject({
  size: volumeSize,
  storageClass: dnsName.exactOptional(),
  accessMode: z.enum(["ReadWriteOnce", "ReadWriteMany", "ReadWriteOncePod"]).exactOptional(),
} satisfies Fields<VolumeClaim>);

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
      tolerationSeconds: z
        .int("must be a whole number of seconds")
        .max(86_400, "must be at most 86400 seconds, a day: leave it out for a pod that stays")
        .exactOptional(),
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
