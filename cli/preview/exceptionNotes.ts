import type { RegisteredResource } from "../../recorder/registeredResource.ts";
import { registeredExceptions } from "../../recorder/securityExceptions.ts";

/** Site -> what is registered there. */
type Sites = ReadonlyMap<string, { readonly resources: readonly RegisteredResource[] }>;

/** A sentence for each security exception that an object newly has, or no longer has, in any site. */
export function exceptionNotes(before: Sites, after: Sites): string[] {
  const [old, current] = [exceptionsOf(before), exceptionsOf(after)];
  return [
    ...[...current].filter((each) => !old.has(each)).map((each) => `new: ${each}`),
    ...[...old].filter((each) => !current.has(each)).map((each) => `no longer: ${each}`),
  ];
}

function exceptionsOf(sites: Sites): Set<string> {
  const resources = [...sites.values()].flatMap((site) => site.resources);
  return new Set(
    resources.flatMap(({ inputs }) => {
      const { service, warnings = [] } = registeredExceptions(inputs) ?? {};
      return warnings.map((warning) => (service === undefined ? warning : `${service} ${warning}`));
    }),
  );
}
