/** What a cluster needs before the first service: namespaces with quota and limits, closed networks, priority classes. */
export { certificateManifest } from "./certificate.ts";
export { limitRangeManifest } from "./limitRange.ts";
export { namespaceManifest } from "./namespace.ts";
export { allowDnsManifest, defaultDenyManifest } from "./networkPolicy.ts";
export { type Prerequisite, prerequisitesOf } from "./prerequisites.ts";
export { priorityClasses } from "./priorityClass.ts";
export { resourceQuotaManifest } from "./resourceQuota.ts";
