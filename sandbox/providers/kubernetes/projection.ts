import { isList, isProperties, isSame, type Path, type Properties, type Value } from "../protocol/values.ts";
import { isWholeMap, itemLike, mergeKeysOf } from "./mergeKeys.ts";

/**
 * The inputs that would describe what the cluster has now: each applied field with its live value.
 *
 * `applied`, the API server's response when the inputs were applied, shows how the API server writes them. A field
 * whose live value still equals that response keeps its input, so a normalised value (`1024Mi` as `1Gi`), a default or
 * a dropped empty field is not drift; only what has changed since is. Fields that were never applied are not compared.
 */
export function liveInputs(inputs: Properties, applied: Properties, live: Properties): Properties {
  // Secret.stringData is converted to data and never returned.
  const { stringData, ...readable } = inputs;
  const projected = projectMap(readable, applied, live, []);
  if (!isProperties(stringData)) return projected;
  return { ...projected, stringData: projectText(stringData, applied["data"], live["data"]) };
}

/** The live value as an input; undefined if the field is gone. */
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

/** @param whole whether this provider owns the whole map, so that an added key is drift */
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
