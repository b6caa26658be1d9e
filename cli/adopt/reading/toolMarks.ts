/** Keys of labels and annotations that a tool writes for itself, by the tool that reads them. */
const marks: readonly (readonly [tool: string, keys: RegExp])[] = [
  ["Helm", /^(meta\.helm\.sh|helm\.sh)\/|^(chart|heritage|rollme)$/],
  ["kubectl", /^kubectl\.kubernetes\.io\/|^kubernetes\.io\/change-cause$/],
  [
    "the cluster",
    /^(deployment|autoscaling\.alpha)\.kubernetes\.io\/|^(pod-template-hash|controller-revision-hash|pod-template-generation)$/,
  ],
  ["Kustomize", /^((internal\.)?config|kustomize\.config)\.(kubernetes|k8s)\.io\//],
  ["Skaffold", /^skaffold\.dev(\/|$)/],
  ["Argo CD", /^(argocd|notifications|notified|argocd-image-updater)(\.notifications)?\.argoproj\.io\//],
  ["Flux", /^([a-z]+\.toolkit\.)?fluxcd\.io\//],
  ["Kompose", /^kompose\.|^io\.kompose\./],
  ["Rancher", /^([a-z.]+\.)?cattle\.io\//],
  ["OpenShift", /^([a-z.]+\.)?openshift\.io\//],
  [
    "the Maven or Gradle plugin that made the manifests",
    /^(app\.dekorate\.io|dekorate\.io|app\.quarkus\.io|([a-z]+\.)?fabric8\.io|jkube(\.eclipse\.org|\.io))\/|^fabric8\./,
  ],
  ["GitLab", /^app\.gitlab\.com\//],
  ["Pulumi", /^pulumi\.com\//],
  ["Cloud Code", /^run\.googleapis\.com\/|^cloud\.googleapis\.com\/location$/],
];

/** Helm's way to restart pods when a mounted ConfigMap or Secret changes. */
const checksum = /^checksum\//;

/**
 * Why a label or annotation has no use without the tool that wrote it, as what replaces it; undefined where it may mean
 * something to the service or the cluster.
 */
export function toolMark(key: string): string | undefined {
  if (checksum.test(key)) return "the ConfigMap's name, which changes with its content, and Reloader for Secrets";
  const tool = marks.find(([, keys]) => keys.test(key))?.[0];
  return tool === undefined ? undefined : `nothing: only ${tool} reads it`;
}
