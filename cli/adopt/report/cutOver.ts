import { visibleLine } from "../../../command/visibleText.ts";
import { compareText } from "../../../components/diagnostic.ts";
import { serviceHost } from "../../../components/vault/index.ts";

/** A service that is taken in, as far as bringing it live depends on it. */
export interface CutOverService {
  readonly name: string;
  /** Namespace of the description: where the new pods run. */
  readonly namespace: string;
  /** Namespace of the original Deployment; undefined where its manifests state none. */
  readonly from: string | undefined;
  /** Name of the original Deployment. */
  readonly deployment: string;
  /** Replicas that bring the original back; 0 for one that is switched off. */
  readonly replicas: number;
  /** What a smoke test asks of the new Service; undefined where nobody calls it or it has no check by HTTP. */
  readonly check: { readonly port: number; readonly path: string; readonly scheme: "http" | "https" } | undefined;
  /** The original objects by which it is reached from outside. */
  readonly entrances: readonly Entrance[];
  /** Originals that nobody else needs, as `kubectl delete` names them: `deployment/receipts`. */
  readonly objects: readonly string[];
  /** Workloads of the input that call it and are not taken in: `CronJob shop/statements`. */
  readonly callersLeft: readonly string[];
}

/** An original object that leads to a service from outside. */
export interface Entrance {
  /** `portal.tax.example/api` */
  readonly urls: readonly string[];
  /** `ingress/portal`, or `httproute/portal`. */
  readonly object: string;
  /**
   * JSON patch (RFC 6902) that takes out of it what leads to services of the run; undefined where nothing else is in it.
   */
  readonly patch: string | undefined;
}

/** One step of the plan. */
export interface CutOverStep {
  readonly title: string;
  /** What it does, what to look at, and how to go back. */
  readonly text: readonly string[];
  /** Commands for a shell, a line each. */
  readonly commands: readonly string[];
}

/** What of a site the plan names. */
export interface CutOverSite {
  readonly name: string;
  /** Context of the operator's kubeconfig. */
  readonly context: string;
  /** Whether the entrance refuses a second object of the same host and path, as the webhook of ingress-nginx does. */
  readonly refusesSecondEntrance: boolean;
}

/**
 * How services that were taken in come live: side by side with the originals, in the order in which no request is lost. A
 * service that keeps its namespace cannot run beside its original: the plan says why, and what to do.
 */
export function cutOver(services: readonly CutOverService[], sites: readonly CutOverSite[]): CutOverStep[] {
  const inPlace = services.filter(({ namespace, from }) => namespace === from);
  const beside = services.filter(({ namespace, from }) => namespace !== from);
  return [...(inPlace.length === 0 ? [] : [keepsItsPlace(inPlace)]), ...sideBySide(beside, sites)];
}

function keepsItsPlace(services: readonly CutOverService[]): CutOverStep {
  const places = Map.groupBy(services, ({ from }) => from ?? "");
  return {
    title: "Not side by side",
    text: [
      ...[...places].map(([namespace, group]) => `${namespace}: ${group.map(({ name }) => name).join(", ")}`),
      "These keep their namespace, so the program would change the running objects of the same names. Kubernetes refuses that: spec.selector of a Deployment is immutable, and the new one selects app.kubernetes.io/name.",
      "Take them in again with --namespace and a name that does not exist yet, and they run beside the originals. In place costs an outage: delete the originals, then deploy.",
    ],
    commands: [],
  };
}

