/**
 * The names under which Spring finds a value: variables by its rules of relaxed binding, and properties of files.
 * https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.typesafe-configuration-properties.relaxed-binding
 */
export class SpringNames {
  readonly #variables: ReadonlySet<string>;
  readonly #upperVariables: ReadonlySet<string>;
  readonly #properties: ReadonlySet<string>;
  readonly #uniform: ReadonlySet<string>;

  /**
   * @param variables names of environment variables.
   * @param properties keys of files, as they are written: `spring.datasource.url`, `hosts[0]`.
   */
  constructor(variables: Iterable<string>, properties: Iterable<string>) {
    this.#variables = new Set(variables);
    this.#upperVariables = new Set([...this.#variables].map((name) => name.toUpperCase()));
    this.#properties = new Set(properties);
    this.#uniform = new Set([...this.#properties].map(uniformKey));
  }

  /** Whether `${name}` is found. */
  finds(name: string): boolean {
    if (this.#properties.has(name) || variableForms(name).some((form) => this.#variables.has(form))) return true;
    // Only a name in the canonical form is found however the value's own name is written.
    if (!/^[a-z0-9][a-z0-9.[\]-]*$/.test(name)) return false;
    return this.#uniform.has(uniformKey(name)) || variablesOf(name).some((form) => this.#upperVariables.has(form));
  }

  /** All names, as they are written. */
  get all(): string[] {
    return [...this.#variables, ...this.#properties];
  }
}

/** What Spring asks the environment for: `SystemEnvironmentPropertySource.resolvePropertyName`. */
function variableForms(name: string): string[] {
  const forms = [name, name.replaceAll(".", "_"), name.replaceAll("-", "_"), name.replaceAll(/[.-]/g, "_")];
  return [...forms, ...forms.map((form) => form.toUpperCase())];
}

/** The variables that Spring binds to a property: `my.list[0].max-size` -> `MY_LIST_0_MAXSIZE`, `MY_LIST_0_MAX_SIZE`. */
export function variablesOf(key: string): string[] {
  const flat = key
    .replaceAll(/\[([^\]]*)\]/g, ".$1.")
    .replaceAll(/\.\.+/g, ".")
    .toUpperCase();
  const indexed = flat.endsWith(".") ? [flat, flat.slice(0, -1)] : [flat];
  return indexed.flatMap((each) => {
    const name = each.replaceAll(".", "_");
    return [...new Set([name.replaceAll("-", ""), name.replaceAll("-", "_")])];
  });
}

/** A key without what Spring does not regard when it compares keys: case, dashes and underscores. */
export function uniformKey(key: string): string {
  return key.toLowerCase().replaceAll(/[^a-z0-9.[\]]/g, "");
}
