import { placeholderTexts } from "../../../components/catalogue/index.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { openDigest } from "../reading/image.ts";
import type { ServiceOverrides } from "../reading/interpret.ts";
import { assumedRequests } from "../reading/resources.ts";

/** A service that nobody has run yet: a description with every default, and one configuration file. */
export function scaffold({ name, namespace, description, owner }: ServiceOverrides): {
  readonly service: Microservice;
  readonly templates: Readonly<Record<string, string>>;
  readonly release: string;
} {
  return {
    service: {
      name,
      namespace: namespace ?? name,
      description: description ?? placeholderTexts.description,
      owner: owner ?? placeholderTexts.owner,
      resources: { requests: assumedRequests },
    },
    // In quotes, so that it is YAML before it is rendered, too.
    templates: { "application.yaml": 'spring:\n  application:\n    name: "{{ service.name }}"\n' },
    release: `0.0.0@${openDigest}`,
  };
}
