import {
  certificateFolder,
  type IssuedKey,
  type ResolvedMicroservice,
  type StoredSecret,
  secretsPath,
} from "../description/index.ts";
import type { Container, PodSpec, Volume, VolumeMount } from "../kubernetes/index.ts";
import type { MicroserviceVault } from "../siteData.ts";
import { authorityFile } from "./externalSecrets.ts";
import { loginNames } from "./login.ts";
import { valueField, vaultAudience, vaultMounts } from "./mounts.ts";
import { issueParameters, pkiRole } from "./pki.ts";

/** Resources of one Vault Agent container. They count in the namespace's quota. */
const agentResources = {
  requests: { cpu: "50m", memory: "64Mi", "ephemeral-storage": "16Mi" },
  limits: { cpu: "250m", memory: "128Mi", "ephemeral-storage": "64Mi" },
} as const;

/** Directory in the pod with the certificate of Vault's certificate authority. */
const authorityPath = "/etc/vault-ca";
const tokenVolume = "vault-token";

/** Prefix of the annotations that the injector reads. */
const prefix = "vault.hashicorp.com/";

/**
 * The pod annotations that make the injector add Vault Agent
 * (https://developer.hashicorp.com/vault/docs/deploy/kubernetes/injector/annotations).
 * @param domain the domain of the cluster's names
 */
export function agentAnnotations(
  service: ResolvedMicroservice,
  vault: MicroserviceVault,
  domain: string,
): Record<string, string> {
  const { requests, limits } = agentResources;
  const { stored, issued, agent } = service.secrets;
  const settings = {
    "agent-inject": "true",
    service: vault.address,
    role: loginNames.services,
    "auth-path": `auth/${vault.authMount}`,
    "ca-cert": `${authorityPath}/${authorityFile}`,
    // The agent gets the mounts of the service's container, which include the certificate of Vault's authority.
    "agent-copy-volume-mounts": service.name,
    "agent-service-account-token-volume-name": tokenVolume,
    "agent-run-as-same-user": "true",
    "agent-pre-populate-only": String(agent === "init"),
    "agent-requests-cpu": requests.cpu,
    "agent-requests-mem": requests.memory,
    "agent-requests-ephemeral": requests["ephemeral-storage"],
    "agent-limits-cpu": limits.cpu,
    "agent-limits-mem": limits.memory,
    "agent-limits-ephemeral": limits["ephemeral-storage"],
    "secret-volume-path": secretsPath,
    ...Object.assign({}, ...stored.map(valueFile)),
    ...Object.assign({}, ...issued.map((key) => keyFiles(service, key, domain))),
  };
  return Object.fromEntries(Object.entries<string>(settings).map(([name, value]) => [`${prefix}${name}`, value]));
}

/**
 * Adds to a pod the agent containers that its annotations ask for, as the injector does: with their names and resources,
 * which quotas count. A transform may have changed the annotations.
 */
export function withAgent(
  pod: PodSpec,
  metadata: { readonly annotations?: Record<string, string> | undefined } = {},
): PodSpec {
  const stated = (name: string) => metadata.annotations?.[`${prefix}${name}`];
  if (stated("agent-inject") !== "true") return pod;
  const amounts = (of: "requests" | "limits"): Record<string, string> => {
    const named = { cpu: `agent-${of}-cpu`, memory: `agent-${of}-mem`, "ephemeral-storage": `agent-${of}-ephemeral` };
    return Object.fromEntries(
      Object.entries(named).flatMap(([resource, name]) => {
        const amount = stated(name);
        return amount === undefined ? [] : [[resource, amount]];
      }),
    );
  };
  const resources = { requests: amounts("requests"), limits: amounts("limits") };
  const agent = (name: string): Container => ({ name, resources });
  return {
    ...pod,
    initContainers: [...(pod.initContainers ?? []), agent("vault-agent-init")],
    containers: [...pod.containers, ...(stated("agent-pre-populate-only") === "true" ? [] : [agent("vault-agent")])],
  };
}

/** The volumes that the agent needs: a token that only Vault accepts, and the certificate of Vault's authority. */
export function agentVolumes(authority: string): Volume[] {
  return [
    {
      name: tokenVolume,
      projected: {
        sources: [{ serviceAccountToken: { audience: vaultAudience, expirationSeconds: 3600, path: "token" } }],
      },
    },
    { name: "vault-ca", configMap: { name: authority } },
  ];
}

/** The mount in the service's container that the agent copies. */
export const agentMount: VolumeMount = { name: "vault-ca", mountPath: authorityPath, readOnly: true };

/** The annotations of a stored value: one file of the configuration tree, with nothing but the value in it. */
function valueFile({ key, path }: StoredSecret): Record<string, string> {
  const place = `${vaultMounts.services}/data/${path}`;
  return {
    [`agent-inject-secret-${key}`]: place,
    [`agent-inject-file-${key}`]: key,
    [`agent-inject-perms-${key}`]: "0400",
    [`agent-inject-template-${key}`]: `{{- with secret "${place}" -}}{{ .Data.data.${valueField} }}{{- end -}}`,
  };
}

/**
 * The annotations of an issued key. A key and its certificate come from one answer of Vault, so one template writes all
 * files. Its own file holds all three parts: the sidecar's `pkiCert` reads them there instead of requesting a second key.
 */
function keyFiles(service: ResolvedMicroservice, issued: IssuedKey, domain: string): Record<string, string> {
  const { key } = issued;
  const place = `${vaultMounts.pki}/issue/${pkiRole(issued)}`;
  const folder = certificateFolder(issued);
  const parameters = Object.entries(issueParameters(service, issued, domain)).map(
    ([name, value]) => `"${name}=${value}"`,
  );
  // 0600 and not 0400: a renewal writes into the existing file.
  const write = (file: string, flags = "") => `writeToFile "${folder}/${file}" "" "" "0600"${flags}`;
  return {
    [`agent-inject-secret-${key}`]: place,
    [`secret-volume-path-${key}`]: folder,
    [`agent-inject-file-${key}`]: "tls.pem",
    [`agent-inject-perms-${key}`]: "0400",
    [`agent-inject-template-${key}`]: [
      `{{- with pkiCert "${place}" ${parameters.join(" ")} -}}`,
      "{{ .Cert }}{{ .CA }}{{ .Key }}",
      `{{- .Key | ${write("tls.key")} -}}`,
      `{{- .CA | ${write(authorityFile)} -}}`,
      `{{- .Cert | ${write("tls.crt")} -}}`,
      `{{- .CA | ${write("tls.crt", ' "append"')} -}}`,
      "{{- end -}}",
    ].join("\n"),
  };
}
