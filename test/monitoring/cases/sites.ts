import type { siteAlerts } from "../../../components/monitoring/rules/sites.ts";
import type { Cases } from "./alertCase.ts";

const alive = { 'ALERTS{alertname="DeadMansSwitch",alertstate="firing",datacenter="dc2",severity="info"}': "1x60" };
const entrance =
  'probe_success{job="peer-entrance",peer="dc2",instance="https://prometheus.dc2.tax.example/-/healthy"}';
const [old, young] = ["a", "b"].map((letter) => `sha256:${letter.repeat(64)}`);

/** What runs here, and in the other site. */
function releases(here: string | undefined, there: string | undefined) {
  const pod = 'namespace="declarations",pod="receipts-1",container="receipts"';
  return {
    [`kube_pod_container_info{${pod},image_spec="registry.dc1.tax.example/receipts:2@${here}"}`]: "1x1600",
    [`gemelos:service:release{namespace="declarations",service="receipts",owner="o",release="${there}",datacenter="dc2"}`]:
      "1x1600",
  };
}

export const siteCases: Cases<typeof siteAlerts> = {
  HostDown: {
    fires: { 'probe_success{job="hosts",host="api.tax.example",instance="https://api.tax.example"}': "0x20" },
    at: "2m",
    labels: { host: "api.tax.example" },
    summary: "api.tax.example does not answer",
    silent: { 'probe_success{job="hosts",host="api.tax.example",instance="https://api.tax.example"}': "0 1 0 1 0 1" },
  },
  PeerEntranceDown: {
    fires: { [entrance]: "0x20" },
    at: "5m",
    labels: { peer: "dc2" },
    summary: "The entrance of dc2 does not answer",
    silent: { [entrance]: "1x20" },
  },
  DeadMansSwitch: {
    fires: {},
    at: "0m",
    labels: {},
    summary: "The monitoring of this site is alive",
    silent: "never",
  },
  PeerMonitoringSilent: {
    fires: { [entrance]: "1x20" },
    at: "5m",
    labels: { peer: "dc2" },
    summary: "The monitoring of dc2 is silent",
    silent: { ...alive, [entrance]: "1x20" },
  },
  ReleasesDiffer: {
    fires: releases(young, old),
    at: "1440m",
    labels: { namespace: "declarations", service: "receipts", owner: "team-receipts@tax.example" },
    summary: "receipts in declarations runs another release than in the other site",
    silent: releases(old, old),
  },
  SameAlertInBothSites: {
    fires: {
      'ALERTS{alertname="HostDown",alertstate="firing",severity="page",host="a"}': "1x20",
      'ALERTS{alertname="HostDown",alertstate="firing",severity="page",host="b",datacenter="dc2"}': "1x20",
    },
    at: "5m",
    labels: { firing: "HostDown" },
    summary: "HostDown fires in both sites",
    silent: {
      'ALERTS{alertname="HostDown",alertstate="firing",severity="page",host="a"}': "1x20",
      'ALERTS{alertname="HostDown",alertstate="pending",severity="page",host="b",datacenter="dc2"}': "1x20",
    },
  },
};
