import type { ResolvedMicroservice } from "../description/index.ts";
import { blackboxConfiguration } from "./blackboxConfiguration.ts";
import { accountManifest, partBudgetManifest, partServiceManifest } from "./objects.ts";
import type { MonitoringPlan } from "./plan.ts";
import { httpProbe, partTemplate } from "./pod.ts";
import { configurationText, type PartObjects, partConfig, partDeployment, partResources } from "./workloads.ts";

const user = 65_534;
const replicas = 2;

/** The blackbox exporter, which asks hosts as a citizen does. */
export function blackboxExporterObjects(plan: MonitoringPlan, service: ResolvedMicroservice): PartObjects {
  const config = partConfig(service, "config", { "blackbox.yml": configurationText(blackboxConfiguration()) });
  const authority = partConfig(service, "authority", { "ca.crt": plan.vault.caCertificate });
  const template = partTemplate(
    service,
    {
      user,
      args: ["--config.file=/etc/blackbox-exporter/config/blackbox.yml"],
      // Hosts' certificates are of authorities that the image trusts, or of the site's own.
      env: [{ name: "SSL_CERT_DIR", value: "/etc/ssl/certs:/etc/blackbox-exporter/authority" }],
      mounts: [
        { volume: config.volume, mountPath: "/etc/blackbox-exporter/config" },
        { volume: authority.volume, mountPath: "/etc/blackbox-exporter/authority" },
      ],
      readiness: httpProbe("/-/healthy"),
      liveness: httpProbe("/-/healthy", { periodSeconds: 30 }),
    },
    plan,
  );
  return {
    resources: partResources(template.spec, replicas),
    objects: [
      { name: "blackbox-exporter-account", manifest: accountManifest(service) },
      config.object,
      authority.object,
      { name: "blackbox-exporter-service", manifest: partServiceManifest(service) },
      { name: "blackbox-exporter-budget", manifest: partBudgetManifest(service) },
      { name: "blackbox-exporter", manifest: partDeployment(service, replicas, template) },
    ],
  };
}
