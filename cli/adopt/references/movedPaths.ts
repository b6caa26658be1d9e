/** A file or directory of the configuration that has another path in the component's pods. */
export interface MovedPath {
  readonly from: string;
  /** Undefined for a directory of which not every file is found again under `/config`. */
  readonly to: string | undefined;
  /** Whether whatever is under it moves along. */
  readonly isDirectory: boolean;
}

/** What was found of moved paths in a text. */
interface PathsFound {
  /** The text with the paths of today. */
  readonly text: string;
  /** A path -> what it is now; undefined where that is not known. */
  readonly moves: ReadonlyMap<string, string | undefined>;
}

/** What a path's name may hold; everything else ends the path in a text. */
const inPath = String.raw`[\w.@+~%/-]`;

/** Replaces the paths of moved files in a text, wherever they stand in it: behind `file:`, in a list, in quotes. */
export function replaceMovedPaths(text: string, moved: readonly MovedPath[]): PathsFound {
  const moves = new Map<string, string | undefined>();
  const roots = [...new Set(moved.map(({ from }) => from))].filter((from) => text.includes(from));
  if (roots.length === 0) return { text, moves };
  const byPath = new Map(moved.map((each) => [each.from, each]));
  const directories = moved.filter(({ isDirectory }) => isDirectory).sort((a, b) => b.from.length - a.from.length);
  const newPlace = (path: string): { readonly to: string | undefined } | undefined => {
    const [bare, slashes] = [path.replace(/\/+$/, ""), /\/*$/.exec(path)?.[0] ?? ""];
    const exact = byPath.get(bare);
    if (exact !== undefined) return { to: exact.to === undefined ? undefined : exact.to + slashes };
    const around = directories.find(({ from }) => path.startsWith(`${from}/`));
    if (around === undefined) return undefined;
    return { to: around.to === undefined ? undefined : around.to + path.slice(around.from.length) };
  };
  const alternatives = roots
    .sort((a, b) => b.length - a.length)
    .map((root) => root.replaceAll(/[^\w/]/g, String.raw`\$&`));
  // Behind a word or a slash it is the end of another path, unless a scheme or the letter of an option stands there.
  const start = String.raw`(?<=^|[^\w./})$-]|:\/\/|(?:^|\s)-\w)`;
  const pattern = new RegExp(
    `${start}(?:${alternatives.join("|")})(?!${inPath.replace("/", "")})(?:/${inPath}*)?`,
    "g",
  );
  const replaced = text.replaceAll(pattern, (path) => {
    const place = newPlace(path);
    if (place === undefined || place.to === path) return path;
    moves.set(path, place.to);
    return place.to ?? path;
  });
  return { text: replaced, moves };
}
