import { expect, test } from "vitest";
import { parse } from "yaml";
import { formatPath } from "../../components/diagnostic.ts";
import { positionsIn } from "../../site/positions.ts";
import { siteText } from "../support/wrongInput.ts";

const lines = siteText.split("\n");
const positions = positionsIn(siteText);

/** What stands at the place of a field. */
function textAt(path: string): string | undefined {
  const position = positions(path);
  return position && lines[position.line - 1]?.slice(position.column - 1);
}

test.each([
  ["a field", "gemelos:site.peer", "peer: dc2"],
  [
    "a key with dots",
    'gemelos:site.exposure.controller.podLabels["app.kubernetes.io/name"]',
    "app.kubernetes.io/name:",
  ],
  ["a field of an item", "gemelos:site.nodes[3].memory", "memory: 128Gi"],
  ["an item of a list", "gemelos:site.vault.cidrs[0]", "10.1.20.15/32"],
  ["a release", "gemelos:releases.receipts", "receipts: 2.0.7@"],
  ["what stands beside gemelos:site", "pulumi:disable-default-providers", "pulumi:disable-default-providers:"],
  ["a missing field: what should hold it", "gemelos:site.nodes[3].diks", "name: worker1.dc1.tax.example"],
  ["a missing release: the releases", "gemelos:releases.refunds", "gemelos:releases:"],
])("%s is found", (_, path, text) => {
  expect(textAt(path)?.startsWith(text), textAt(path)).toBe(true);
});

test.each(["gemelos:sites", "line 7", "nothing[7]"])("%s is nowhere", (path) => {
  expect(positions(path)).toBeUndefined();
});

/** Every field below a value, and what stands at its place: its key, or what an item starts with. */
function fieldsOf(value: unknown, path: readonly (string | number)[]): { path: string; starts: string }[] {
  if (typeof value !== "object" || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => {
    const inner: unknown = Reflect.get(value, key);
    const starts =
      typeof key === "string" ? `${key}:` : typeof inner === "string" ? inner : Object.keys(Object(inner))[0];
    return [{ path: formatPath([...path, key]), starts: starts ?? "" }, ...fieldsOf(inner, [...path, key])];
  });
}

test("every field of the example's file is where it says", () => {
  const fields = fieldsOf(parse(siteText).config, []);
  expect(fields.length).toBeGreaterThan(100);
  for (const { path, starts } of fields) expect(textAt(path)?.startsWith(starts), path).toBe(true);
});
