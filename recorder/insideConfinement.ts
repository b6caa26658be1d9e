// For the code of confined processes, which may read no command. See `confinement.ts`.
import { type Diagnostic, ValidationError } from "../components/diagnostic.ts";

/** Before a confined process runs the code of a service: nothing may be put into the folder of compiled code. */
export function giveUpCompileCache(): void {
  const cache = process.env["NODE_COMPILE_CACHE"];
  if (cache === undefined) return;
  // The types of Node's version do not know the method yet.
  const drop: unknown = Reflect.get(process.permission, "drop");
  if (typeof drop === "function") {
    for (const scope of ["fs.read", "fs.write"]) Reflect.apply(drop, process.permission, [scope, cache]);
  }
  if (process.permission.has("fs.write", cache)) throw new Error(`the right to write to ${cache} was not given up`);
}

/** Why a confined process failed: errors in the user's input, or the stack of any other error. */
export type ProcessFailure =
  | { readonly kind: "invalid"; readonly diagnostics: readonly Diagnostic[] }
  | { readonly kind: "failed"; readonly message: string };

/** An error as plain data, for the process that waits for the result. */
export function processFailure(error: unknown): ProcessFailure {
  // `index.ts` ends the update with a RunError whose cause is the validation error.
  const reason = error instanceof Error && error.cause instanceof ValidationError ? error.cause : error;
  if (reason instanceof ValidationError) return { kind: "invalid", diagnostics: reason.diagnostics };
  return { kind: "failed", message: reason instanceof Error ? (reason.stack ?? reason.message) : String(reason) };
}