function sideBySide(services: readonly CutOverService[], sites: readonly CutOverSite[]): CutOverStep[] {
  if (services.length === 0) return [];
  const [site] = sites;
  const others = sites.slice(1).map(({ name, context }) => `${name} (CONTEXT=${context})`);
  const refusing = sites.filter(({ refusesSecondEntrance }) => refusesSecondEntrance).map(({ name }) => name);
  const running = services.filter(({ replicas }) => replicas > 0);
  const left = services.filter(({ callersLeft }) => callersLeft.length > 0);
  const exposed = services.filter(({ entrances }) => entrances.length > 0);
  const steps: (CutOverStep | undefined)[] = [
    {
      title: "Deploy beside what runs",
      text: [
        "Fill in what is open above, then merge. The new pods start in a namespace of their own; all requests still go to the old ones.",
        "From now on consumers of queues and scheduled work run twice, the old and the new; both are the same release, on the same database. Where that hurts, state paused: true until the old ones have stopped.",
        ...(exposed.length > 0 && refusing.length > 0
          ? [
              `The webhook of ingress-nginx (${refusing.join(", ")}) refuses a second Ingress of the same host and path: leave exposure out of the descriptions until the entrance is switched.`,
            ]
          : []),
        ...(others.length > 0 ? [`One site after the other: then the same for ${others.join(", ")}.`] : []),
        "Back: remove the services from the catalogue and deploy again.",
      ],
      commands: [
        `CONTEXT=${site?.context ?? ""}`,
        ...oldNamespaces(services),
        "npm run check && npm run render && npm run parity",
        `npm run deploy -- --site ${site?.name ?? ""}`,
      ],
    },
    {
      title: "Smoke test",
      text: [
        "A rollout is complete when each readiness check passes. Ask the pods yourself, one at a time, before anybody is led to them.",
      ],
      commands: [
        ...[...Map.groupBy(services, ({ namespace }) => namespace)].map(
          ([namespace, group]) =>
            `for NAME in ${group.map(({ name }) => name).join(" ")}; do ${kubectl(namespace)} rollout status "deployment/$NAME" --timeout 10m; done`,
        ),
        ...(exposed.length > 0 ? exposed : services.slice(0, 1)).flatMap(({ name, namespace, check }) =>
          check === undefined
            ? []
            : [
                `${kubectl(namespace)} port-forward deployment/${name} 18080:${check.port} # ${check.scheme}://127.0.0.1:18080${check.path}`,
              ],
        ),
      ],
    },
    exposed.length === 0
      ? undefined
      : {
          title: "Switch the entrance",
          text: [
            refusing.length > 0
              ? "State exposure again, remove the old entrance, and deploy at once; between the two, requests are refused."
              : "The old entrance goes before the new one as long as both are there, since the oldest wins. Without it the new one answers.",
            "Look: the host answers, and the new pods log requests. Back: apply the old manifest again, and remove exposure.",
            ...exposed.map(({ name, entrances }) => `${entrances.flatMap(({ urls }) => urls).join(", ")}: ${name}`),
          ],
          commands: [
            ...new Set(
              exposed.flatMap(({ entrances, from }) =>
                entrances.map(({ object, patch }) =>
                  patch === undefined
                    ? `${kubectl(from)} delete ${object}`
                    : `${kubectl(from)} patch ${object} --type json --patch '${patch}'`,
                ),
              ),
            ),
            ...(refusing.length > 0 ? [`npm run deploy -- --site ${site?.name ?? ""}`] : []),
          ],
        },
    left.length === 0
      ? undefined
      : {
          title: "Lead the other callers over",
          text: [
            "These are not taken in and call the old Services, and the new ones let in nobody but services of the catalogue. Take them in too, or let them in by transforms.networkPolicy and give them the new address.",
            ...left.map(
              ({ name, namespace, callersLeft }) => `${callersLeft.join(", ")}: ${serviceHost({ name, namespace })}`,
            ),
          ],
          commands: [],
        },
    {
      title: "Stop the old pods",
      text: [
        "Without replicas an original is off and can be back within a minute. Leave it so for a day.",
        ...[...Map.groupBy(running, ({ from, replicas }) => `${kubectl(from)} scale --replicas=${replicas}`)].map(
          ([command, group]) => `Back: ${command} ${deployments(group)}`,
        ),
      ],
      commands: [...Map.groupBy(running, ({ from }) => from)].map(
        ([from, group]) => `${kubectl(from)} scale --replicas=0 ${deployments(group)}`,
      ),
    },
    {
      title: "Remove the old objects",
      text: ["What others still need, and what was left where it is, is not among them."],
      commands: [...Map.groupBy(services, ({ from }) => from)].map(
        ([from, group]) =>
          `${kubectl(from)} delete --ignore-not-found ${[...new Set(group.flatMap(({ objects }) => objects))].sort(compareText).join(" ")}`,
      ),
    },
  ];
  return steps.filter((step) => step !== undefined).filter(({ text, commands }) => text.length + commands.length > 1);
}

/** Where the manifests name no namespace, the person says it once. */
function kubectl(namespace: string | undefined): string {
  return `kubectl --context "$CONTEXT" --namespace ${namespace ?? '"$OLD_NAMESPACE"'}`;
}

function deployments(services: readonly CutOverService[]): string {
  return services.map(({ deployment }) => `deployment/${deployment}`).join(" ");
}

function oldNamespaces(services: readonly CutOverService[]): string[] {
  return services.some(({ from }) => from === undefined)
    ? ["OLD_NAMESPACE=default # where the originals run: their manifests do not say it"]
    : [];
}

/** The plan as text for a terminal. */
export function formatCutOver(steps: readonly CutOverStep[]): string {
  if (steps.length === 0) return "";
  const lines = steps.flatMap(({ title, text, commands }, index) => [
    `  ${index + 1}. ${title}`,
    ...text.map((line) => `     ${line}`),
    ...commands.map((line) => `       ${line}`),
  ]);
  return ["Cut-over (docs/adopt.md says why in this order)", ...lines, ""].map(visibleLine).join("\n");
}
