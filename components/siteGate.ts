/** How the gate reaches a site's entrance. */
export interface GateEntrance {
  /**
   * The IP addresses of the entrance, such as a load balancer's. The name of a public host may lead to the other site, so the
   * gate asks these, in the host's name; each of them has to answer.
   * @example [10.1.50.10]
   */
  readonly addresses: readonly string[];
  /**
   * TCP port at which it speaks TLS.
   * @default 443
   * @example 8443
   */
  readonly port?: number;
}

/** A Prometheus that the gate asks for alerts. */
export interface GatePrometheus {
  /**
   * Its URL, as whoever deploys reaches it.
   * @example https://prometheus.monitoring.tax.example
   */
  readonly url: string;
  /**
   * The user by which it is asked; the password is in the variable `PROMETHEUS_PASSWORD` of whoever deploys.
   * @default it asks for no password
   * @example gate
   */
  readonly username?: string;
  /**
   * The `severity` of alerts for which somebody is called at night.
   * @default page
   * @example critical
   */
  readonly severity?: string;
  /**
   * Name of an alert that always fires, by which the gate knows that rules are evaluated.
   * @default DeadMansSwitch with `monitoring` of kind `operator`, else Watchdog
   * @example Watchdog
   */
  readonly alwaysFiring?: string;
}

/** What the gate of a deployment needs to know of a site, where nothing else says it. */
export interface SiteGate {
  /**
   * Where the site's entrance is.
   * @default the addresses in `monitoring.entranceCidrs`; without any, where the hosts' names lead, which a site with a peer refuses for public hosts
   * @example { addresses: [10.1.50.10] }
   */
  readonly entrance?: GateEntrance;
  /**
   * Which Prometheus is asked whether an alert fires, or `none` where the site has none: then no alert is asked for.
   * @default the site's own with `monitoring` of kind `prometheus`; with kind `none` nobody is asked; a gate demands it of all other sites
   * @example { url: "https://prometheus.monitoring.tax.example", severity: critical }
   */
  readonly prometheus?: GatePrometheus | "none";
  /**
   * Certificates (PEM) of authorities that sign those of hosts and of this Prometheus, beside those that the machine trusts.
   * @default none
   * @example "-----BEGIN CERTIFICATE-----\n(lines of base64)\n-----END CERTIFICATE-----\n"
   */
  readonly caCertificate?: string;
}
