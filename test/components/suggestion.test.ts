import * as fc from "fast-check";
import { expect, test } from "vitest";
import { didYouMean } from "../../components/suggestion.ts";

const services = ["card-payments", "notifications", "receipts", "tax-declarations", "taxpayer-registry"];

test.each([
  ["reciepts", "receipts"],
  ["receipt", "receipts"],
  ["Receipts", "receipts"],
  ["taxdeclarations", "tax-declarations"],
  ["tax-declaration", "tax-declarations"],
  ["taxpayer", "taxpayer-registry"],
])("%s is meant for %s", (typed, meant) => {
  expect(didYouMean(typed, services)).toBe(`; did you mean "${meant}"?`);
});

test.each([
  ["what is like nothing", "ledger", services],
  ["what is as near to two", "dc3", ["dc1", "dc2"]],
  ["a short word of other letters", "ui", ["db", "mq"]],
  ["nothing at all", "", services],
  ["a word among none", "receipts", []],
])("%s is meant for nothing", (_, typed, known) => {
  expect(didYouMean(typed, known)).toBe("");
});

test("one letter too few, too many or wrong is found in any word that stands alone", () => {
  const word = fc.stringMatching(/^[a-z]{5,20}$/);
  fc.assert(
    fc.property(word, fc.nat(), fc.constantFrom("", "x", "xy"), (meant, at, put) => {
      const index = at % meant.length;
      const typed = `${meant.slice(0, index)}${put}${meant.slice(index + 1)}`;
      fc.pre(typed !== meant);
      expect(didYouMean(typed, [meant, "0000000000000000000000"])).toBe(`; did you mean "${meant}"?`);
    }),
  );
});

test("says no word but one that is known", () => {
  fc.assert(
    fc.property(fc.string(), fc.array(fc.string()), (typed, known) => {
      const text = didYouMean(typed, known);
      if (text !== "") expect(known.map((each) => `; did you mean ${JSON.stringify(each)}?`)).toContain(text);
    }),
  );
});
