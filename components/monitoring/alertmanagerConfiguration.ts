import { compareText } from "../diagnostic.ts";
import { secretKeys } from "./parts.ts";
import type { MonitoringPlan } from "./plan.ts";

/** A route of Alertmanager. Names are Alertmanager's. */
interface Route {
  readonly receiver: string;
  readonly matchers?: readonly string[];
  readonly continue?: boolean;
  readonly routes?: readonly Route[];
  readonly group_by?: readonly string[];
  readonly group_wait?: string;
  readonly group_interval?: string;
  readonly repeat_interval?: string;
}

interface Receiver {
  readonly name: string;
  readonly email_configs?: readonly { readonly to: string; readonly send_resolved: boolean }[];
  readonly webhook_configs?: readonly { readonly url_file: string; readonly send_resolved: boolean }[];
}

interface InhibitRule {
  readonly source_matchers: readonly string[];
  readonly target_matchers: readonly string[];
  readonly equal: readonly string[];
}

/** `alertmanager.yml`, in the fields that are used here. Names are Alertmanager's. */
export interface AlertmanagerConfiguration {
  readonly global: Readonly<Record<string, string | boolean>>;
  readonly route: Route;
  readonly receivers: readonly Receiver[];
  readonly inhibit_rules: readonly InhibitRule[];
}

/** Where a secret of Alertmanager is in its pods. */
function secretPath(key: string): string {
  return `/etc/alertmanager/secrets/${key}`;
}

const address = /^[^@\s]+@[^@\s]+$/;

/**
 * The configuration of a site's Alertmanager. A service's alerts go to its owner, all others to the site's contact. What pages
 * goes to the webhook as well, or alone where there is no e-mail. `info` is for dashboards and for the other site, which
 * watches the dead man's switch, and goes to nobody.
 */
export function alertmanagerConfiguration({
  context,
  monitoring,
  backingServices,
}: MonitoringPlan): AlertmanagerConfiguration {
  const { email, webhook } = monitoring.receivers;
  const mail = email === undefined ? undefined : backingServices[email.backingService];
  const owners = [...new Set(context.services.map(({ owner }) => owner))]
    .filter((owner) => address.test(owner))
    .sort(compareText);
  const recipients = email === undefined ? [] : owners.filter((owner) => owner !== context.contact);
  return {
    global: {
      resolve_timeout: "5m",
      ...(email === undefined || mail === undefined
        ? {}
        : {
            smtp_smarthost: `${mail.host}:${mail.port}`,
            smtp_from: email.from,
            smtp_require_tls: true,
            ...(email.username === undefined
              ? {}
              : { smtp_auth_username: email.username, smtp_auth_password_file: secretPath(secretKeys.smtpPassword) }),
          }),
    },
    route: {
      receiver: "contact",
      group_by: ["alertname", "namespace", "service", "node"],
      ...{ group_wait: "30s", group_interval: "5m", repeat_interval: "4h" },
      routes: [
        { receiver: "nobody", matchers: ['severity="info"'] },
        ...(email !== undefined && webhook !== undefined
          ? [{ receiver: "on-call", matchers: ['severity="page"'], continue: true }]
          : []),
        ...recipients.map((owner) => ({ receiver: owner, matchers: [`owner=${JSON.stringify(owner)}`] })),
        // An alert that another route has taken comes to the root's receiver no more.
        { receiver: "contact" },
      ],
    },
    receivers: [
      { name: "contact", ...(email === undefined ? hook : mailTo(context.contact)) },
      { name: "nobody" },
      ...(email !== undefined && webhook !== undefined ? [{ name: "on-call", ...hook }] : []),
      ...recipients.map((owner) => ({ name: owner, ...mailTo(owner) })),
    ],
    inhibit_rules: inhibitRules,
  };
}

const hook = { webhook_configs: [{ url_file: secretPath(secretKeys.webhookUrl), send_resolved: true }] };

function mailTo(recipient: string): Pick<Receiver, "email_configs"> {
  return { email_configs: [{ to: recipient, send_resolved: true }] };
}

/** What says nothing new while something else fires. An alert never silences itself. */
const inhibitRules: readonly InhibitRule[] = [
  // A node that is gone takes its pods, its sensors and its targets along.
  {
    source_matchers: ['alertname="NodeNotReady"'],
    target_matchers: ['area=~"nodes|workloads"', 'alertname!="NodeNotReady"'],
    equal: ["node"],
  },
  // A site whose API server fails, or none of whose nodes is scraped, is down: its services are what follows.
  {
    source_matchers: ['alertname=~"ApiServerFailing|EtcdWithoutLeader"'],
    target_matchers: ['area=~"workloads|services"'],
    equal: ["datacenter"],
  },
  {
    source_matchers: ['alertname="TargetsAllMissing"'],
    target_matchers: ['alertname="TargetsMissing"'],
    equal: ["job"],
  },
  // Of the other site's being down, the entrance's alert says all that can be known from here; of its Prometheus' being down, that
  // it is silent.
  ...[
    { source: "PeerEntranceDown", target: "PeerMonitoringSilent|TargetsAllMissing|TargetsMissing" },
    { source: "PeerMonitoringSilent", target: "TargetsAllMissing|TargetsMissing" },
  ].map(({ source, target }) => ({
    source_matchers: [`alertname="${source}"`],
    target_matchers: [`alertname=~"${target}"`, 'job=~"|peer|peer-entrance"'],
    equal: ["datacenter"],
  })),
  ...[
    ["NodeFilesystemFull", "NodeFilesystemAlmostFull"],
    ["NodeFilesystemFillingIn4Hours", "NodeFilesystemFillingIn24Hours"],
    ["NodeFileDescriptorsGone", "NodeFileDescriptorsAlmostGone"],
    ["AvailabilityBudgetBurningFast", "AvailabilityBudgetBurningSlowly"],
    ["LatencyBudgetBurningFast", "LatencyBudgetBurningSlowly"],
    ["VolumeFull", "VolumeFillingUp"],
    ["HostCertificateExpired", "HostCertificateExpiring"],
    ["NoReplicaAvailable", "ReplicasMissing"],
  ].map(([severe = "", mild = ""]) => ({
    source_matchers: [`alertname="${severe}"`],
    target_matchers: [`alertname="${mild}"`],
    equal: ["node", "device", "mountpoint", "namespace", "service", "persistentvolumeclaim", "host", "deployment"],
  })),
];
