import { afterEach, expect, it, vi } from "vitest";
import { print, printError } from "../../command/print.ts";

afterEach(() => vi.restoreAllMocks());

it.each([
  ["standard output", process.stdout, print],
  ["standard error", process.stderr, printError],
])("nothing that others wrote acts on the terminal through %s", (_, stream, write) => {
  const written: string[] = [];
  vi.spyOn(stream, "write").mockImplementation((text) => written.push(String(text)) > 0);
  write("Issues receipts\u001b]0;title\u0007 \u202eFDP sa\n");
  expect(written).toEqual(["Issues receipts\\u001b]0;title\\u0007 \\u202eFDP sa\n"]);
});
