import type { Dirent } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Template } from "../components/catalogue/index.ts";
import { compareText, type Diagnostic, type Position, positionOf } from "../components/diagnostic.ts";
import { configMapLimit } from "../components/kubernetes/index.ts";

/** The templates of a service, and what is wrong with the files beside its description. */
export interface ConfigFolder {
  readonly templates: readonly Template[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * Reads the files in a service's folder `config`; none if there is no such folder. Line ends become `\n`, so that a ConfigMap's
 * name is the same whatever the machine that Git has checked the files out on.
 * @param folder the service's folder.
 * @param place the same folder, as diagnostics name it: `services/receipts`.
 */
export async function readConfigFolder(folder: string, place: string): Promise<ConfigFolder> {
  const beside = await readdir(folder, { withFileTypes: true });
  const astray = beside.flatMap((entry) => astrayProblem(entry, place));
  const config = beside.find(({ name }) => name === "config");
  if (config === undefined) return { templates: [], diagnostics: astray };
  const failed = (message: string): ConfigFolder => ({
    templates: [],
    diagnostics: [...astray, { file: `${place}/config`, path: "", message }],
  });
  if (!config.isDirectory()) return failed("must be a folder; put the templates into a folder of this name");
  const files = await readdir(join(folder, "config"), { withFileTypes: true });
  if (files.length === 0) return failed("holds no file; put the templates into it, or delete it");
  const read = await Promise.all(
    files
      .toSorted((a, b) => compareText(a.name, b.name))
      .map((entry) => readTemplate(entry, join(folder, "config", entry.name), `${place}/config/${entry.name}`)),
  );
  return {
    templates: read.filter((each) => "text" in each),
    diagnostics: [...astray, ...read.filter((each) => "message" in each)],
  };
}

/** Names that a folder of configuration has elsewhere. */
const otherFolders = /^(?:conf|configs?|configuration|cfg|resources)$/i;
const configurationFile = /\.(?:ya?ml|properties|xml|toml|conf|env)$/i;

/** A file or folder beside the description that looks like configuration, and that nothing would read. */
function astrayProblem({ name }: Dirent, place: string): Diagnostic[] {
  if (name === "config" || !(otherFolders.test(name) || configurationFile.test(name))) return [];
  return [
    { file: `${place}/${name}`, path: "", message: `is not read; configuration is in ${place}/config, move it there` },
  ];
}

async function readTemplate(entry: Dirent, path: string, file: string): Promise<Template | Diagnostic> {
  const problem = (message: string): Diagnostic => ({ file, path: "", message });
  const leftover = leftoverProblem(entry.name);
  if (leftover !== undefined) return problem(leftover);
  if (entry.isSymbolicLink()) return problem("is a symbolic link; put the file itself here");
  if (!entry.isFile()) return problem("is not a file; a ConfigMap cannot contain folders, so move the files up");
  if (!/^[-._a-zA-Z0-9]{1,253}$/.test(entry.name)) {
    return problem("cannot be a ConfigMap's key; rename it: letters a-z and A-Z, digits, - _ .");
  }
  const { size } = await stat(path);
  if (size === 0) return problem("is empty; write its content, or delete it");
  // Not even read: whatever it is, a ConfigMap does not hold it.
  if (size > configMapLimit) {
    return problem(`has ${size} bytes; a ConfigMap holds at most ${configMapLimit}: move it to a volume or the image`);
  }
  const bytes = await readFile(path);
  const text = decodeUtf8(bytes);
  if (text !== undefined && !text.includes("\0"))
    return { name: entry.name, file, text: text.replaceAll("\r\n", "\n") };
  const kind = binaryKind(bytes);
  if (kind !== undefined) return problem(`is ${kind}`);
  if (text !== undefined)
    return problem("is a binary file (it holds zero bytes); config/ is for text, so put it into the image");
  return {
    ...problem(`is not UTF-8 text${guessedEncoding(bytes)}; save it as UTF-8`),
    position: firstWrongByte(bytes),
  };
}

/** Files that systems and editors leave behind, which would be mounted into the pod; undefined for any other. */
function leftoverProblem(name: string): string | undefined {
  if (/^(?:\.DS_Store|\._.*|Thumbs\.db|desktop\.ini|\.directory)$/i.test(name)) {
    return "was left here by the file manager and would be mounted into the pod; delete it, and name it in .gitignore";
  }
  if (/~$|^\.#|^#.*#$|^\..*\.sw[a-p]$|\.(?:bak|orig|rej|old|tmp)$/i.test(name)) {
    return "is a copy that an editor or a tool left and would be mounted into the pod; delete it, or rename it if it is meant";
  }
  return undefined;
}

const toImage = "config/ is for text, so put it into the image, or give it a directory of volumes";
const toSecret =
  "which holds keys; it belongs to a Secret: certificate({ keyStorePassword }) under secrets makes one, and secretFiles mounts an existing one";

/** The first bytes of files that are no text, and what to do with each. https://en.wikipedia.org/wiki/List_of_file_signatures */
const signatures: readonly (readonly [start: string, kind: string])[] = [
  ["89504e47", `a picture (PNG); ${toImage}`],
  ["ffd8ff", `a picture (JPEG); ${toImage}`],
  ["47494638", `a picture (GIF); ${toImage}`],
  ["52494646", `a picture or sound (RIFF); ${toImage}`],
  ["00000100", `a picture (ICO); ${toImage}`],
  ["25504446", `a PDF; ${toImage}`],
  ["504b0304", `a ZIP, JAR or office document; ${toImage}`],
  ["1f8b", `a gzip archive; ${toImage}`],
  ["cafebabe", `a compiled Java class; ${toImage}`],
  ["00010000", `a font; ${toImage}`],
  ["feedfeed", `a Java key store (JKS), ${toSecret}`],
  ["3082", `a key or a key store (PKCS#12 or DER), ${toSecret}`],
];

function binaryKind(bytes: Buffer): string | undefined {
  const start = bytes.subarray(0, 4).toString("hex");
  return signatures.find(([signature]) => start.startsWith(signature))?.[1];
}

function decodeUtf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** The encoding that a text has by its first bytes, or that it most likely has. */
function guessedEncoding(bytes: Buffer): string {
  const start = bytes.subarray(0, 2).toString("hex");
  if (start === "fffe" || start === "feff") return " (it is UTF-16)";
  return " (it may be ISO-8859-1 or Windows-1252)";
}

/** Where the first byte stands that is no UTF-8. */
function firstWrongByte(bytes: Buffer): Position {
  const decoded = new TextDecoder("utf-8").decode(bytes);
  return positionOf(decoded, decoded.indexOf("\uFFFD"));
}
