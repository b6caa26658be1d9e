import { expect, test } from "vitest";
import { reasonAnnotations } from "../../../components/kubernetes/reasonAnnotations.ts";

test("a reason stands at the object under the name of what it is for", () => {
  expect(
    reasonAnnotations("justification", { "card-payments": "Receipts show the payment", other: undefined }),
  ).toEqual({
    "gemelos.dev/justification.card-payments": "Receipts show the payment",
  });
});

test("a reason is one line of at most 1000 characters, which neither steers a terminal nor turns the writing", () => {
  const shown = (text: string) => Object.values(reasonAnnotations("security-exception", { a: text }))[0];
  expect(shown("  red \u001b[31m text,\r\n---\nturned \u202e\u2066 round\u2028 ")).toBe(
    "red [31m text, --- turned round",
  );
  expect([...(shown("😀".repeat(2000)) ?? "")]).toHaveLength(1000);
});

test("a name that Kubernetes would refuse is cut, and two such names stay two", () => {
  const names = ["a", "b"].map((end) => `${"x".repeat(62)}${end}`);
  const keys = Object.keys(reasonAnnotations("justification", Object.fromEntries(names.map((name) => [name, "why"]))));
  expect(new Set(keys).size).toBe(2);
  for (const key of keys) expect(key).toMatch(/^gemelos\.dev\/[A-Za-z0-9][-._A-Za-z0-9]{0,61}[A-Za-z0-9]$/);
});
