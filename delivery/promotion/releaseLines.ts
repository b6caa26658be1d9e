import { compareText } from "../../components/diagnostic.ts";

/** A release that one site is to take from the other. */
export interface ReleaseChange {
  readonly service: string;
  /** Undefined where the site has none yet. */
  readonly before: string | undefined;
  readonly after: string;
}

/**
 * What changes in a site where it takes the releases of another one, in alphabetical order. What only this site releases stays.
 * @param verified service -> release, as the other site's history has it
 * @param present the same, as this site's file has it
 */
export function releaseChanges(
  verified: Readonly<Record<string, string>>,
  present: Readonly<Record<string, string>>,
): ReleaseChange[] {
  return Object.entries(verified)
    .filter(([service, release]) => present[service] !== release)
    .map(([service, after]) => ({ service, before: present[service], after }))
    .toSorted((one, other) => compareText(one.service, other.service));
}
