// Process that loads the catalogue for a command that needs no more of the program. See `readServices.ts`.
import { giveUpCompileCache, processFailure } from "./insideConfinement.ts";
import { readPlainServices } from "./plainServices.ts";
import type { CatalogueResult } from "./readServices.ts";

giveUpCompileCache();

readPlainServices().then(
  (catalogue) => send({ kind: "done", ...catalogue }),
  (error: unknown) => send(processFailure(error)),
);

function send(result: CatalogueResult): void {
  process.send?.(result, () => process.disconnect());
}
