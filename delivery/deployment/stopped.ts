/** A deployment does not go on, for a reason that a person reads as it is. */
export class Stopped extends Error {
  override readonly name = "Stopped";
}
