import { type Diagnostic, ValidationError } from "../components/diagnostic.ts";
import type { Site } from "../components/siteData.ts";
import { projectFolder, readStackFiles, siteOf } from "./stackFile.ts";

/**
 * Reads the named sites exactly as the program does.
 * @throws ValidationError with all errors in their files.
 */
export async function readSites(names: readonly string[], folder: string = projectFolder): Promise<Site[]> {
  const diagnostics: Diagnostic[] = [];
  const sites = (await readStackFiles(names, folder)).flatMap((stack) => {
    try {
      return [siteOf(stack)];
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
      diagnostics.push(...error.diagnostics);
      return [];
    }
  });
  if (diagnostics.length > 0) throw new ValidationError(diagnostics);
  return sites;
}
