import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  escapeReferences,
  orderVariables,
  referencesIn,
  replaceReferences,
} from "../../../components/kubernetes/variableReferences.ts";

/** Kubernetes' `expansion.Expand`, character by character as its source has it. */
function expand(input: string, values: Readonly<Record<string, string>>): string {
  let output = "";
  for (let at = 0; at < input.length; at += 1) {
    const next = input.charAt(at + 1);
    if (input.charAt(at) !== "$" || next === "") output += input.charAt(at);
    else if (next === "$") [output, at] = [`${output}$`, at + 1];
    else if (next === "(" && input.indexOf(")", at) !== -1) {
      const name = input.slice(at + 2, input.indexOf(")", at));
      [output, at] = [output + (values[name] ?? `$(${name})`), input.indexOf(")", at)];
    } else [output, at] = [`${output}$${next}`, at + 1];
  }
  return output;
}

const text = fc.string({ unit: fc.constantFrom("$", "(", ")", "A", "B", "x") });

describe("references between variables, as Kubernetes reads them", () => {
  test.each([
    ["http://$(HOST):$(PORT)/$(HOST)", ["HOST", "PORT"]],
    ["$$(HOST) costs $5 and $(open", []],
    ["$$$(HOST)", ["HOST"]],
  ])("%s names %j", (value, names) => expect(referencesIn(value)).toEqual(names));

  test("replacing and escaping agree with Kubernetes for any text", () => {
    fc.assert(
      fc.property(text, (value) => {
        const values = { A: "one", B: "two" };
        expect(expand(escapeReferences(value), values)).toBe(value);
        const replaced = replaceReferences(value, (name) => (name === "A" ? "one" : undefined));
        expect(expand(replaced, { B: "two" })).toBe(expand(value, values));
      }),
    );
  });

  test("in order, each variable stands behind those that it names, unless they form a circle", () => {
    const name = fc.constantFrom(..."ABCDEFGH");
    fc.assert(
      fc.property(fc.dictionary(name, fc.array(name, { maxLength: 3 })), (drawn) => {
        const items = Object.entries(drawn).map(([key, named]) => ({
          name: key,
          value: named.map((each) => `$(${each})`).join("-"),
        }));
        const { ordered, inCycles } = orderVariables(items);
        const names = ordered.map((each) => each.name);
        expect(names.toSorted()).toEqual(Object.keys(drawn).sort());
        expect(orderVariables(items.toReversed()).ordered).toEqual(ordered);
        for (const [index, { value }] of ordered.entries()) {
          for (const each of referencesIn(value))
            if (names.includes(each) && inCycles.size === 0) expect(names.indexOf(each)).toBeLessThan(index);
        }
      }),
    );
  });
});
