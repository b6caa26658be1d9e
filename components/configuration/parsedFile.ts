/** A value of a configuration file, under the name by which programs know it. */
export interface Property {
  /** Names and indices joined as Spring joins them: `spring.profiles.active[0]`. */
  readonly key: string;
  /** The value as text; empty for none. */
  readonly value: string;
}

/** Why a file's parser refuses it. */
export interface FileProblem {
  /** Where in the text; undefined where the parser does not say. */
  readonly index?: number;
  readonly message: string;
}

/** A configuration file, as its own parser reads it. */
export interface ConfigurationFile {
  /** The values, in the order of the text, of all its documents; none of a format without names. */
  readonly properties: readonly Property[];
  readonly problems: readonly FileProblem[];
}
