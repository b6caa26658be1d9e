import { dirname, relative, resolve, sep } from "node:path";

/**
 * The folder in which the person stands, from which the paths on the command line count. `npm run` changes into the
 * project's folder first, and says in INIT_CWD where it was called.
 */
export function personsFolder(): string {
  const { INIT_CWD: called, npm_package_json: project } = process.env;
  const isMoved = project !== undefined && dirname(project) === process.cwd();
  return isMoved && called !== undefined ? called : process.cwd();
}

/** Where something is that a person has named. */
export function placeOf(path: string): string {
  return resolve(personsFolder(), path);
}

/** A file as a person in {@link personsFolder} would name it. */
export function shortName(file: string): string {
  const path = relative(personsFolder(), file);
  return path === ".." || path.startsWith(`..${sep}`) ? file : path;
}

/** The system's code of a file error, such as `ENOENT`; empty for any other error. */
export function errorCode(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "";
}
