import type { SecretAlphabet } from "../secrets.ts";

/** The characters of each alphabet for generated secrets. */
export const alphabets: Readonly<Record<SecretAlphabet, string>> = {
  alphanumeric: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789",
  hexadecimal: "0123456789abcdef",
  symbols: "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~",
};
