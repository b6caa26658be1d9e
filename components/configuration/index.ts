/** Configuration files: whether their own parsers can read them, the values that they hold, and the names that these need. */
export { readConfigurationFile } from "./configurationFile.ts";
export { keyPlace } from "./keyPlace.ts";
export type { Property } from "./parsedFile.ts";
export { placeholdersIn, requiredNames, resolvePlaceholders } from "./placeholders.ts";
export { SpringNames, uniformKey, variablesOf } from "./springNames.ts";
