import { hostLabel, hostnameLabel, zoneLabel } from "../../../components/workload/index.ts";
import type { Leaves } from "./differences.ts";
import { letThrough, newlyClosed } from "./networkText.ts";
import {
  acrossSites,
  line,
  now,
  type Question,
  type Subject,
  shownAt,
  step,
  stepOf,
  text,
  touches,
} from "./subject.ts";

/** What an autoscaler does: `2 to 4 replicas at 75 % CPU`. */
function scalingText(leaves: Leaves): string {
  const spec = "HorizontalPodAutoscaler.spec.";
  if (!leaves.has(`${spec}maxReplicas`)) return "none";
  const cpu = leaves.get(`${spec}metrics[cpu].containerResource.target.averageUtilization`)?.value;
  const [fewest, most] = [shownAt(leaves, `${spec}minReplicas`), shownAt(leaves, `${spec}maxReplicas`)];
  const replicas = fewest === most ? `always ${most}` : `${fewest} to ${most} replicas`;
  return cpu === undefined ? replicas : `${replicas} at ${text(cpu)} % CPU`;
}

/** Whether there may be more replicas than before. */
function isScaledUp({ effects }: Question): boolean {
  const most = "HorizontalPodAutoscaler.spec.maxReplicas";
  const earlier = Number(effects.before.get(most)?.value ?? effects.before.get("Deployment.spec.replicas")?.value);
  return effects.after.some((leaves) => Number(leaves.get(most)?.value ?? 0) > earlier);
}

function paceText(leaves: Leaves): string {
  const behavior = "HorizontalPodAutoscaler.spec.behavior.";
  const wait = (way: string, otherwise: number) =>
    text(leaves.get(`${behavior}${way}.stabilizationWindowSeconds`)?.value ?? otherwise);
  // Where nothing is stated, the controller goes up at once and down after five minutes.
  return `up after ${wait("scaleUp", 0)} s, down after ${wait("scaleDown", 300)} s`;
}

function budgetText(leaves: Leaves): string {
  const found = ["minAvailable", "maxUnavailable"].find((field) => leaves.has(`PodDisruptionBudget.spec.${field}`));
  return found === undefined ? "none" : `${found} ${shownAt(leaves, `PodDisruptionBudget.spec.${found}`)}`;
}

function networkSteps({ comparison }: Question): string[] {
  const closed = newlyClosed(comparison);
  return (["Ingress", "Egress"] as const).flatMap((direction) => {
    const policies = comparison.sites.map(({ objects }) => objects["NetworkPolicy"]);
    const through = policies.map((policy) => letThrough(policy, direction));
    const [label, always] = direction === "Ingress" ? (["in", []] as const) : (["out", ["DNS"]] as const);
    const later = acrossSites(
      { comparison },
      through.map((peers) => [...always, ...peers].join(", ") || "nobody"),
    );
    return [`${label}: ${closed.includes(direction) ? "everybody" : "as its NetworkPolicies say"} -> ${later}`];
  });
}

function portsOf(leaves: Leaves): string {
  const ports = [...leaves.keys()].flatMap((key) => /^Service\.spec\.ports\[(.*?)\]\.port$/.exec(key)?.[1] ?? []);
  return ports.length === 0 ? "none" : `port ${ports.join(", ")}`;
}

function exposureSteps(question: Question): string[] {
  const place = (leaves: Leaves, kind: string, host: string, path: string) =>
    leaves.has(`${kind}.${host}`)
      ? `${kind} ${shownAt(leaves, `${kind}.${host}`)}${shownAt(leaves, `${kind}.${path}`)}`
      : "none";
  const exposed = (leaves: Leaves) => {
    const ingress = place(leaves, "Ingress", "spec.rules[0].host", "spec.rules[0].http.paths[0].path");
    return ingress === "none"
      ? place(leaves, "HTTPRoute", "spec.hostnames[0]", "spec.rules[0].matches[0].path.value")
      : ingress;
  };
  return [
    ...stepOf("exposed", exposed(question.effects.before), now(question, exposed)),
    ...step(question, "TLS with the Secret", "Ingress.spec.tls[0].secretName"),
    ...step(question, "class", "Ingress.spec.ingressClassName", "the cluster's default"),
  ];
}

/** Whose labels and annotations are among the differences: `app.kubernetes.io/*`. */
function ownersOf({ differences }: Question): string {
  const names = differences.flatMap(
    ({ key }) => /\.(?:labels|annotations|matchLabels|selector(?!\.matchLabels))\.(.*)$/.exec(key)?.[1] ?? [],
  );
  return [...new Set(names.map((name) => name.replace(/\/.*/, "/*")))].join(", ");
}

const harmless = {
  outcome: "breaks nothing by itself, but what selects the old names, labels or classes finds them no more",
  remedy: "rollout, spread, priority; transforms for the rest",
};

/** What is said of a whole service, before its pods. */
export const serviceSubjects: readonly Subject[] = [
  {
    name: "network",
    matches: /^NetworkPolicy\.spec\./,
    tell: (question) => ({
      what: line(networkSteps(question)),
      outcome: "every other connection is refused: callers, databases, brokers, other services",
      remedy: "calls (of the callers too), backingServices, exposure; transforms.networkPolicy",
    }),
  },
  {
    name: "namespace",
    matches: /^Deployment\.metadata\.namespace$/,
    tell: (question) => ({
      what: `the one in which kubectl put it -> ${now(question, (leaves) => shownAt(leaves, "Deployment.metadata.namespace"))}`,
      outcome: "names without a namespace mean the new one, and Secrets stay in the old one",
      remedy: "--namespace NAME",
    }),
  },
];

