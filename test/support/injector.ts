import type { Container, DeploymentManifest, JobManifest, PodSpec } from "../../components/kubernetes/manifests.ts";

const prefix = "vault.hashicorp.com/";

/**
 * The pod that the Vault Agent Injector makes of a Deployment's or a Job's, in what quotas and Pod Security look at: the containers
 * that its annotations ask for, with the injector's own security context.
 */
export function injected(workload: DeploymentManifest | JobManifest): PodSpec {
  const { metadata, spec } = workload.spec?.template ?? {};
  if (spec === undefined) throw new Error(`${workload.kind} ${workload.metadata.name} has no pod`);
  const stated = (name: string) => metadata?.annotations?.[`${prefix}${name}`];
  if (stated("agent-inject") !== "true") return spec;
  const [service] = spec.containers;
  const user = service?.securityContext?.runAsUser;
  if (stated("agent-run-as-same-user") === "true" && (user === undefined || user === 0)) {
    throw new Error("the injector refuses the pod: the first container states no user, or root");
  }
  if (!spec.volumes?.some(({ name }) => name === stated("agent-service-account-token-volume-name"))) {
    throw new Error("the injector refuses the pod: it has no volume with the account's token");
  }
  const text = (name: string) => stated(name) ?? "";
  const agent = (name: string): Container => ({
    name,
    image: "hashicorp/vault",
    resources: {
      requests: {
        cpu: text("agent-requests-cpu"),
        memory: text("agent-requests-mem"),
        "ephemeral-storage": text("agent-requests-ephemeral"),
      },
      limits: {
        cpu: text("agent-limits-cpu"),
        memory: text("agent-limits-mem"),
        "ephemeral-storage": text("agent-limits-ephemeral"),
      },
    },
    securityContext: {
      ...(user === undefined ? {} : { runAsUser: user }),
      runAsGroup: 1000,
      runAsNonRoot: true,
      readOnlyRootFilesystem: true,
      allowPrivilegeEscalation: false,
      capabilities: { drop: ["ALL"] },
    },
  });
  return {
    ...spec,
    initContainers: [...(spec.initContainers ?? []), agent("vault-agent-init")],
    containers: [...spec.containers, ...(stated("agent-pre-populate-only") === "true" ? [] : [agent("vault-agent")])],
  };
}
