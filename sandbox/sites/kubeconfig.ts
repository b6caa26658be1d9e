import { stringify } from "yaml";

/** A cluster with its administrator's credentials. */
export interface KubeconfigEntry {
  /** Name of the context, the cluster and the user. */
  readonly context: string;
  /** API server URL: `https://127.0.0.1:6443`. */
  readonly server: string;
  /** PEM certificate of the CA that signed the API server's certificate. */
  readonly caCertificate: string;
  readonly token: string;
}

/** A kubeconfig with one context per entry. Without a current context, every user has to name the site explicitly. */
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
