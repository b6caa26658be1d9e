import { type ResolvedMicroservice, resolveMicroservice } from "../../components/description/resolve.ts";
import type { Container, DeploymentManifest, PodSpec } from "../../components/kubernetes/manifests.ts";
import type { Microservice } from "../../components/microservice.ts";
import type { ExposureTls, MicroserviceSite, MicroserviceVault } from "../../components/siteData.ts";
import { deploymentManifest } from "../../components/workload/deployment.ts";
import { type MicroserviceManifests, microserviceManifests } from "../../components/workload/index.ts";

/** A release as a site states it. */
export const release = `1.4.2@sha256:${"0f".repeat(32)}`;

/** A site's Vault. The certificate is no real one, which no builder of manifests looks at. */
export const vault: MicroserviceVault = {
  address: "https://vault.dc1.tax.example:8200",
  authMount: "kubernetes-dc1",
  caCertificate: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
  cidrs: ["10.1.20.15/32"],
};

/** Certificates of hosts from Vault: those of citizens put by an operator, the others issued. */
export const tls: ExposureTls = { public: { source: "supplied" }, internal: { source: "issued" } };

/** A site with an Ingress controller, two backing services and a Vault. */
export const site: MicroserviceSite = {
  registry: "registry.dc1.tax.example:5000",
  domains: { public: "tax.example", internal: "dc1.tax.example" },
  exposure: {
    kind: "ingress",
    ingressClassName: "haproxy",
    implementation: "haproxy-ingress",
    tls,
    controller: { namespace: "ingress", podLabels: { "app.kubernetes.io/name": "haproxy-ingress" } },
  },
  backingServices: {
    "payment-gateway": { host: "gateway.acquirer.example", port: 443, cidrs: ["192.0.2.0/28"] },
    "receipts-database": { host: "db.dc1.tax.example", port: 5432, cidrs: ["10.1.30.10/32", "10.1.30.11/32"] },
  },
  vault,
};

/** The same site with a Gateway in the Ingress controller's place. */
export const gatewaySite: MicroserviceSite = {
  ...site,
  exposure: {
    kind: "gateway",
    gateway: { namespace: "gateways", name: "citizens", sectionName: "https" },
    tls,
    controller: site.exposure.controller,
  },
};

/**
 * The same site as Kubespray and Calico make it: a DNS cache on each node, a controller on the network of the workers, whose
 * packets come through tunnels, and a Prometheus outside the cluster.
 */
export const kubespraySite: MicroserviceSite = {
  ...site,
  exposure: { ...site.exposure, controller: { nodeRoles: ["worker"] } },
  monitoring: { cidrs: ["10.1.50.7/32"] },
  network: { tunnelCidrs: ["10.233.70.0/32", "10.233.71.64/32"], dns: { cacheAddresses: ["169.254.25.10"] } },
  nodes: [
    { address: "10.1.10.11", role: "control-plane" },
    { address: "10.1.10.21", role: "worker" },
    { address: "10.1.10.22", role: "worker" },
  ],
};

/** A second container that keeps every protection of a pod. */
export function sidecar(resources: NonNullable<Container["resources"]>): Container {
  return {
    name: "proxy",
    image: `${site.registry}/proxy:${release}`,
    securityContext: {
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ["ALL"] },
    },
    resources,
  };
}

/** A description with nothing but the required fields, and what a test says on top. */
export function microservice(stated: Partial<Microservice> = {}): Microservice {
  return {
    name: "receipts",
    namespace: "declarations",
    description: "Issues receipts",
    owner: "team-receipts@tax.example",
    resources: { requests: { cpu: "500m", memory: "2Gi" } },
    ...stated,
  };
}

/** {@link microservice} with its defaults filled in. */
export function resolved(stated: Partial<Microservice> = {}): ResolvedMicroservice {
  return resolveMicroservice(microservice(stated));
}

/** The Deployment of a description, with a ConfigMap mounted. */
export function deploymentOf(service: Microservice, where: MicroserviceSite = site): DeploymentManifest {
  return deploymentManifest(resolveMicroservice(service), {
    site: where,
    release,
    configMapName: "receipts-config-0123456789",
    vaultAuthority: "receipts-vault-ca-0123456789",
  });
}

/** Every object of a description as it is registered: transforms are applied. */
export function manifestsOf(service: Microservice, where: MicroserviceSite = site): MicroserviceManifests {
  return microserviceManifests({ service: resolveMicroservice(service), site: where, release });
}

/** The pod that a Deployment makes. Throws where there is none. */
export function podOf(deployment: DeploymentManifest): PodSpec {
  const pod = deployment.spec?.template.spec;
  if (pod === undefined) throw new Error(`Deployment ${deployment.metadata.name} has no pod`);
  return pod;
}

/** The only container of a Deployment's pod. Throws where there is none, or several. */
export function containerOf(deployment: DeploymentManifest): Container {
  const [only, ...others] = podOf(deployment).containers;
  if (only === undefined || others.length > 0)
    throw new Error(`Deployment ${deployment.metadata.name}: not one container`);
  return only;
}

/** The environment of a Deployment's container: name -> value, or where the value comes from. */
export function environmentOf(deployment: DeploymentManifest): Record<string, unknown> {
  const variables = containerOf(deployment).env ?? [];
  return Object.fromEntries(variables.map(({ name, value, valueFrom }) => [name, value ?? valueFrom]));
}
