import type { Diagnostic } from "../../../components/diagnostic.ts";
import type { Resources } from "../../../components/microservice.ts";
import type { SourceContainer, SourceDeployment } from "../input/schemas.ts";
import type { SourceManifest } from "../input/sourceManifests.ts";
import { bytesText, cpuText, isAboveZero, isLess } from "./quantities.ts";
import { statedOrNothing } from "./stated.ts";

/** What a service gets whose manifests state nothing. */
export const assumedRequests = { cpu: "500m", memory: "1Gi" } as const;

/** The least memory in which a JVM starts. */
const smallestMemory = "256Mi";

/** Reads requests and limits of the chosen container. As in Kubernetes, a limit alone is the request too. */
export function readResources({ resources }: SourceContainer): Resources {
  const request = (name: "cpu" | "memory") => positive(resources?.requests?.[name] ?? resources?.limits?.[name]);
  const limit = (name: "cpu" | "memory") => positive(resources?.limits?.[name]);
  const [cpu, memory, cpuLimit, memoryLimit] = [request("cpu"), request("memory"), limit("cpu"), limit("memory")];
  const requests = {
    cpu: cpuText(cpu ?? assumedRequests.cpu),
    memory: bytesText(memory ?? assumedRequests.memory),
  };
  const enough = memoryLimit !== undefined && isLess(memoryLimit, smallestMemory) ? smallestMemory : memoryLimit;
  const needed = enough === undefined && isLess(requests.memory, smallestMemory) ? smallestMemory : enough;
  const limits = statedOrNothing({
    cpu: cpuLimit === undefined ? undefined : cpuText(cpuLimit),
    memory: needed === undefined ? undefined : bytesText(needed),
  });
  return { requests, ...(limits === undefined ? {} : { limits }) };
}

/** A limit below its request, which the API server refuses. */
export function checkResources(
  { document }: SourceManifest<SourceDeployment>,
  { resources }: SourceContainer,
  index: number,
): Diagnostic[] {
  return ["cpu", "memory"].flatMap((name) => {
    const [request, limit] = [resources?.requests?.[name], resources?.limits?.[name]];
    if (request === undefined || limit === undefined || !isLess(limit, request)) return [];
    return [
      document.problem(
        ["spec", "template", "spec", "containers", index, "resources", "limits", name],
        `"${limit}" is below the request "${request}", which Kubernetes refuses; raise it to at least the request`,
      ),
    ];
  });
}

function positive(text: string | undefined): string | undefined {
  return text !== undefined && isAboveZero(text) ? text : undefined;
}
