import type { ResolvedMicroservice } from "../description/index.ts";
import type { Container } from "../kubernetes/index.ts";
import { statedVariables } from "./environment.ts";
import { inheritedVariables } from "./timeAndLanguage.ts";

/** Room on the node's disk for what an init container logs. */
const storage = { requests: "64Mi", limits: "128Mi" };

/**
 * The init containers, which run one after the other before the service's container: as locked down as that, with its writable
 * directories and configuration files, and with no secret but those that they name.
 */
export function initContainerManifests(service: ResolvedMicroservice, main: Container, registry: string): Container[] {
  const { image: ownImage = "", securityContext = {}, volumeMounts = [] } = main;
  return service.initContainers.map(({ name, image, command, args, env, secrets, resources }) => {
    const inherited = inheritedVariables(main, { ...env, ...Object.fromEntries(secrets.map((key) => [key, true])) });
    const variables = statedVariables(service, { ...inherited, ...env }, secrets);
    return {
      name,
      image: image === undefined ? ownImage : `${registry}/${image.repository}:${image.release}`,
      imagePullPolicy: "IfNotPresent",
      ...(command === undefined ? {} : { command: [...command] }),
      ...(args === undefined ? {} : { args: [...args] }),
      ...(variables.length === 0 ? {} : { env: variables }),
      resources: {
        requests: { ...resources, "ephemeral-storage": storage.requests },
        limits: { memory: resources.memory, "ephemeral-storage": storage.limits },
      },
      securityContext,
      terminationMessagePolicy: "FallbackToLogsOnError",
      // Neither Secrets nor what belongs to Vault.
      volumeMounts: volumeMounts.filter(({ name: volume }) => /^(tmp|dumps|config|dir-.*)$/.test(volume)),
    };
  });
}
