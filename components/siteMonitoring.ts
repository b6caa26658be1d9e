import type { CidrEntry } from "./kubernetes/index.ts";
import type { SourcePods, TrafficSource } from "./trafficSource.ts";

/** What a site changes of one alert: nothing of it fires, or it does at another number or after another time. */
export type AlertSetting =
  | "off"
  | {
      /**
       * The number in place of the alert's own, in the alert's unit: the page of the alert says which.
       * @default the alert's own
       * @example 0.9
       */
      readonly threshold?: number;
      /**
       * How long the condition holds before the alert fires, as a duration of Prometheus: `30m`.
       * @default the alert's own
       * @example 30m
       */
      readonly for?: string;
    };

/** What the alerts of a site take from its data. */
export interface SiteAlerts {
  /**
   * URL of the folder with a page for each alert, as people open it; an alert links to `<runbooks>/<its name>.md`.
   * @example https://git.tax.example/gemelos/docs/runbooks
   */
  readonly runbooks: string;
  /**
   * Name of an alert -> what the site changes of it.
   * @default every alert as it is
   * @example { NodeClockSkewed: off }
   */
  readonly alerts?: Readonly<Record<string, AlertSetting>>;
}

/** A part of the control plane whose metrics are scraped at the addresses of the control plane's nodes. */
export type ControlPlanePart = "etcd" | "kube-scheduler" | "kube-controller-manager";

/** Where alerts go. */
export interface MonitoringReceivers {
  /**
   * By e-mail: those of a service to its owner, all others to the site's contact, who also gets those of a service whose
   * owner is no e-mail address.
   * @default no e-mail
   */
  readonly email?: {
    /**
     * Name of the backing service that takes mail.
     * @example mail-relay
     */
    readonly backingService: string;
    /**
     * The sender's address.
     * @example alerts@tax.example
     */
    readonly from: string;
    /**
     * The user at the mail server; the password comes from Vault.
     * @default the server asks for no password
     * @example alerts
     */
    readonly username?: string;
  };
  /**
   * To a webhook (Alertmanager's JSON, version 4), such as that of who is on call. The whole URL comes from Vault, since it
   * is mostly a secret.
   * @default no webhook
   */
  readonly webhook?: {
    /**
     * Name of the backing service behind the URL.
     * @example alert-webhook
     */
    readonly backingService: string;
  };
}

/** The other site's Prometheus, behind that site's entrance. Watched from here; alerts compare with what it says. */
export interface PeerPrometheus {
  /**
   * URL: `https://prometheus.dc2.tax.example`.
   * @example https://prometheus.dc2.tax.example
   */
  readonly url: string;
  /**
   * IPv4 or IPv6 CIDRs behind the URL.
   * @example [10.2.10.5/32]
   */
  readonly cidrs: readonly CidrEntry[];
}

/** All parts of monitoring are made in the site. */
export interface PrometheusMonitoring extends SiteAlerts {
  /** Who watches the site. */
  readonly kind: "prometheus";
  /**
   * Days for which Prometheus keeps what it has scraped.
   * @default 32: an error budget is of 30 days
   * @example 60
   */
  readonly retentionDays?: number;
  /**
   * The StorageClass of the volumes of Prometheus and Alertmanager.
   * @default the site's storageClass
   * @example local-nvme
   */
  readonly storageClass?: string;
  /** Where alerts go; at least one. */
  readonly receivers: MonitoringReceivers;
  /**
   * The other site's Prometheus.
   * @default nobody here notices when the other site is silent
   */
  readonly peer?: PeerPrometheus;
  /**
   * CIDRs to which the names of exposed hosts lead where they are outside the cluster, such as a load balancer's. The probes
   * of these hosts go there.
   * @default the exposure's controller itself
   * @example [10.1.10.100/32]
   */
  readonly entranceCidrs?: readonly CidrEntry[];
  /**
   * Whether kubelets' certificates are of the cluster's authority (`serverTLSBootstrap: true`) or each its own, which nobody
   * can verify.
   * @default "cluster"
   */
  readonly kubeletCertificates?: "cluster" | "self-signed";
  /**
   * Whether the metrics API, which autoscalers read, is served by a metrics-server that is made here.
   * @default true; false where the cluster brings one
   * @example false
   */
  readonly metricsServer?: boolean;
  /**
   * The pods of the External Secrets Operator, behind whose Service `external-secrets-metrics` its metrics are.
   * @default they are not scraped, and nobody notices that a secret is not brought up to date
   * @example { namespace: "external-secrets", podLabels: { "app.kubernetes.io/name": "external-secrets" } }
   */
  readonly externalSecrets?: SourcePods;
  /**
   * The parts of the control plane that let their metrics be scraped at their nodes' addresses.
   * @default all
   * @example [etcd]
   */
  readonly controlPlane?: readonly ControlPlanePart[];
}

/**
 * A prometheus-operator runs in the cluster, with its own node-exporter and kube-state-metrics: what it reads is made. Its
 * Prometheus is known by its pods, and in their namespace the objects are.
 */
export interface OperatorMonitoring extends SiteAlerts, SourcePods {
  /** Who watches the site. */
  readonly kind: "operator";
  /**
   * Labels by which the operator's Prometheus selects PodMonitors, Probes and PrometheusRules.
   * @default none
   * @example { release: kube-prometheus-stack }
   */
  readonly selectorLabels?: Readonly<Record<string, string>>;
  /**
   * Labels by which Grafana's sidecar finds the ConfigMaps with dashboards.
   * @default grafana_dashboard: "1"
   * @example { grafana_dashboard: "1" }
   */
  readonly dashboardLabels?: Readonly<Record<string, string>>;
  /**
   * Host and port of a blackbox exporter that probes the exposed hosts: `blackbox-exporter.monitoring.svc:9115`.
   * @default no Probe is made
   * @example blackbox-exporter.monitoring.svc:9115
   */
  readonly prober?: string;
}

/** Others watch the site; services let their scrapers in. */
export type ExternalMonitoring = TrafficSource & {
  /**
   * Who watches the site.
   * @default "external"
   */
  readonly kind?: "external";
};

/** Nobody watches the site, and no scraper is let in. */
export interface NoMonitoring {
  /** Who watches the site. */
  readonly kind: "none";
}

/** What watches a site. */
export type SiteMonitoring = PrometheusMonitoring | OperatorMonitoring | ExternalMonitoring | NoMonitoring;
