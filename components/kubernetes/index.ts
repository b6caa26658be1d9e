/** What every builder of manifests shares: manifest types, quantities, labels, ConfigMaps, transforms, pod resources. */
export { configMapLimit, configMapManifest, configMapName, contentHash } from "./configMap.ts";
export { commonLabels, selectorLabels, siteLabels } from "./labels.ts";
export type * from "./manifests.ts";
export { noPod, podPeer } from "./networkPolicyPeer.ts";
export { withPatchForce } from "./patchForce.ts";
export * from "./podResources.ts";
export {
  canonicalQuantity,
  compareQuantities,
  formatBytes,
  formatCpu,
  mebibytes,
  parseQuantity,
  quantity,
} from "./quantity.ts";
export { applyTransform, type Transform } from "./transform.ts";
export {
  byteQuantity,
  cpuQuantity,
  diagnosticsOf,
  dnsLabel,
  dnsName,
  type Fields,
  line,
  port,
  release,
} from "./validators.ts";
