import { microserviceSchema } from "../../../components/description/index.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { isSecretVariable } from "./secretText.ts";
import { toolMark } from "./toolMarks.ts";

/** Labels by which people and tools say which service an object belongs to; the component has its own for that. */
const identity =
  /^(app|name|k8s-app|component|tier|instance|version|release|managed-by|part-of|run|service|project|provider|app\.kubernetes\.io\/.*)$/;

/** Whether a label says which service an object belongs to, or is one by which the original objects found the pods. */
export function isIdentityLabel(originals: SourceManifests, key: string): boolean {
  const selectors = [
    at(originals.deployment.document.object, "spec", "selector", "matchLabels"),
    at(originals.service?.document.object, "spec", "selector"),
  ];
  return identity.test(key) || selectors.some((selector) => at(selector, key) !== undefined);
}

/** Labels and annotations of the pods that mean something to others than the tools that made the manifests. */
export function readPodMetadata(originals: SourceManifests): Pick<Microservice, "podLabels" | "podAnnotations"> {
  const { labels = {}, annotations = {} } = originals.deployment.content.spec.template.metadata ?? {};
  const isRead = labelsRead(originals);
  const podLabels = chosen(
    labels,
    "podLabels",
    (key) => isRead.has(key) || !(isIdentityLabel(originals, key) || toolMark(key) !== undefined),
  );
  const podAnnotations = chosen(
    annotations,
    "podAnnotations",
    (key, value) => toolMark(key) === undefined && !isSecretVariable(key, value),
  );
  return {
    ...(podLabels.length === 0 ? {} : { podLabels: Object.fromEntries(podLabels) }),
    ...(podAnnotations.length === 0 ? {} : { podAnnotations: Object.fromEntries(podAnnotations) }),
  };
}

/** The entries that mean something, and that a description accepts. */
function chosen(
  entries: Readonly<Record<string, string>>,
  field: "podLabels" | "podAnnotations",
  hasMeaning: (key: string, value: string) => boolean,
): [string, string][] {
  const schema = microserviceSchema.shape[field];
  return Object.entries(entries).filter(
    ([key, value]) => hasMeaning(key, value) && schema.safeParse(Object.fromEntries([[key, value]])).success,
  );
}

/** Labels that a variable of a container reads: `metadata.labels['version']`. */
function labelsRead({ deployment }: SourceManifests): ReadonlySet<string> {
  const variables = deployment.content.spec.template.spec.containers.flatMap(({ env = [] }) => env);
  return new Set(
    variables.flatMap(({ valueFrom }) => {
      const [, key] = /^metadata\.labels\['(.+)'\]$/.exec(valueFrom?.fieldRef?.fieldPath ?? "") ?? [];
      return key === undefined ? [] : [key];
    }),
  );
}
