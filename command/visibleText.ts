/**
 * What acts on a terminal or on the reading order instead of being read: control characters, marks of direction,
 * characters without width, line separators, halves of a surrogate pair. Line feeds and tabs are layout, and the variation
 * selectors U+FE0E and U+FE0F choose between forms of one emoji.
 */
const invisible = /[[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}]--[\n\t\ufe0e\ufe0f]]/gv;

/**
 * Text that may hold what others wrote, fit for a terminal, a file or Markdown: characters that nobody would see are
 * shown as `\u202e`. JSON stays JSON and keeps its meaning. Applied twice, it changes nothing more.
 */
export function visibleText(text: string): string {
  return text.replace(invisible, escapeUnits);
}

/** {@link visibleText} in one line: line feeds and tabs are shown too, as `\n` and `\t`. */
export function visibleLine(text: string): string {
  return visibleText(text).replaceAll("\n", "\\n").replaceAll("\t", "\\t");
}

/** A character as the escapes of its UTF-16 units, which JSON knows. */
function escapeUnits(character: string): string {
  return character.split("").map(escapeUnit).join("");
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}
