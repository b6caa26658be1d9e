/** A field that a person may write, with what its doc comment says. */
export interface DocumentedField {
  /** `resources.requests.cpu`; `[]` stands for an item of a list, `<name>` for a name that the person chooses. */
  readonly path: string;
  readonly meaning: string;
  /** What it holds, in words. */
  readonly type: string;
  readonly required: boolean;
  /** What is the case without it; absent for a required field, and for one that only some kinds of a thing have. */
  readonly default?: string;
  /** As a person would write it: of a service in TypeScript, of a site in YAML. */
  readonly examples: readonly string[];
}
