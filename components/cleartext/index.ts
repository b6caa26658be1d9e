/** Secrets that stand in the clear: by which names and forms they are known, and where they stand in a text, a URL or a file. */
export { findInCommand, findInFile, findInValue } from "./file.ts";
export { isSecretName } from "./secretNames.ts";
export { type ClearSecret, findInText, hideSecrets, replaceSecrets } from "./text.ts";
export { hideLogins } from "./urlLogins.ts";
