import * as fc from "fast-check";
import { expect, test } from "vitest";
import { holdsKnownText } from "../../../../cli/adopt/reading/knownTexts.ts";

test("finds what a search for each known text finds", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b"), minLength: 6, maxLength: 9 });
  const text = fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 30 });
  fc.assert(
    fc.property(fc.array(word, { maxLength: 4 }), text, (known, searched) => {
      expect(holdsKnownText(new Set(known), searched)).toBe(known.some((each) => searched.includes(each)));
    }),
  );
});
