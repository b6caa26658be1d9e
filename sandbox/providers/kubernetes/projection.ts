import { isList, isProperties, isSame, type Path, type Properties, type Value } from "../protocol/values.ts";
import { isWholeMap, itemLike, mergeKeysOf } from "./mergeKeys.ts";

/**
 * The inputs of an object as they would have to be stated for what the cluster holds now: each field that was applied,
 * with its live value.
 *
 * What the API server answered when the inputs were applied (`applied`) says how it writes them: a field whose live value
 * is the one of that answer keeps its input, so `1024Mi` that became `1Gi`, a default, or an empty field that was
 * dropped, is no drift. Only what has changed since then is. A field that was never applied is not ours to compare.
 */
export function liveInputs(inputs: Properties, applied: Properties, live: Properties): Properties {
  // Secret.stringData is written into data and never read back.
  const { stringData, ...readable } = inputs;
  const projected = projectMap(readable, applied, live, []);
  if (!isProperties(stringData)) return projected;
  return { ...projected, stringData: projectText(stringData, applied["data"], live["data"]) };
}

/** `undefined` says that the field is gone. */
function project(
  input: Value,
  applied: Value | undefined,
  live: Value | undefined,
  path: Path,
  whole = false,
): Value | undefined {
  if (isSame(applied, live)) return input;
  if (isProperties(input)) {
    return isProperties(live) ? projectMap(input, isProperties(applied) ? applied : {}, live, path, whole) : live;
  }
  if (isList(input)) return projectList(input, isList(applied) ? applied : undefined, live, path, whole);
  return live;
}

/** @param whole whether this provider owns all of it, so that a key that somebody added is drift. */
function projectMap(input: Properties, applied: Properties, live: Properties, path: Path, whole = false): Properties {
  const isWhole = whole || isWholeMap(path);
  const projected: Record<string, Value> = {};
  for (const [key, item] of Object.entries(input)) {
    const value = project(item, own(applied, key), own(live, key), [...path, key], isWhole);
    if (value !== undefined) projected[key] = value;
  }
  if (isWhole) {
    for (const [key, item] of Object.entries(live)) {
      if (!Object.hasOwn(input, key) && !isSame(own(applied, key), item)) projected[key] = item;
    }
  }
  return projected;
}

function projectList(
  input: readonly Value[],
  applied: readonly Value[] | undefined,
  live: Value | undefined,
  path: Path,
  whole: boolean,
): Value | undefined {
  if (!isList(live)) return live;
  const keys = whole ? undefined : mergeKeysOf(path, input);
  if (keys === undefined) {
    if (input.length !== live.length) return live;
    return live.map(
      (item, index) => project(input[index] ?? item, applied?.[index], item, [...path, index], true) ?? item,
    );
  }
  return input.flatMap((item, index) => {
    const found = itemLike(item, live, keys);
    if (found === undefined) return [];
    const value = project(item, itemLike(item, applied ?? [], keys), found, [...path, index]);
    return value === undefined ? [] : [value];
  });
}

function projectText(stated: Properties, applied: Value | undefined, live: Value | undefined): Properties {
  const [before, now] = [isProperties(applied) ? applied : {}, isProperties(live) ? live : {}];
  return Object.fromEntries(
    Object.entries(stated).flatMap(([key, item]) => {
      const value = own(now, key);
      if (isSame(own(before, key), value)) return [[key, item]];
      return typeof value === "string" ? [[key, Buffer.from(value, "base64").toString("utf8")]] : [];
    }),
  );
}

function own(properties: Properties, key: string): Value | undefined {
  return Object.hasOwn(properties, key) ? properties[key] : undefined;
}
