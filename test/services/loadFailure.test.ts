import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { expect, test } from "vitest";
import { loadFailure, withPlaces } from "../../services/loadFailure.ts";

const service = pathToFileURL(join(import.meta.dirname, "..", "..", "services", "orders", "index.ts")).href;

function failed<Failure extends Error>(error: Failure, stack: string): Failure {
  return Object.assign(error, { stack });
}

test("two services that import each other, and name each other at once, are told to use a function", () => {
  const error = new ReferenceError("Cannot access 'receipts' before initialization");
  const stack = `${error.name}: ${error.message}\n    at ${service}:12:11\n    at ModuleJob.run (node:internal)`;
  expect(loadFailure(failed(error, stack), "receipts")).toEqual({
    file: "services/orders/index.ts",
    position: { line: 12, column: 11 },
    path: "",
    message:
      "names receipts while receipts is not loaded yet: the two import each other, if only by way of others; name it in a function, which is called later: calls: () => [receipts]",
  });
});

test("an error in a function of the components is told at the line of the service that called it", () => {
  const components = service.replace("services/orders/index.ts", "components/secrets.ts");
  const stack = `TypeError: no\n    at generated (${components}:90:3)\n    at ${service}:7:20`;
  expect(loadFailure(failed(new TypeError("no"), stack), "orders")).toMatchObject({
    file: "services/orders/index.ts",
    position: { line: 7, column: 20 },
    message: expect.stringMatching(/^does not load: no; /),
  });
});

test("a file that Node cannot parse is told with the line and the column of its mark", () => {
  const stack = `${service.slice(7)}:2\n// two lines\nexport const = 3;\n             ^\n\nSyntaxError: Unexpected token`;
  expect(loadFailure(failed(new SyntaxError("Unexpected token"), stack), "receipts")).toMatchObject({
    file: "services/orders/index.ts",
    position: { line: 2, column: 14 },
  });
});

test("what nobody knows the place of is told of the service itself", () => {
  expect(loadFailure("no", "orders")).toEqual({
    file: "services/orders/index.ts",
    path: "",
    message: "does not load: no; correct it, npm run check:types says more",
  });
});

test("errors know their place while services load, also where the program has put an accessor before the limit", async () => {
  const before = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit") ?? {};
  Object.defineProperty(Error, "stackTraceLimit", { get: () => 0, set: () => undefined, configurable: true });
  try {
    const stack = () => new Error("x").stack ?? "";
    expect(stack()).not.toContain("loadFailure.test");
    expect(await withPlaces(async () => stack())).toContain("loadFailure.test");
    await expect(withPlaces(() => Promise.reject(new Error("y")))).rejects.toThrow("y");
    expect(stack()).not.toContain("loadFailure.test");
  } finally {
    Object.defineProperty(Error, "stackTraceLimit", before);
  }
});
