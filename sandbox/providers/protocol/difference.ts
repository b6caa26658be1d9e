import { isList, isProperties, type Path, type Value } from "./values.ts";

/** Difference in one property. */
export interface PropertyChange {
  readonly path: Path;
  readonly kind: "add" | "delete" | "update";
  /** Whether the change requires replacing the resource. */
  readonly replace: boolean;
}

/** Differences between a resource's state and its new inputs. */
export interface Difference {
  readonly changes: readonly PropertyChange[];
  /** Whether a replacement must delete the old resource before creating the new one. */
  readonly deleteBeforeReplace: boolean;
}

/** No difference. */
export const noDifference: Difference = { changes: [], deleteBeforeReplace: false };

/**
 * All properties that differ, with the most specific paths. `mustReplace` decides which of them require a replacement.
 */
export function changesBetween(
  old: Value | undefined,
  next: Value | undefined,
  mustReplace: (path: Path) => boolean = () => false,
): PropertyChange[] {
  const found: PropertyChange[] = [];
  const add = (path: Path, kind: PropertyChange["kind"]) => found.push({ path, kind, replace: mustReplace(path) });
  const compare = (one: Value | undefined, two: Value | undefined, path: Path): void => {
    if (one === two && typeof one !== "symbol") return;
    if (one === undefined) return void add(path, "add");
    if (two === undefined) return void add(path, "delete");
    if (isList(one) && isList(two)) {
      for (let index = 0; index < Math.max(one.length, two.length); index++) {
        compare(one[index], two[index], [...path, index]);
      }
    } else if (isProperties(one) && isProperties(two)) {
      for (const key of new Set([...Object.keys(one), ...Object.keys(two)])) {
        compare(Object.hasOwn(one, key) ? one[key] : undefined, Object.hasOwn(two, key) ? two[key] : undefined, [
          ...path,
          key,
        ]);
      }
    } else {
      add(path, "update");
    }
  };
  compare(old, next, []);
  return found;
}
