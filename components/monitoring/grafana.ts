import { clusterDomain, fullServiceName, type ResolvedMicroservice } from "../description/index.ts";
import type { DashboardFile } from "./dashboards/index.ts";
import { accountManifest, partServiceManifest } from "./objects.ts";
import { partPorts, secretKeys } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";
import { httpProbe, partTemplate } from "./pod.ts";
import { prometheusUser } from "./scrapeJobs.ts";
import { configurationText, type PartObjects, partConfig, partDeployment, partResources } from "./workloads.ts";

/** The user of Grafana's image. */
const user = 472;

/**
 * Grafana, provisioned with data sources and dashboards: whatever it needs comes from here, so it keeps nothing, and a change
 * by hand lasts as long as its pod.
 */
export function grafanaObjects(
  plan: MonitoringPlan,
  service: ResolvedMicroservice,
  dashboards: readonly DashboardFile[],
  host: string,
): PartObjects {
  const provisioning = partConfig(service, "provisioning", {
    "datasources.yaml": configurationText({ apiVersion: 1, datasources: dataSources(plan) }),
    "dashboards.yaml": configurationText({
      apiVersion: 1,
      providers: [
        {
          ...{ name: "gemelos", type: "file", allowUiUpdates: false, disableDeletion: true },
          options: { path: "/etc/grafana/dashboards" },
        },
      ],
    }),
  });
  const files = dashboards.map(({ file, json }) =>
    partConfig(service, `dashboard-${file.replace(/\.json$/, "")}`, { [file]: json }),
  );
  const authority = partConfig(service, "authority", { "ca.crt": plan.vault.caCertificate });
  const items = (...keys: string[]) => keys.map((key) => ({ key, path: key }));
  const { prometheusPassword, peerPassword, grafanaPassword } = secretKeys;
  const peerKeys = plan.monitoring.peer === undefined ? [] : [peerPassword];
  const template = partTemplate(
    service,
    {
      user,
      args: [],
      env: Object.entries({
        GF_SERVER_ROOT_URL: `https://${host}/`,
        GF_SECURITY_ADMIN_PASSWORD__FILE: `/etc/grafana/secrets/${grafanaPassword}`,
        GF_SECURITY_COOKIE_SECURE: "true",
        GF_SECURITY_DISABLE_GRAVATAR: "true",
        GF_USERS_ALLOW_SIGN_UP: "false",
        // Nothing asks for anything outside the site.
        GF_ANALYTICS_REPORTING_ENABLED: "false",
        GF_ANALYTICS_CHECK_FOR_UPDATES: "false",
        GF_ANALYTICS_CHECK_FOR_PLUGIN_UPDATES: "false",
        GF_NEWS_NEWS_FEED_ENABLED: "false",
        GF_PLUGINS_PREINSTALL_DISABLED: "true",
        GF_PATHS_DATA: "/var/lib/grafana",
        GF_LOG_MODE: "console",
        SSL_CERT_DIR: "/etc/ssl/certs:/etc/grafana/authority",
      }).map(([name, value]) => ({ name, value })),
      mounts: [
        {
          volume: {
            ...provisioning.volume,
            configMap: { ...provisioning.volume.configMap, items: items("datasources.yaml") },
            name: "datasources",
          },
          mountPath: "/etc/grafana/provisioning/datasources",
        },
        {
          volume: {
            ...provisioning.volume,
            configMap: { ...provisioning.volume.configMap, items: items("dashboards.yaml") },
            name: "providers",
          },
          mountPath: "/etc/grafana/provisioning/dashboards",
        },
        {
          volume: {
            name: "dashboards",
            projected: { sources: files.map(({ object }) => ({ configMap: { name: object.manifest.metadata.name } })) },
          },
          mountPath: "/etc/grafana/dashboards",
        },
        { volume: authority.volume, mountPath: "/etc/grafana/authority" },
        {
          volume: { name: "secrets", secret: { secretName: `${service.name}-secrets` } },
          mountPath: "/etc/grafana/secrets",
        },
        {
          volume: {
            name: "prometheus",
            secret: { secretName: "prometheus-secrets", items: items(prometheusPassword, ...peerKeys) },
          },
          mountPath: "/etc/grafana/prometheus",
        },
      ],
      writable: { "/var/lib/grafana": "512Mi", "/tmp": "64Mi" },
      readiness: httpProbe("/api/health"),
      liveness: httpProbe("/api/health", { initialDelaySeconds: 60, periodSeconds: 30, failureThreshold: 6 }),
    },
    plan,
  );
  return {
    resources: partResources(template.spec, 1),
    objects: [
      { name: "grafana-account", manifest: accountManifest(service) },
      provisioning.object,
      authority.object,
      ...files.map(({ object }) => object),
      { name: "grafana-service", manifest: partServiceManifest(service) },
      { name: "grafana", manifest: partDeployment(service, 1, template) },
    ],
  };
}

/** A source for each site's Prometheus; its name and `uid` are the site's name, by which dashboards choose. */
function dataSources(plan: MonitoringPlan) {
  const { context, monitoring } = plan;
  const source = (site: string, url: string, key: string, isDefault: boolean) => ({
    ...{ name: site, uid: site, type: "prometheus", access: "proxy", url, isDefault, editable: false },
    ...{ basicAuth: true, basicAuthUser: prometheusUser },
    jsonData: { httpMethod: "POST", timeInterval: "30s", prometheusType: "Prometheus" },
    // Grafana reads the file.
    secureJsonData: { basicAuthPassword: `$__file{/etc/grafana/prometheus/${key}}` },
  });
  const own = fullServiceName({ name: "prometheus", namespace: "monitoring" }, clusterDomain(plan));
  return [
    source(context.site, `http://${own}:${partPorts.prometheus}`, secretKeys.prometheusPassword, true),
    ...(monitoring.peer === undefined
      ? []
      : [source(context.peer, monitoring.peer.url, secretKeys.peerPassword, false)]),
  ];
}
