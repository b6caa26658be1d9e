/** A place in a manifest that lacks a protection. */
export interface Gap {
  /** The field: `spec.template.spec.hostNetwork`. */
  readonly field: string;
  /** What stands there; undefined where nothing does. */
  readonly value: unknown;
}

/** Finds the places in a manifest that lack a protection, by itself or beside the manifest that was generated. */
export type Check = (manifest: unknown, generated: unknown) => Gap[];
