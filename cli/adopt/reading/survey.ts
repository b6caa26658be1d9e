import type { SourceContainer } from "../input/schemas.ts";
import type { SourceManifests } from "../input/sourceManifests.ts";
import { chooseContainer } from "./container.ts";
import { readPorts, type SourcePorts } from "./ports.ts";
import { readVariables, type SourceVariables, textVariables } from "./sourceVariables.ts";

/** What others have to know of a service before any of them is described. */
export interface Survey {
  /** The Java container, and its index in the pod. */
  readonly container: SourceContainer;
  readonly index: number;
  readonly variables: SourceVariables;
  readonly ports: SourcePorts;
  /** Where the service will be. */
  readonly namespace: string;
}

/** What a person says of a service that decides where it will be. */
interface SurveyWishes {
  readonly name: string;
  /** Undefined for that of the manifests. */
  readonly namespace: string | undefined;
}

/** Looks at a service's manifests for {@link Survey}. */
export function surveyService(originals: SourceManifests, wishes: SurveyWishes): Survey {
  const { content } = originals.deployment;
  const index = chooseContainer(content, originals.service?.content, wishes.name);
  const container = content.spec.template.spec.containers[index];
  if (container === undefined) throw new RangeError("a pod without containers has been refused before");
  const variables = readVariables(originals, container, index);
  return {
    container,
    index,
    variables,
    ports: readPorts(originals, container, textVariables(variables)),
    namespace: wishes.namespace ?? originalNamespace(originals) ?? wishes.name,
  };
}

/** The namespace of the manifests, unless it is one in which no service of the catalogue may stand. */
function originalNamespace({ deployment }: SourceManifests): string | undefined {
  const { namespace } = deployment.content.metadata;
  return namespace === undefined || /^(default|monitoring|kube-.*)$/.test(namespace) ? undefined : namespace;
}
