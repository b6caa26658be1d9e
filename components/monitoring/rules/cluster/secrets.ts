import type { Alerts } from "../alert.ts";

/** Vault, what is copied from it, and the certificates that citizens see. */
export const secretAlerts = {
  VaultSealed: {
    severity: "page",
    kind: "symptom",
    for: "1m",
    identity: ["instance"],
    expression: () => "vault_core_unsealed == 0",
    summary: "The Vault {{ $labels.instance }} is sealed",
    description:
      "For {for}. What runs goes on; no pod that reads its secrets from files can start, and no certificate is renewed.",
  },
  VaultUnreachable: {
    severity: "page",
    kind: "symptom",
    for: "5m",
    identity: ["instance"],
    expression: () => 'up{job="vault"} == 0',
    summary: "The Vault {{ $labels.instance }} does not answer",
    description:
      "For {for}. What runs goes on; no pod that reads its secrets from files can start, and no certificate is renewed.",
  },
  ExternalSecretNotSynced: {
    severity: "ticket",
    kind: "cause",
    for: "15m",
    identity: ["namespace", "name"],
    expression: () =>
      'max by (namespace, name) (externalsecret_status_condition{condition="Ready",status="False"}) == 1',
    summary: "The Secret of the ExternalSecret {{ $labels.namespace }}/{{ $labels.name }} is not brought up to date",
    description:
      "For {for}. Pods go on with the old values. kubectl describe externalsecret says why: the value is not in Vault, or the login is refused.",
  },
  HostCertificateExpiring: {
    severity: "ticket",
    kind: "cause",
    for: "1h",
    threshold: { value: 1_209_600, unit: "seconds" },
    identity: ["host"],
    expression: ({ threshold }) =>
      `min by (host) (probe_ssl_earliest_cert_expiry{job="hosts"}) - time() < ${threshold}`,
    summary: "The certificate of {{ $labels.host }} expires in {{ $value | humanizeDuration }}",
    description: "Less than {threshold}, so it was not renewed when it should have been.",
    applies: ({ hosts }) => hosts.length > 0,
  },
  HostCertificateExpired: {
    severity: "page",
    kind: "symptom",
    for: "10m",
    threshold: { value: 172_800, unit: "seconds" },
    identity: ["host"],
    expression: ({ threshold }) =>
      `min by (host) (probe_ssl_earliest_cert_expiry{job="hosts"}) - time() < ${threshold}`,
    summary: "The certificate of {{ $labels.host }} is about to expire: {{ $value | humanizeDuration }} left",
    description: "Less than {threshold}. After that every browser and every client refuses the host.",
    applies: ({ hosts }) => hosts.length > 0,
  },
} satisfies Alerts;
