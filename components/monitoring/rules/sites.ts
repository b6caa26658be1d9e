import type { AlertDefinition, Alerts } from "./alert.ts";

const watchesPeer: NonNullable<AlertDefinition["applies"]> = (context) => context.watchesPeer;

/** What the other site's Prometheus says has its label; what this one says has none until it leaves the site. */
const here = 'datacenter=""';

/** Alerts of the two sites as a pair, and of what citizens see of each. */
export const siteAlerts = {
  HostDown: {
    severity: "page",
    kind: "symptom",
    for: "2m",
    identity: ["host"],
    expression: () => 'max by (host) (probe_success{job="hosts"}) == 0',
    summary: "{{ $labels.host }} does not answer",
    description:
      "For {for} a request through the site's own entrance fails: the controller, its certificate, or the services behind.",
    applies: ({ hosts }) => hosts.length > 0,
  },
  PeerEntranceDown: {
    severity: "page",
    kind: "symptom",
    for: "5m",
    identity: ["peer"],
    expression: () => 'max by (peer) (probe_success{job="peer-entrance"}) == 0',
    summary: "The entrance of {{ $labels.peer }} does not answer",
    description: "For {for}, seen from here: the site is down, or what leads there.",
    applies: watchesPeer,
  },
  // The site's own life sign, which leaves it: everybody who misses it knows that nothing here can complain any more.
  DeadMansSwitch: {
    severity: "info",
    kind: "cause",
    for: "0m",
    identity: [],
    expression: () => "vector(1)",
    summary: "The monitoring of this site is alive",
    description:
      "Fires always. Whoever gets it says so when it stops: then this site's Prometheus or Alertmanager is gone.",
  },
  // While the entrance is down as well, that alert says it.
  PeerMonitoringSilent: {
    severity: "page",
    kind: "symptom",
    for: "5m",
    identity: ["peer"],
    expression: ({ context: { peer } }) =>
      `label_replace(vector(1), "peer", "${peer}", "", "") unless on () ALERTS{alertname="DeadMansSwitch",alertstate="firing",datacenter="${peer}"} ` +
      'unless on () max(probe_success{job="peer-entrance"}) == 0',
    summary: "The monitoring of {{ $labels.peer }} is silent",
    description:
      "For {for} its dead man's switch is not seen, although its entrance answers: nobody there would hear of an alert.",
    applies: watchesPeer,
  },
  ReleasesDiffer: {
    severity: "ticket",
    kind: "cause",
    for: "1d",
    identity: ["namespace", "service"],
    expression: ({ context: { peer } }) =>
      `(max by (namespace, service, owner) (gemelos:service:release{${here}} unless on (namespace, service, release) gemelos:service:release{datacenter="${peer}"})) ` +
      `and on (namespace, service) gemelos:service:release{datacenter="${peer}"}`,
    summary: "{{ $labels.service }} in {{ $labels.namespace }} runs another release than in the other site",
    description:
      "For {for}, which is longer than a release is tried in one site: the promotion was forgotten, or has failed.",
    applies: watchesPeer,
  },
  SameAlertInBothSites: {
    severity: "page",
    kind: "symptom",
    for: "5m",
    identity: ["firing"],
    expression: ({ context: { peer } }) =>
      `label_replace(count by (alertname) (ALERTS{alertstate="firing",severity=~"page|ticket",alertname!="SameAlertInBothSites",${here}}) ` +
      `and on (alertname) ALERTS{alertstate="firing",severity=~"page|ticket",datacenter="${peer}"}, "firing", "$1", "alertname", "(.+)")`,
    summary: "{{ $labels.firing }} fires in both sites",
    description:
      "For {for}: the other site is no way out. What both have in common is the cause: a release, a backing service, the date.",
    applies: watchesPeer,
  },
} satisfies Alerts;
