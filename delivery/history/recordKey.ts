/** Digits of a record's number, so that names are in the order of the records. */
const digits = 10;

/** Name of the file or object that holds a record: `0000000012.json`. */
export function recordKey(sequence: number): string {
  return `${String(sequence).padStart(digits, "0")}.json`;
}

/** What {@link recordKey} makes. */
export const recordFile = /^\d{10}\.json$/;
