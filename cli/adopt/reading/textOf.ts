/** A file's bytes as text, or what is wrong with them. */
export function textOf(bytes: Uint8Array): { readonly text: string } | { readonly problem: string } {
  const encoding =
    bytes[0] === 0xff && bytes[1] === 0xfe ? "utf-16le" : bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes("\0") ? { problem: "is binary, not text; give the manifests as text" } : { text };
  } catch {
    return { problem: "is not UTF-8 text; save it as UTF-8" };
  }
}
