import { visibleLine } from "../../../command/visibleText.ts";

/** Something in a folder of manifests that was not read, although it is there. */
export interface PassedOver {
  /** As a person in the current folder would name it. */
  readonly file: string;
  /** Why, and where something can be done about it, what. */
  readonly reason: string;
  /** Whether a manifest may be missing for it. */
  readonly isLoss: boolean;
}

/** Names shown of what is passed over without a loss. */
const shownNames = 5;

/** The list of what was lost, as text; empty where nothing was. */
export function formatLost(passedOver: readonly PassedOver[]): string {
  const lost = passedOver.filter(({ isLoss }) => isLoss);
  if (lost.length === 0) return "";
  return [`Not read: ${lost.length}`, ...lost.map(({ file, reason }) => visibleLine(`  ${file}: ${reason}`)), ""].join(
    "\n",
  );
}

/** What was passed over without a loss, a note for each reason. */
export function passedOverNotes(passedOver: readonly PassedOver[]): string[] {
  const harmless = passedOver.filter(({ isLoss }) => !isLoss);
  return [...Map.groupBy(harmless, ({ reason }) => reason)].map(([reason, entries]) => {
    const names = entries.slice(0, shownNames).map(({ file }) => file);
    const more = entries.length - names.length;
    return `not read: ${names.join(", ")}${more === 0 ? "" : ` and ${more} more`} (${reason})`;
  });
}
