/** Something that a person has to know of a service that no single field of its manifests says. */
export interface Finding {
  /** In which list it stands. */
  readonly list: "addresses" | "references that move" | "set here, absent before";
  /**
   * The object and the field: `Deployment/receipts spec.template.spec.containers[0].env[2].value`; a subject, such as
   * `memory and heap`, where many fields are one.
   */
  readonly place: string;
  /** What was found, on one line, without a secret: `jdbc:postgresql://receipts-db:5432`. */
  readonly what: string;
  /** What becomes of it, or what may break. */
  readonly outcome: string;
  /** What undoes it, or what a person has to do. */
  readonly remedy: string | undefined;
  /** Whether the service may fail for it, so that it is not written unless a person accepts that. */
  readonly isLoss: boolean;
  /**
   * Every field of the rendered objects of which it speaks: `Deployment spec.template.spec.priorityClassName`.
   * @default what `place` says
   */
  readonly paths?: readonly string[];
}
