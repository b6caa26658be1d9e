import { open } from "node:fs/promises";

/** In bytes. A longer file holds more than one host's certificates, or something else. */
const largestFile = 64 * 1024;

/** A block of a PEM file: `-----BEGIN <label>-----`. */
interface PemBlock {
  readonly label: string;
  readonly text: string;
}

/** A file that somebody named in an option. */
export interface PemFile {
  /** The option and, once it is known to be a file's, the name: `--key (server.key)`. */
  readonly name: string;
  readonly blocks: readonly PemBlock[];
  /** What keeps it from being read; undefined if nothing does. */
  readonly problem: string | undefined;
}

/** Reads a PEM file as far as a host's pair can be long. What was typed is not shown unless it is the name of a file. */
export async function readPem(option: string, path: string): Promise<PemFile> {
  const unread = (name: string, problem: string): PemFile => ({ name, blocks: [], problem });
  let bytes: Buffer;
  try {
    bytes = await readStart(path, largestFile + 1);
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "";
    if (code === "EISDIR") return unread(`${option} (${path})`, "is a directory; name the file in it");
    if (code === "EACCES") return unread(`${option} (${path})`, "must not be read by you; correct its permissions");
    return unread(option, "there is no such file that can be read; name a PEM file");
  }
  const name = `${option} (${path})`;
  if (bytes.length > largestFile) return unread(name, `has more than ${largestFile} bytes, so it is no host's`);
  const text = bytes.toString("latin1");
  const blocks = [...text.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]*?-----END \1-----/g)].map(
    ([block, label = ""]) => ({ label, text: `${block.replaceAll("\r\n", "\n")}\n` }),
  );
  const begun = text.split("-----BEGIN ").length - 1;
  if (begun !== blocks.length) return unread(name, "is cut off: a block has no end; copy the whole file");
  return { name, blocks, problem: undefined };
}

/** The first bytes of a file, also of a pipe's. */
async function readStart(path: string, length: number): Promise<Buffer> {
  const file = await open(path);
  try {
    const buffer = Buffer.alloc(length);
    let filled = 0;
    while (filled < length) {
      const { bytesRead } = await file.read(buffer, filled, length - filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return buffer.subarray(0, filled);
  } finally {
    await file.close();
  }
}
