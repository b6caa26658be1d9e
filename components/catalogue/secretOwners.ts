import { type ResolvedMicroservice, targetSecretName, tlsSecretName } from "../description/index.ts";
import { type Diagnostic, formatPath, formatValue } from "../diagnostic.ts";
import { isSecretOf, siteSecret } from "../kubernetes/index.ts";
import type { CatalogueService } from "./catalogueEntry.ts";

/**
 * Checks that a service names no existing Secret that is the site's, or that the program makes for a service of the same
 * namespace. Kubernetes itself knows no such boundary: who may create pods in a namespace may mount any Secret of it.
 */
export function checkSecretOwners(services: readonly CatalogueService[]): Diagnostic[] {
  return services.flatMap(({ service, folder }) =>
    references(service).flatMap(({ path, secretName }): Diagnostic[] => {
      const owner =
        siteSecret(secretName) ?? ownSecret(secretName, service) ?? neighbour(secretName, service, services);
      if (owner === undefined) return [];
      return [
        {
          file: folder,
          path,
          message: `${formatValue(secretName)} holds ${owner}; declare a secret of this service's own instead: generated() or supplied({ description })`,
        },
      ];
    }),
  );
}

/** The existing Secrets that a service names, as variables and as files. */
function references({ secrets, secretFiles }: ResolvedMicroservice): { path: string; secretName: string }[] {
  return [
    ...secrets.existing.map(({ key, secret }) => ({
      path: `secrets.${key}.secretName`,
      secretName: secret.secretName,
    })),
    ...Object.entries(secretFiles).map(([path, { secretName }]) => ({
      path: formatPath(["secretFiles", path, "secretName"]),
      secretName,
    })),
  ];
}

/** A Secret of this name may have been made by hand for an adopted service, unless the program makes it. */
function ownSecret(secretName: string, service: ResolvedMicroservice): string | undefined {
  const { delivery, stored, issued } = service.secrets;
  if (delivery !== "env") return undefined;
  const made = [
    ...(stored.length > 0 ? [targetSecretName(service)] : []),
    ...issued.map((key) => tlsSecretName(service, key)),
  ];
  return made.includes(secretName) ? "what this service has in Vault already" : undefined;
}

function neighbour(
  secretName: string,
  own: ResolvedMicroservice,
  services: readonly CatalogueService[],
): string | undefined {
  const owner = services.find(
    ({ service }) =>
      service.name !== own.name &&
      service.namespace === own.namespace &&
      // The last is what an Ingress named before hosts had Secrets of their own.
      (isSecretOf(service.name, secretName) || secretName === `${service.name}-tls`),
  );
  return owner === undefined ? undefined : `the secrets of ${owner.folder}`;
}
