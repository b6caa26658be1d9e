import { clusterDomain, type ResolvedMicroservice } from "../description/index.ts";
import { alertmanagerConfiguration } from "./alertmanagerConfiguration.ts";
import { accountManifest, partBudgetManifest, partServiceManifest } from "./objects.ts";
import { partPorts } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";
import { httpProbe, partTemplate } from "./pod.ts";
import { withoutVolume } from "./prometheus.ts";
import { configurationText, type PartObjects, partConfig, partResources, partStatefulSet } from "./workloads.ts";

const user = 65_534;

/** Room for silences and for what has been sent. */
const volumeSize = "1Gi";

/** Alertmanager: three replicas that share silences and what they have sent. */
export function alertmanagerObjects(plan: MonitoringPlan, service: ResolvedMicroservice): PartObjects {
  const { name, namespace } = service;
  const replicas = plan.replicas.alertmanager;
  const config = partConfig(service, "config", {
    "alertmanager.yml": configurationText(alertmanagerConfiguration(plan)),
  });
  const domain = clusterDomain(plan);
  const cluster = partPorts.alertmanagerCluster;
  const secrets = service.secrets.stored.length === 0 ? [] : [`${name}-secrets`];
  const template = partTemplate(
    service,
    {
      user,
      args: [
        "--config.file=/etc/alertmanager/config/alertmanager.yml",
        "--storage.path=/alertmanager",
        `--cluster.listen-address=0.0.0.0:${cluster}`,
        `--cluster.advertise-address=$(POD_IP):${cluster}`,
        ...Array.from(
          { length: replicas },
          (_, index) => `--cluster.peer=${name}-${index}.${name}-replicas.${namespace}.svc.${domain}:${cluster}`,
        ),
      ],
      env: [{ name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } }],
      ports: [
        { name: "cluster-tcp", containerPort: cluster, protocol: "TCP" },
        { name: "cluster-udp", containerPort: cluster, protocol: "UDP" },
      ],
      mounts: [
        { volume: config.volume, mountPath: "/etc/alertmanager/config" },
        ...secrets.map((secretName) => ({
          volume: { name: "secrets", secret: { secretName } },
          mountPath: "/etc/alertmanager/secrets",
        })),
        { volume: { name: "data" }, mountPath: "/alertmanager", readOnly: false },
      ],
      readiness: httpProbe("/-/ready"),
      liveness: httpProbe("/-/healthy", { periodSeconds: 30 }),
    },
    plan,
  );
  return {
    resources: partResources(template.spec, replicas, volumeSize),
    objects: [
      { name: "alertmanager-account", manifest: accountManifest(service) },
      config.object,
      { name: "alertmanager-service", manifest: partServiceManifest(service) },
      { name: "alertmanager-replicas", manifest: partServiceManifest(service, true) },
      { name: "alertmanager-budget", manifest: partBudgetManifest(service) },
      {
        name: "alertmanager",
        manifest: partStatefulSet(
          service,
          replicas,
          withoutVolume(template, "data"),
          { name: "data", size: volumeSize },
          plan,
        ),
      },
    ],
  };
}
