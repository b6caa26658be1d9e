import { describe, expect, test } from "vitest";
import { formatLists } from "../../../cli/adopt/report/report.ts";
import { writeDescription } from "../../../cli/adopt/writing/typescript.ts";
import { checkCatalogue } from "../../../components/catalogue/index.ts";
import { ValidationError } from "../../../components/diagnostic.ts";
import { adoptAs } from "../../cli/adopt/manifests.ts";
import { readClearText } from "../../support/clearText.ts";

const planted = await readClearText("planted");
const harmless = await readClearText("harmless");

/** Everything that `adopt` would write or print. */
function adoptedText(manifests: string): { readonly text: string; readonly lost: number } {
  const adopted = adoptAs("receipts", [{ file: "manifests.yaml", text: manifests }]);
  const { rows } = adopted.compare(adopted.service);
  const parts = [
    writeDescription(adopted.service),
    JSON.stringify(adopted.templates),
    formatLists(rows),
    ...adopted.notes,
  ];
  return { text: parts.join("\n"), lost: rows.filter(({ verdict }) => verdict.list === "not carried over").length };
}

test("the corpus is as large as it says", () => {
  expect(planted.length).toBeGreaterThanOrEqual(100);
  expect(harmless.length).toBeGreaterThanOrEqual(60);
});

describe(`none of ${planted.length} planted secrets passes the catalogue's checks or is shown by them`, () => {
  test.each(planted)("$title", ({ entry, marker }) => {
    const { diagnostics } = checkCatalogue([entry]);
    const said = new ValidationError(diagnostics).message;
    expect(said).toMatch(/looks like a secret|holds a URL/);
    expect(said).not.toContain(marker);
  });
});

describe(`none of ${planted.length} planted secrets is written or shown by adopt`, () => {
  test.each(planted)("$title", ({ manifests, marker }) => {
    expect(adoptedText(manifests).text).not.toContain(marker);
  });
});

describe(`none of ${harmless.length} harmless texts is taken for a secret`, () => {
  test.each(harmless)("$title", ({ entry, manifests }) => {
    expect(checkCatalogue([entry]).diagnostics).toEqual([]);
    expect(adoptedText(manifests).text).not.toMatch(/in the clear|\[secret\]/);
  });
});
