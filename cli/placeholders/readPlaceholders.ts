import { sitePlaceholders } from "../../components/catalogue/index.ts";
import { collectDiagnostics, type Diagnostic, formatDiagnostic } from "../../components/diagnostic.ts";
import { readPlainCatalogue } from "../../recorder/readServices.ts";
import { readSites } from "../../recorder/readSites.ts";
import { listSites, projectFolder } from "../../recorder/stackFile.ts";
import { withPositions } from "../../site.ts";

/**
 * What is still to be filled in, in all descriptions and all sites' files.
 * @throws ValidationError with all that is wrong with them.
 */
export async function readPlaceholders(): Promise<Diagnostic[]> {
  const names = await listSites();
  const [catalogue, sites] = await collectDiagnostics(readPlainCatalogue, () => readSites(names));
  return withPositions([...sites.flatMap(sitePlaceholders), ...catalogue.placeholders], projectFolder);
}

/** One line for each, and one for none. */
export function formatPlaceholders(found: readonly Diagnostic[]): string {
  const [head, ...lines] =
    found.length === 0
      ? ["no placeholder is left"]
      : [
          `${found.length === 1 ? "1 placeholder is" : `${found.length} placeholders are`} left, and nothing may be deployed with one:`,
          ...found.map((each) => `  ${formatDiagnostic(each)}`),
        ];
  return `${[head, ...lines].join("\n")}\n`;
}
