/** A `${NAME:default}` in a value. */
export interface Placeholder {
  /** What stands between `${` and the default: `DB_PASSWORD`. */
  readonly name: string;
  /** The text behind the separator; undefined where there is none, so that the name must be found. */
  readonly defaultValue: string | undefined;
}

/**
 * The placeholders of a value that a program must find, for the value to be what it was meant for. One with a default need not
 * be found; those within its default then must. A name that is made of other placeholders is left out, and these are not.
 * @param separator what stands before a default: `:` for Spring, `:-` for Logback and Log4j.
 */
export function placeholdersIn(value: string, separator: ":" | ":-" = ":"): Placeholder[] {
  const found: Placeholder[] = [];
  for (let start = value.indexOf("${"); start !== -1; ) {
    const end = closing(value, start + 2);
    if (end === -1) break;
    // Spring has a placeholder as it is behind a backslash, and Log4j behind another dollar.
    if (value[start - 1] !== "\\") found.push(...parts(value.slice(start + 2, end), separator));
    start = value.indexOf("${", end);
  }
  return found;
}

function parts(inside: string, separator: string): Placeholder[] {
  const inner = inside.indexOf("${");
  const at = inside.indexOf(separator);
  const hasDefault = at !== -1 && (inner === -1 || at < inner);
  const name = hasDefault ? inside.slice(0, at) : inside;
  if (name.includes("${")) return placeholdersIn(name, separator === ":-" ? ":-" : ":");
  return [{ name: name.trim(), defaultValue: hasDefault ? inside.slice(at + separator.length) : undefined }];
}

/** The index of the brace that closes a placeholder; -1 where it is not closed. */
function closing(value: string, from: number): number {
  let depth = 1;
  for (let index = from; index < value.length; index += 1) {
    if (value[index] === "{") depth += 1;
    else if (value[index] === "}") depth -= 1;
    if (depth === 0) return index;
  }
  return -1;
}

/** Replaces the placeholders of a value; undefined where one is neither found nor has a default. */
export function resolvePlaceholders(value: string, find: (name: string) => string | undefined): string | undefined {
  const start = value.indexOf("${");
  const end = start === -1 ? -1 : closing(value, start + 2);
  if (end === -1) return value;
  const [placeholder] = parts(value.slice(start + 2, end), ":");
  if (placeholder === undefined) return undefined;
  const { name, defaultValue } = placeholder;
  const own = find(name) ?? (defaultValue === undefined ? undefined : resolvePlaceholders(defaultValue, find));
  const rest = resolvePlaceholders(value.slice(end + 1), find);
  return own === undefined || rest === undefined ? undefined : value.slice(0, start) + own + rest;
}

/** The names that must be found where no default is: those of a value, and those of defaults whose own name is not found. */
export function requiredNames(
  value: string,
  isFound: (name: string) => boolean,
  separator: ":" | ":-" = ":",
): string[] {
  return placeholdersIn(value, separator).flatMap(({ name, defaultValue }) => {
    if (isFound(name)) return [];
    return defaultValue === undefined ? [name] : requiredNames(defaultValue, isFound, separator);
  });
}
