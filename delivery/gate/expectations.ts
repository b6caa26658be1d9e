import type { Site } from "../../components/siteData.ts";
import type { VerifiedService } from "../../components/workload/index.ts";
import { at, isObject, type PlainObject } from "../../recorder/registeredResource.ts";
import { type ExpectedHost, type ExposedService, expectedHosts } from "./exposures.ts";

/** A Deployment as a commit renders it. */
export interface ExpectedDeployment {
  readonly namespace: string;
  readonly name: string;
  /** Container -> image with its digest; init containers, too. */
  readonly images: Readonly<Record<string, string>>;
  /** The fewest pods that it may have: its autoscaler's minimum, or what it states itself. */
  readonly fewest: number;
}

/** A StatefulSet or a DaemonSet as a commit renders it, such as a site's monitoring has. */
export interface ExpectedWorkload extends ExpectedDeployment {
  readonly kind: "StatefulSet" | "DaemonSet";
}

/** An autoscaler as a commit renders it. */
export interface ExpectedAutoscaler {
  readonly namespace: string;
  readonly name: string;
  readonly minReplicas: number;
  readonly maxReplicas: number;
}

/** What a site has to run, according to a commit. */
export interface Expectations {
  readonly deployments: readonly ExpectedDeployment[];
  readonly workloads: readonly ExpectedWorkload[];
  readonly autoscalers: readonly ExpectedAutoscaler[];
  /** The services that are exposed. */
  readonly hosts: readonly ExpectedHost[];
  /** The services that have tests of their own and run. */
  readonly verified: readonly TestedService[];
}

/** A service with whatever its tests need of it. */
export type TestedService = ExposedService & VerifiedService;

/**
 * What a site has to run.
 * @param manifests the objects that the program renders for the site
 * @param services the catalogue's services
 */
export function expectationsOf(
  manifests: readonly PlainObject[],
  services: readonly TestedService[],
  site: Pick<Site, "domains" | "exposure">,
): Expectations {
  const autoscalers = ofKind(manifests, "HorizontalPodAutoscaler").map((manifest): ExpectedAutoscaler => {
    const maxReplicas = numberAt(manifest, "maxReplicas") ?? 1;
    return { ...nameOf(manifest), minReplicas: numberAt(manifest, "minReplicas") ?? 1, maxReplicas };
  });
  const deployments = ofKind(manifests, "Deployment").map((manifest): ExpectedDeployment => {
    const { namespace, name } = nameOf(manifest);
    const scaler = autoscalers.find((each) => each.namespace === namespace && each.name === name);
    const fewest = numberAt(manifest, "replicas") ?? scaler?.minReplicas ?? 1;
    return { namespace, name, images: imagesOf(at(manifest, "spec", "template", "spec")), fewest };
  });
  const workloads = (["StatefulSet", "DaemonSet"] as const).flatMap((kind) =>
    ofKind(manifests, kind).map((manifest): ExpectedWorkload => {
      // How many nodes a DaemonSet has, only the cluster knows.
      const fewest = kind === "DaemonSet" ? 0 : (numberAt(manifest, "replicas") ?? 1);
      return { kind, ...nameOf(manifest), images: imagesOf(at(manifest, "spec", "template", "spec")), fewest };
    }),
  );
  const verified = services.filter(({ verification, paused }) => verification !== undefined && !paused);
  return { deployments, workloads, autoscalers, hosts: expectedHosts(services, site), verified };
}

/** The images of a pod's containers, by their names. */
export function imagesOf(podSpec: unknown): Record<string, string> {
  const containers = ["initContainers", "containers"].flatMap((field) => {
    const stated = at(podSpec, field);
    return Array.isArray(stated) ? stated.filter(isObject) : [];
  });
  return Object.fromEntries(containers.map(({ name, image }) => [String(name), String(image)]));
}

function ofKind(manifests: readonly PlainObject[], kind: string): readonly PlainObject[] {
  return manifests.filter((manifest) => manifest["kind"] === kind);
}

function nameOf(manifest: PlainObject): { namespace: string; name: string } {
  const [namespace, name] = [at(manifest, "metadata", "namespace"), at(manifest, "metadata", "name")];
  return { namespace: String(namespace), name: String(name) };
}

function numberAt(manifest: PlainObject, field: string): number | undefined {
  const value = at(manifest, "spec", field);
  return typeof value === "number" ? value : undefined;
}
