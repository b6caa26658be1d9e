/** What every builder of manifests shares: manifest types, quantities, labels, ConfigMaps, transforms, pod resources. */
export { type CidrEntry, cidrOf, cidrProblem, hostCidr, joinedCidrs, overlap } from "./cidr.ts";
export { cidr, cidrEntry, explainedCidr, narrower, sharedCidr } from "./cidrEntry.ts";
export { configMapLimit, configMapManifest, configMapName, contentHash } from "./configMap.ts";
export { duration, durationSeconds } from "./duration.ts";
export { commonLabels, selectorLabels, siteLabels } from "./labels.ts";
export { locale, parseLocale } from "./locale.ts";
export type * from "./manifests.ts";
export { labelValue, metadataKey, podLabels } from "./metadataKeys.ts";
export { noPod, podPeer } from "./networkPolicyPeer.ts";
export { withPatchForce } from "./patchForce.ts";
export { canonicalText, entriesAt, fieldAt, listAt } from "./plainField.ts";
export { containersOf, probes, template as podTemplate } from "./podPlaces.ts";
export { networkAnnotation } from "./podReachProtections.ts";
export * from "./podResources.ts";
export type { Check, Gap } from "./protection.ts";
export type { ContentProtection, Protection } from "./protections.ts";
export {
  canonicalQuantity,
  compareQuantities,
  formatBytes,
  formatCpu,
  mebibytes,
  parseQuantity,
  quantity,
} from "./quantity.ts";
export { reasonAnnotations } from "./reasonAnnotations.ts";
export { hostSecretName, isSecretOf, siteSecret } from "./secretOwner.ts";
export { timeZone, timeZoneProblem } from "./timeZone.ts";
export {
  type ApplyTransform,
  collectingTransforms,
  type ExplainedTransform,
  type StatedTransform,
  type Transform,
} from "./transform.ts";
export {
  byteQuantity,
  cpuQuantity,
  diagnosticsOf,
  dnsLabel,
  dnsName,
  type Fields,
  isReason,
  line,
  port,
  reason,
  release,
} from "./validators.ts";
export { escapeReferences, orderVariables, referencesIn, replaceReferences } from "./variableReferences.ts";
