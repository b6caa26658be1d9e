import { networkAnnotation } from "../kubernetes/index.ts";

/** Keys of a pod's labels and annotations that are not a description's to choose: whose they are, and what to do. */
const podKeys: readonly (readonly [keys: RegExp, why: string])[] = [
  [/^app\.kubernetes\.io\//, "is set by the component, whose selectors are made of it; leave it out"],
  [/^pod-template-hash$/, "is set by Kubernetes; leave it out"],
  [/^prometheus\.io\//, "follows from metrics and ports; change those"],
  [/^gemelos\.dev\//, "is where the program notes reasons; leave it out"],
  [/^reloader\.stakater\.com\//, "follows from secrets; leave it out"],
  [/^vault\.(hashicorp\.com|security\.banzaicloud\.io)\//, "follows from secrets and secretDelivery; change those"],
  [/^pod-security\.kubernetes\.io\//, "belongs to a namespace; leave it out"],
  [
    /^(container\.apparmor|(container\.)?seccomp)\.security\.(alpha|beta)\.kubernetes\.io\b/,
    "changes the kernel's protections; a transform with its reason can",
  ],
  [networkAnnotation, "changes the pod's network beside its network rules; a transform with its reason can"],
];

/** Labels that name a node or a place of one site. */
const nodeKeys = /^(kubernetes\.io\/hostname|(topology|failure-domain\.beta)\.kubernetes\.io\/.*)$/;

/** Why a description may not set this label or annotation of its pods; undefined where it may. */
export function reservedPodKey(key: string): string | undefined {
  return podKeys.find(([keys]) => keys.test(key))?.[1];
}

/** Why a description may not choose nodes by this label; undefined where it may. */
export function reservedNodeKey(key: string): string | undefined {
  return nodeKeys.test(key)
    ? "names a node or a zone of one site, and a description holds for every site; choose a label of your own that nodes of each site carry"
    : undefined;
}
