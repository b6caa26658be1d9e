import { once } from "node:events";
import { ValidationError } from "../components/diagnostic.ts";
import { forkConfined } from "./confinedProcess.ts";
import type { ProcessFailure } from "./insideConfinement.ts";
import type { PlainMicroservice } from "./plainServices.ts";

/** The only message of a process that loads the catalogue. */
export type CatalogueResult =
  | { readonly kind: "done"; readonly services: readonly PlainMicroservice[] }
  | ProcessFailure;

/**
 * The catalogue's services, resolved, read by a confined process: a command with a token in its environment runs no code
 * of a service.
 * @throws ValidationError with all errors in the catalogue.
 */
export async function readServices(): Promise<readonly PlainMicroservice[]> {
  const child = forkConfined("catalogueProcess.ts", { home: "/nonexistent", writes: [] });
  let result: CatalogueResult = { kind: "failed", message: "the process ended without a result" };
  child.on("message", (message: CatalogueResult) => {
    result = message;
  });
  await once(child, "close");
  return servicesOf(result);
}

function servicesOf(result: CatalogueResult): readonly PlainMicroservice[] {
  if (result.kind === "invalid") throw new ValidationError(result.diagnostics);
  if (result.kind === "failed") throw new Error(`the catalogue was not read: ${result.message}`);
  return result.services;
}
