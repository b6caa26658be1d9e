/** Fields without those that are undefined. */
type Stated<Fields> = { readonly [Key in keyof Fields]?: Exclude<Fields[Key], undefined> };

/** The fields that hold a value; an optional field of a description is left out rather than undefined. */
export function stated<Fields extends object>(fields: Fields): Stated<Fields>;
export function stated(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

/** {@link stated}, or undefined where nothing is. */
export function statedOrNothing<Fields extends object>(fields: Fields): Stated<Fields> | undefined {
  const result = stated(fields);
  return Object.keys(result).length === 0 ? undefined : result;
}
