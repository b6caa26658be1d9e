import { stringify } from "yaml";

/** A cluster and how its administrator reaches it. */
export interface KubeconfigEntry {
  /** Name of the context, the cluster and the user. */
  readonly context: string;
  /** `https://127.0.0.1:6443` */
  readonly server: string;
  /** PEM. */
  readonly caCertificate: string;
  readonly token: string;
}

/** A kubeconfig with a context for each entry; without a current one whoever uses it says which site is meant. */
export function formatKubeconfig(entries: readonly KubeconfigEntry[], currentContext?: string): string {
  return stringify({
    apiVersion: "v1",
    kind: "Config",
    ...(currentContext === undefined ? {} : { "current-context": currentContext }),
    clusters: entries.map(({ context, server, caCertificate }) => ({
      name: context,
      cluster: { server, "certificate-authority-data": Buffer.from(caCertificate).toString("base64") },
    })),
    users: entries.map(({ context, token }) => ({ name: context, user: { token } })),
    contexts: entries.map(({ context }) => ({ name: context, context: { cluster: context, user: context } })),
  });
}