/** What is said of a service after its pods; what can hardly harm is last. */
export const objectSubjects: readonly Subject[] = [
  {
    name: "replicas",
    matches:
      /^(HorizontalPodAutoscaler|PodDisruptionBudget)\.spec\.(?!selector|scaleTargetRef)|^Deployment\.spec\.replicas$/,
    tell: (question) => ({
      what: line([
        ...stepOf("autoscaler", scalingText(question.effects.before), now(question, scalingText)),
        ...(touches(question, "HorizontalPodAutoscaler.spec.behavior")
          ? stepOf("pace", paceText(question.effects.before), now(question, paceText))
          : []),
        ...stepOf("disruption budget", budgetText(question.effects.before), now(question, budgetText)),
        ...step(question, "broken replicas may go", "PodDisruptionBudget.spec.unhealthyPodEvictionPolicy"),
        ...step(question, "Deployment", "Deployment.spec.replicas"),
      ]),
      outcome: isScaledUp(question)
        ? "more replicas than before open more connections, and run scheduled work more than once"
        : "a change of load is answered at another pace, and a drained node waits for the budget",
      remedy: "autoscaling; transforms.horizontalPodAutoscaler and transforms.podDisruptionBudget",
    }),
  },
  {
    name: "Service",
    matches: /^Service\.spec\.(?!selector)/,
    tell: (question) => ({
      what: line([
        ...stepOf("ports", portsOf(question.effects.before), now(question, portsOf)),
        ...step(question, "type", "Service.spec.type"),
      ]),
      outcome: "who calls another name or port finds nobody",
      remedy: "ports.http; transforms.service",
    }),
  },
  {
    name: "exposure",
    matches: /^(Ingress|HTTPRoute)\.spec\./,
    tell: (question) => ({
      what: line(exposureSteps(question)),
      outcome:
        "without that Secret clients are shown the controller's own certificate; many controllers redirect plain HTTP",
      remedy: "exposure.tls of the site says where its certificate comes from; transforms.ingress",
    }),
  },
  {
    name: "rollout",
    matches: /^Deployment\.spec\.(strategy|minReadySeconds|revisionHistoryLimit|progressDeadlineSeconds)/,
    tell: (question) => ({
      what: line([
        ...step(question, "maxUnavailable", "Deployment.spec.strategy.rollingUpdate.maxUnavailable"),
        ...step(question, "maxSurge", "Deployment.spec.strategy.rollingUpdate.maxSurge"),
        ...step(question, "strategy", "Deployment.spec.strategy.type"),
        ...step(question, "minReadySeconds", "Deployment.spec.minReadySeconds"),
        ...step(question, "progressDeadlineSeconds", "Deployment.spec.progressDeadlineSeconds"),
        ...step(question, "revisionHistoryLimit", "Deployment.spec.revisionHistoryLimit"),
      ]),
      ...harmless,
    }),
  },
  {
    name: "placing",
    matches: /^pod\.(topologySpreadConstraints|priorityClassName)/,
    tell: (question) => {
      const over = (label: string) => `pod.topologySpreadConstraints[${label}]`;
      const spread = (what: string, label: string, absent?: string) =>
        step(question, `spread over ${what}`, `${over(label)}.whenUnsatisfiable`, absent);
      return {
        what: line([
          ...spread("zones", zoneLabel),
          ...spread("hosts", hostLabel),
          ...spread("nodes", hostnameLabel, "the scheduler's default"),
          ...step(question, "counted by", `${over(hostnameLabel)}.matchLabelKeys[0]`),
          ...step(question, "priorityClassName", "pod.priorityClassName", "the cluster's default"),
        ]),
        ...harmless,
      };
    },
  },
  {
    name: "image",
    matches: /^container\.imagePull|^(pod|ServiceAccount)\.imagePullSecrets/,
    tell: (question) => ({
      what: line([
        ...step(question, "imagePullPolicy", "container.imagePullPolicy"),
        ...(touches(question, "pod.imagePullSecrets") || touches(question, "ServiceAccount.imagePullSecrets")
          ? ["pull secret registry, which the program makes"]
          : []),
      ]),
      ...harmless,
    }),
  },
  {
    name: "names and labels",
    matches:
      /\.(apiVersion|kind)$|\.metadata\.(name|namespace|labels|annotations)|\.(selector|scaleTargetRef)\.|^container\.(ports\[|terminationMessagePolicy)|\.immutable$/,
    tell: (question) => ({
      what:
        line([
          ...(ownersOf(question) === "" ? [] : [`labels and annotations ${ownersOf(question)}`]),
          ...step(question, "terminationMessagePolicy", "container.terminationMessagePolicy"),
          ...(touches(question, "container.ports[") ? [`ports ${now(question, portNames)}`] : []),
        ]) || "the objects' own kinds and names",
      ...harmless,
    }),
  },
];

function portNames(leaves: Leaves): string {
  return [...leaves.values()]
    .flatMap(({ key, value }) => {
      const number = /^container\.ports\[(.*?)\]\.name$/.exec(key)?.[1];
      return number === undefined ? [] : [`${text(value)} ${number}`];
    })
    .join(", ");
}
