import type { ResolvedMicroservice } from "../description/index.ts";
import { formatPath, formatValue } from "../diagnostic.ts";

/** Reports init containers that contradict themselves or other fields: the field, and what is wrong with it. */
export function checkInitContainers(
  { name: serviceName, source, initContainers, secrets }: ResolvedMicroservice,
  report: (path: string, message: string) => void,
): void {
  const variables = new Set([...secrets.stored, ...secrets.existing].map(({ key }) => key));
  const inVault = new Set(secrets.delivery === "files" ? secrets.stored.map(({ key }) => key) : []);
  for (const { name, env, secrets: named } of initContainers) {
    const at = (...path: readonly (string | number)[]) => formatPath(["initContainers", name, ...path]);
    if (name === serviceName || /^vault-agent/.test(name)) {
      report(at(), "has the name of another container of the pod; rename it");
    }
    const { image, release } = source.initContainers?.[name] ?? {};
    if (image !== undefined && release === undefined) {
      report(
        at("release"),
        "is missing; add the image's tag@sha256:digest, which is the same in every site (without image it is the service's own)",
      );
    }
    if (release !== undefined && image === undefined) {
      report(at("release"), "stands without image; the service's own release is the sites', so remove it or add image");
    }
    for (const [index, key] of named.entries()) {
      if (!variables.has(key)) {
        report(
          at("secrets", index),
          `${formatValue(key)} is no generated(), supplied() or existing key of the service's secrets; add it there`,
        );
      } else if (inVault.has(key)) {
        report(
          at("secrets", index),
          `${formatValue(key)} is a file of the service's container, with secretDelivery "files"; let the service itself do what needs it`,
        );
      }
      if (Object.hasOwn(env, key)) report(at("env", key), "is also named in secrets; keep one of the two");
    }
  }
}
