import type { Site } from "../../components/siteData.ts";
import type { Difference } from "./compare.ts";

/**
 * The backing services that only one of two sites marks with `cardholderData`. The mark is in no object, so the comparison of
 * what is rendered does not see it.
 */
export function compareMarks(
  one: Pick<Site, "name" | "file" | "backingServices">,
  other: Pick<Site, "name" | "file" | "backingServices">,
): Difference[] {
  return Object.entries(one.backingServices).flatMap(([name, backingService]) => {
    const twin = other.backingServices[name];
    const [mark, twinMark] = [backingService.cardholderData ?? false, twin?.cardholderData ?? false];
    if (twin === undefined || mark === twinMark) return [];
    return [
      {
        service: undefined,
        resource: other.file,
        field: `gemelos:site.backingServices.${name}.cardholderData`,
        reason: `is ${twinMark} and ${mark} in ${one.name}; the boundary around cardholder data is the same in every site`,
      },
    ];
  });
}
