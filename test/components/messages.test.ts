import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

// Whoever installs the package has no folder `services/`: a message that names one sends them looking for it.

const components = join(import.meta.dirname, "..", "..", "components");

/** Every piece of text in a file that may be shown; comments are none. */
function textsOf(source: string): string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteralLike(node) || ts.isTemplateHead(node) || ts.isTemplateMiddleOrTemplateTail(node)) {
      texts.push(node.text);
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("file.ts", source, ts.ScriptTarget.Latest));
  return texts;
}

const namesFolder = /\bservices\//;

test("no message of the components names a folder of this project", () => {
  const files = globSync("**/*.ts", { cwd: components });
  expect(files.length).toBeGreaterThan(50);
  const found = files.flatMap((file) =>
    textsOf(readFileSync(join(components, file), "utf8")).flatMap((text) =>
      namesFolder.test(text) ? [`${file}: ${text}`] : [],
    ),
  );
  expect(found).toEqual([]);
});

test.each([
  ["plain text", 'f("import it from its folder under services/");'],
  ["a template", "f(`services/${name}: is wrong`);"],
  ["the end of a template", "f(`${name} is under services/`);"],
])("%s would be found", (_, source) => {
  expect(textsOf(source).some((text) => namesFolder.test(text))).toBe(true);
});

test("a comment would not", () => {
  expect(textsOf('/** `services/receipts` */ // services/\nf("a");')).toEqual(["a"]);
});
