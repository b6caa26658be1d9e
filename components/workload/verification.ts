import type { ResolvedMicroservice } from "../description/index.ts";
import {
  commonLabels,
  contentHash,
  hostCidr,
  type JobManifest,
  type NetworkPolicyManifest,
  type NetworkPolicyPeer,
  noPod,
  type PodSpec,
  selectorLabels,
} from "../kubernetes/index.ts";
import { pullSecretName } from "../vault/index.ts";

/** What is taken of a service to run its tests. */
export type VerifiedService = Pick<
  ResolvedMicroservice,
  "name" | "namespace" | "image" | "resources" | "priority" | "securityContext" | "nodeSelector" | "tolerations"
> &
  Pick<ResolvedMicroservice, "verification">;

/** Where a service's tests find it in a site. */
export interface VerificationTarget {
  readonly registry: string;
  /** `tag@sha256:digest` of the service. */
  readonly release: string;
  /** The exposed host, and the URL below which the service is. */
  readonly host: string;
  readonly url: string;
  /** IP addresses of the site's entrance; none where its name leads there. */
  readonly addresses: readonly string[];
  readonly port: number;
  /** The entrance's own pods or nodes: what a load balancer of the cluster is asked goes there at once. */
  readonly controllers: readonly NetworkPolicyPeer[];
  /** The authority (PEM) of the host's certificate where only the site knows it. */
  readonly authority: string | undefined;
}

/** The Job of a service's tests, and the network rules of its pod. */
export interface VerificationManifests {
  readonly job: JobManifest;
  readonly networkPolicy: NetworkPolicyManifest;
}

/** Name of the container that runs the tests. */
export const verificationContainer = "verification";

/** Room for what tests write, in `/tmp`, their home; and with it for their log. */
const [home, storage] = ["512Mi", "768Mi"];

/** The name that the Job's pod, its network rules and its labels share: `receipts-verify`. */
export function verificationName({ name }: Pick<ResolvedMicroservice, "name">): string {
  return `${name}-verify`;
}

/**
 * The Job that runs a service's own tests against the site's entrance; undefined where it has none. Its pod is locked down as the
 * service's are, has none of its secrets, and reaches the entrance alone. Another release, or other tests, are another Job.
 */
export function verificationManifests(
  service: VerifiedService,
  target: VerificationTarget,
): VerificationManifests | undefined {
  const { verification, namespace } = service;
  if (verification === undefined) return undefined;
  const name = verificationName(service);
  const labels = commonLabels(name, namespace);
  const template = {
    metadata: { labels },
    spec: { ...verificationPod(service, verification, target.registry, target) },
  };
  const hash = contentHash({ release: target.release, template: JSON.stringify(template) });
  return {
    job: {
      apiVersion: "batch/v1",
      kind: "Job",
      metadata: { name: `${name}-${hash}`, namespace, labels },
      spec: {
        activeDeadlineSeconds: verification.seconds,
        // Tests that fail once have failed.
        backoffLimit: 0,
        // A node that is drained is nobody's failure.
        podFailurePolicy: {
          rules: [{ action: "Ignore", onPodConditions: [{ type: "DisruptionTarget", status: "True" }] }],
        },
        template,
      },
    },
    networkPolicy: {
      apiVersion: "networking.k8s.io/v1",
      kind: "NetworkPolicy",
      metadata: { name, namespace, labels },
      spec: {
        podSelector: { matchLabels: selectorLabels(name) },
        policyTypes: ["Ingress", "Egress"],
        ingress: [{ from: [noPod] }],
        egress: egress(target),
      },
    },
  };
}

/** The pod of a service's tests. Without a target it asks for the same resources. */
export function verificationPod(
  { image, resources, priority, securityContext, nodeSelector, tolerations }: VerifiedService,
  verification: NonNullable<ResolvedMicroservice["verification"]>,
  registry: string,
  target?: VerificationTarget,
): PodSpec {
  const { repository, release } = verification.image ?? { repository: image, release: target?.release ?? "" };
  const [address] = target?.addresses ?? [];
  return {
    restartPolicy: "Never",
    automountServiceAccountToken: false,
    enableServiceLinks: false,
    imagePullSecrets: [{ name: pullSecretName }],
    priorityClassName: priority,
    terminationGracePeriodSeconds: 10,
    securityContext: { runAsNonRoot: true, ...securityContext, seccompProfile: { type: "RuntimeDefault" } },
    ...(Object.keys(nodeSelector).length === 0 ? {} : { nodeSelector: { ...nodeSelector } }),
    ...(tolerations.length === 0 ? {} : { tolerations: tolerations.map((toleration) => ({ ...toleration })) }),
    // The name of a public host may lead to the other site.
    ...(address === undefined || target === undefined
      ? {}
      : { hostAliases: [{ ip: address, hostnames: [target.host] }] }),
    containers: [
      {
        name: verificationContainer,
        image: `${registry}/${repository}:${release}`,
        imagePullPolicy: "IfNotPresent",
        command: [...verification.command],
        env: [
          { name: "HOME", value: "/tmp" },
          { name: "BASE_URL", value: target?.url ?? "" },
          ...(target?.authority === undefined ? [] : [{ name: "ENTRANCE_CA_CERTIFICATE", value: target.authority }]),
        ],
        resources: {
          requests: { ...resources.requests, "ephemeral-storage": storage },
          limits: { memory: resources.limits.memory, "ephemeral-storage": storage },
        },
        securityContext: {
          allowPrivilegeEscalation: false,
          readOnlyRootFilesystem: true,
          capabilities: { drop: ["ALL"] },
        },
        volumeMounts: [{ name: "tmp", mountPath: "/tmp" }],
      },
    ],
    volumes: [{ name: "tmp", emptyDir: { sizeLimit: home } }],
  };
}

function egress({ addresses, port, controllers }: VerificationTarget) {
  const blocks = addresses.map((address) => ({ ipBlock: { cidr: hostCidr(address) } }));
  return [
    ...(blocks.length === 0 ? [] : [{ to: blocks, ports: [{ protocol: "TCP", port }] }]),
    ...(controllers.length === 0 ? [] : [{ to: [...controllers] }]),
  ];
}
