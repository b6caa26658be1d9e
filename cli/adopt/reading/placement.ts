import { microserviceSchema } from "../../../components/description/index.ts";
import type { Microservice } from "../../../components/microservice.ts";
import type { SourcePod } from "../input/schemas.ts";

const { nodeSelector: selectorSchema, tolerations: tolerationsSchema } = microserviceSchema.shape;

/** On which nodes the pods may run, as far as a description may say it for every site. */
export function readPlacement({
  nodeSelector = {},
  tolerations = [],
}: SourcePod): Pick<Microservice, "nodeSelector" | "tolerations"> {
  const labels = Object.entries(nodeSelector).filter(
    (entry) => selectorSchema.safeParse(Object.fromEntries([entry])).success,
  );
  const tolerated = tolerations.flatMap((toleration) => tolerationsSchema.safeParse([toleration]).data ?? []);
  return {
    ...(labels.length === 0 ? {} : { nodeSelector: Object.fromEntries(labels) }),
    ...(tolerated.length === 0 ? {} : { tolerations: tolerated }),
  };
}
