import { once } from "node:events";
import { ValidationError } from "../components/diagnostic.ts";
import { forkConfined } from "./confinedProcess.ts";
import type { ProcessFailure } from "./insideConfinement.ts";
import type { PlainCatalogue, PlainMicroservice } from "./plainServices.ts";

/** The only message of a process that loads the catalogue. */
export type CatalogueResult = (PlainCatalogue & { readonly kind: "done" }) | ProcessFailure;

/**
 * The catalogue's services, resolved, read by a confined process: a command with a token in its environment runs no code
 * of a service.
 * @throws ValidationError with all errors in the catalogue.
 */
export async function readServices(): Promise<readonly PlainMicroservice[]> {
  return (await readPlainCatalogue()).services;
}

/**
 * {@link readServices} with what is still to be filled in of them.
 * @throws ValidationError with all errors in the catalogue.
 */
export async function readPlainCatalogue(): Promise<PlainCatalogue> {
  const child = forkConfined("catalogueProcess.ts", { home: "/nonexistent", writes: [] });
  let result: CatalogueResult = { kind: "failed", message: "the process ended without a result" };
  child.on("message", (message: CatalogueResult) => {
    result = message;
  });
  await once(child, "close");
  return catalogueOf(result);
}

function catalogueOf(result: CatalogueResult): PlainCatalogue {
  if (result.kind === "invalid") throw new ValidationError(result.diagnostics);
  if (result.kind === "failed") throw new Error(`the catalogue was not read: ${result.message}`);
  return result;
}
