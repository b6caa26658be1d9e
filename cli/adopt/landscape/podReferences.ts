import { listAt } from "../../../components/kubernetes/index.ts";
import { at, isObject, type PlainObject } from "../../../recorder/registeredResource.ts";

/** The keys of a ConfigMap or Secret that a pod reads; every one where it takes the whole. */
export type KeysRead = "all" | ReadonlySet<string>;

/** An object that a pod names, in its own namespace. */
export interface PodReference {
  readonly kind: "ConfigMap" | "Secret" | "ServiceAccount" | "PersistentVolumeClaim";
  readonly name: string;
  readonly keys: KeysRead;
}

/**
 * The pod that a workload runs: of a Deployment, and of every other kind with a template, a CronJob's included; undefined
 * for other kinds.
 */
export function podTemplate(object: PlainObject): PlainObject | undefined {
  const job = at(object, "spec", "jobTemplate");
  const template = at(job ?? object, "spec", "template");
  return isObject(template) && isObject(at(template, "spec")) ? template : undefined;
}

/**
 * Every object that a pod's containers and volumes name. Secrets for pulling images are not among them: each site has its
 * own. What is not of the shape that Kubernetes wants is passed over; other checks name it.
 */
export function podReferences(template: PlainObject | undefined): PodReference[] {
  const pod = at(template, "spec");
  const account = at(pod, "serviceAccountName") ?? at(pod, "serviceAccount");
  const containers = ["initContainers", "containers"].flatMap((list) => listAt(pod, list));
  const volumes = listAt(pod, "volumes");
  const sources = [...volumes, ...volumes.flatMap((volume) => listAt(volume, "projected", "sources"))];
  return [
    ...reference("ServiceAccount", account, "all"),
    ...containers.flatMap(variables),
    ...sources.flatMap((source) => [
      ...reference("ConfigMap", at(source, "configMap", "name"), itemsOf(at(source, "configMap"))),
      ...reference(
        "Secret",
        at(source, "secret", "secretName") ?? at(source, "secret", "name"),
        itemsOf(at(source, "secret")),
      ),
      ...reference("PersistentVolumeClaim", at(source, "persistentVolumeClaim", "claimName"), "all"),
    ]),
  ];
}

function variables(container: unknown): PodReference[] {
  return [
    ...listAt(container, "envFrom").flatMap((source) => [
      ...reference("ConfigMap", at(source, "configMapRef", "name"), "all"),
      ...reference("Secret", at(source, "secretRef", "name"), "all"),
    ]),
    ...listAt(container, "env").flatMap((variable) => {
      const configMap = at(variable, "valueFrom", "configMapKeyRef");
      const secret = at(variable, "valueFrom", "secretKeyRef");
      return [
        ...reference("ConfigMap", at(configMap, "name"), new Set([String(at(configMap, "key"))])),
        ...reference("Secret", at(secret, "name"), new Set([String(at(secret, "key"))])),
      ];
    }),
  ];
}

function itemsOf(source: unknown): KeysRead {
  const items = listAt(source, "items");
  return items.length === 0 ? "all" : new Set(items.map((item) => String(at(item, "key"))));
}

function reference(kind: PodReference["kind"], name: unknown, keys: KeysRead): PodReference[] {
  return typeof name === "string" ? [{ kind, name, keys }] : [];
}
