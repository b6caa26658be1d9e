import { isMap, isNode, isScalar, isSeq, type Node, parseDocument } from "yaml";
import { type Diagnostic, type Position, positionOf } from "../components/diagnostic.ts";
import { siteFileName } from "./files.ts";
import { calendarFile } from "./peaks.ts";
import { readProjectFile } from "./projectFile.ts";

/**
 * The diagnostics with the lines and columns of the fields in sites' files and in the calendar; of a missing field, those of what should hold
 * it. Reads the files, so it is for whoever prints errors. A file that cannot be read leaves its diagnostics as they are.
 * @param folder where these files are
 */
export async function withPositions(diagnostics: readonly Diagnostic[], folder: string): Promise<Diagnostic[]> {
  const files = [...new Set(diagnostics.map(({ file }) => file))].filter(
    (file) => siteFileName.test(file) || file === calendarFile,
  );
  const read = await Promise.all(files.map(async (file) => ({ file, ...(await readProjectFile(folder, file)) })));
  const positions = new Map(
    read.flatMap((each) =>
      "bytes" in each ? [[each.file, positionsIn(new TextDecoder().decode(each.bytes))] as const] : [],
    ),
  );
  return diagnostics.map((diagnostic) => {
    const position = diagnostic.path === "" ? undefined : positions.get(diagnostic.file)?.(diagnostic.path);
    return position === undefined ? diagnostic : { position, ...diagnostic };
  });
}

/** Says where the field of a path is in a site's file, or else what should hold it. */
export function positionsIn(text: string): (path: string) => Position | undefined {
  const { contents } = parseDocument(text, { uniqueKeys: false });
  return (path) => {
    const steps = stepsOf(path);
    const found = offsetOf(contents, ["config", ...steps], 2) ?? offsetOf(contents, steps, 1);
    return found === undefined ? undefined : positionOf(text, found);
  };
}

/** The keys and indices of a path as `formatPath` writes it. */
function stepsOf(path: string): string[] {
  const steps = path.matchAll(/\["((?:[^"\\]|\\.)*)"\]|\[(\d+)\]|([^.[\]]+)/g);
  return [...steps].map(([, quoted, index, key]) =>
    quoted === undefined ? (index ?? key ?? "") : JSON.parse(`"${quoted}"`),
  );
}

/** Where the key or item is to which the steps lead as far as they can, if that is as far as they must. */
function offsetOf(root: Node | null, steps: readonly string[], least: number): number | undefined {
  let node: unknown = root;
  let offset: number | undefined;
  for (const [depth, step] of steps.entries()) {
    const next = below(node, step);
    if (next === undefined) return depth < least ? undefined : offset;
    [node, offset] = [next.value, next.offset ?? offset];
  }
  return offset;
}

function below(node: unknown, step: string): { value: unknown; offset: number | undefined } | undefined {
  if (isMap(node)) {
    const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === step);
    return pair && { value: pair.value, offset: isNode(pair.key) ? pair.key.range?.[0] : undefined };
  }
  const item = isSeq(node) ? node.items[Number(step)] : undefined;
  return isNode(item) ? { value: item, offset: item.range?.[0] } : undefined;
}
