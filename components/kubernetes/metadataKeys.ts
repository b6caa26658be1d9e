import { z } from "zod";

const keyRule =
  "must be a key as Kubernetes takes it: at most 63 letters, digits, - _ ., with a DNS name and / before it or not, such as example.org/team";
/** The key of a label or an annotation (apimachinery, `IsQualifiedName`). */
export const metadataKey = z
  .string(keyRule)
  .regex(
    /^((?=[^/]{1,253}\/)[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\/)?[A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?$/,
    keyRule,
  );

const valueRule = "must be a label's value: at most 63 letters, digits, - _ ., such as ssd";
/** The value of a label (apimachinery, `IsValidLabelValue`); it may be empty. */
export const labelValue = z
  .string("must be text in quotes")
  .regex(/^([A-Za-z0-9]([-_.A-Za-z0-9]{0,61}[A-Za-z0-9])?)?$/, valueRule);

/** Labels that select pods, at least one. */
export const podLabels = z
  .record(metadataKey, labelValue)
  .refine(
    (value) => Object.keys(value).length > 0,
    "must name at least one label: an empty selector would admit every pod",
  );
