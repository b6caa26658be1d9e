import { join, relative } from "node:path";
import type { Diagnostic } from "../components/diagnostic.ts";

/** Why a description does not load, reported for the file at fault, which may be one that the description imports. */
export function loadFailure(error: unknown, name: string): Diagnostic {
  const own = `services/${name}/index.ts`;
  const message = error instanceof Error ? (error.message.split("\n", 1)[0] ?? "") : String(error);
  if (error instanceof Error && "code" in error && error.code === "ERR_MODULE_NOT_FOUND") {
    const [, missing = "", importer = ""] = /^Cannot find \w+ '(.*)' imported from (.*)$/.exec(message) ?? [];
    if (missing.endsWith(own)) {
      return {
        file: own,
        path: "",
        message: "does not exist; every service folder needs an index.ts that describes the service",
      };
    }
    return {
      file: inProject(importer),
      path: "",
      message: `imports ${inProject(missing)}, which does not exist; correct the import: it names an existing file with its .ts ending`,
    };
  }
  // Node fails with this message while reporting the import of a name that is not exported (module_job.js).
  if (message.startsWith("String.prototype.split called on")) {
    const what = "imports a name that the other file does not export";
    return { file: own, path: "", message: `does not load: ${what}; correct it, npm run check:types says which` };
  }
  const place = placeOf(error);
  return { file: own, ...place, path: "", message: refusedAccess(error) ?? reasonOf(message) };
}

/** A service that names another at once, and not in a function, fails if that one imports it, too: it is not yet there. */
function reasonOf(message: string): string {
  const [, name] = /^Cannot access '(.+)' before initialization$/.exec(message) ?? [];
  if (name === undefined) return `does not load: ${message}; correct it, npm run check:types says more`;
  return `names ${name} while ${name} is not loaded yet: the two import each other, if only by way of others; name it in a function, which is called later: calls: () => [${name}]`;
}

/**
 * Does work with errors that know where they were thrown: their first ten calls, in the components and in a service. Offline
 * the program runs without that, behind an accessor that cannot be set, since it costs time.
 */
export async function withPlaces<Result>(work: () => Promise<Result>): Promise<Result> {
  const before = Object.getOwnPropertyDescriptor(Error, "stackTraceLimit") ?? {};
  Object.defineProperty(Error, "stackTraceLimit", { value: 10, writable: true, configurable: true });
  try {
    return await work();
  } finally {
    Object.defineProperty(Error, "stackTraceLimit", before);
  }
}

/** Where an error was thrown: what Node wrote over the stack of a file that it cannot read, or the first call in a service. */
function placeOf(error: unknown): Pick<Diagnostic, "file" | "position"> | undefined {
  const stack = error instanceof Error ? (error.stack ?? "") : "";
  const [, unread, unreadLine] = /^(?:file:\/\/)?(\/.*):(\d+)\n/.exec(stack) ?? [];
  if (unread !== undefined) {
    const column = /^( *)\^+$/m.exec(stack)?.[1]?.length ?? 0;
    return { file: inProject(unread), position: { line: Number(unreadLine), column: column + 1 } };
  }
  for (const [, path = "", line, column] of stack.matchAll(/file:\/\/(\/[^\n]+):(\d+):(\d+)/g)) {
    const file = inProject(decodeURI(path));
    if (file.startsWith("services/")) return { file, position: { line: Number(line), column: Number(column) } };
  }
  return undefined;
}

/** What the file tried to do and may not, where commands run it behind Node's permission model; undefined if nothing. */
function refusedAccess(error: unknown): string | undefined {
  if (!(error instanceof Error && "code" in error && error.code === "ERR_ACCESS_DENIED")) return undefined;
  const resource = "resource" in error && error.resource !== "" ? ` (${String(error.resource)})` : "";
  const permission = "permission" in error ? String(error.permission) : "access";
  return `does not load: it was refused ${permission}${resource}; a description reads the program's own files only, writes none and starts nothing`;
}

/** A path as users know it, relative to the project folder. */
function inProject(path: string): string {
  return path.startsWith("/") ? relative(join(import.meta.dirname, ".."), path) : path;
}
