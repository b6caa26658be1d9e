import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { fieldChanges } from "../../../cli/preview/fieldChanges.ts";
import type { Plain } from "../../../recorder/registeredResource.ts";

const pods = (name: string, namespace = "declarations") => ({
  namespaceSelector: { matchLabels: { "kubernetes.io/metadata.name": namespace } },
  podSelector: { matchLabels: { "app.kubernetes.io/name": name } },
});
const rule = (port: number, ...from: readonly Plain[]) => ({ from, ports: [{ port, protocol: "TCP" }] });

describe("a list", () => {
  it("that gets one more caller has it added, wherever it stands, and no other changed", () => {
    const [before, after] = [
      { ingress: [rule(7137, pods("tax-declarations"))] },
      { ingress: [rule(7137, pods("refunds"), pods("tax-declarations"))] },
    ];
    expect(fieldChanges(before, after, "spec")).toEqual([
      { path: "spec.ingress[port 7137].from", one: undefined, other: pods("refunds") },
    ]);
    expect(fieldChanges(after, before, "spec")).toEqual([
      { path: "spec.ingress[port 7137].from", one: pods("refunds"), other: undefined },
    ]);
  });

  it("that has another caller instead has one removed and one added", () => {
    expect(fieldChanges([rule(7137, pods("a"))], [rule(7137, pods("b"))], "ingress")).toEqual([
      { path: "ingress[port 7137].from", one: pods("a"), other: undefined },
      { path: "ingress[port 7137].from", one: undefined, other: pods("b") },
    ]);
  });

  it("of rules with the same port tells them apart by their place", () => {
    const [to, one, other] = [rule(443, "a"), rule(443, "b", "c"), rule(443, "b", "c", "d")];
    expect(fieldChanges([to, one], [to, other], "egress")).toEqual([
      { path: "egress[1].from", one: undefined, other: "d" },
    ]);
  });

  it("of named items is compared name by name, without the name itself", () => {
    const [kept, changed, removed] = [
      { name: "A", value: "1" },
      { name: "B", value: "2" },
      { name: "C", value: "3" },
    ];
    expect(
      fieldChanges([kept, changed, removed], [{ name: "D", value: "4" }, { ...changed, value: "5" }, kept]),
    ).toEqual([
      { path: "[B].value", one: "2", other: "5" },
      { path: "[C].value", one: "3", other: undefined },
      { path: "[D].value", one: undefined, other: "4" },
    ]);
  });

  it.each<[path: string, one: Plain[], other: Plain[]]>([
    ["args", ["--a", "--b", "--a"], ["--b", "--a", "--a"]],
    ["initContainers", [{ name: "a" }, { name: "b" }], [{ name: "b" }, { name: "a" }]],
  ])("%s in another order is another list", (path, one, other) => {
    expect(fieldChanges(one, other, path)).toMatchObject([{ path: `${path} (order)` }]);
  });

  it("args with one more keeps its order", () => {
    expect(fieldChanges(["a", "b"], ["a", "c", "b"], "args")).toEqual([{ path: "args", one: undefined, other: "c" }]);
  });

  it.each<[one: Plain | undefined, other: Plain | undefined]>([
    [[], ["a"]],
    [["a"], []],
    [undefined, ["a"]],
    [undefined, []],
    [{ from: [] }, { from: ["a"] }],
    [{}, []],
  ])("that is empty or not there at all is a value of its own: %j and %j", (one, other) => {
    expect(fieldChanges(one, other)).toHaveLength(1);
  });
});

const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null));
const value: fc.Arbitrary<Plain> = fc.letrec<{ value: Plain }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 4 },
    leaf,
    fc.array(tie("value"), { maxLength: 4 }),
    fc.dictionary(fc.constantFrom("from", "ports", "name", "x"), tie("value")),
  ),
})).value;

/** The same value with every list turned round. */
function reversed(whole: Plain): Plain {
  if (Array.isArray(whole)) return whole.map(reversed).toReversed();
  if (typeof whole !== "object" || whole === null) return whole;
  return Object.fromEntries(Object.entries(whole).map(([key, inner]) => [key, reversed(inner)]));
}

describe("any value", () => {
  it("differs by nothing from itself and from itself in another order", () => {
    fc.assert(
      fc.property(value, (whole) => {
        expect(fieldChanges(whole, reversed(whole))).toEqual([]);
      }),
    );
  });

  it("of texts has added and removed what only one list holds, as often as it does", () => {
    const texts = fc.array(fc.constantFrom("a", "b", "c", "d"), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(texts, texts, (one, other) => {
        const changes = fieldChanges(one, other, "to");
        const removed = changes.flatMap((change) => (change.one === undefined ? [] : [change.one]));
        const added = changes.flatMap((change) => (change.other === undefined ? [] : [change.other]));
        expect([...other, ...removed].toSorted()).toEqual([...one, ...added].toSorted());
        expect(removed.filter((text) => added.includes(text))).toEqual([]);
      }),
    );
  });

  it("differs by something from any that holds something else", () => {
    const content = (whole: Plain): string =>
      Array.isArray(whole)
        ? `[${whole.map(content).toSorted().join()}]`
        : typeof whole === "object" && whole !== null
          ? `{${Object.entries(whole)
              .map(([key, inner]) => `${key}:${content(inner)}`)
              .toSorted()
              .join()}}`
          : JSON.stringify(whole);
    fc.assert(
      fc.property(value, value, (one, other) => {
        fc.pre(content(one) !== content(other));
        expect(fieldChanges(one, other)).not.toEqual([]);
      }),
    );
  });
});
