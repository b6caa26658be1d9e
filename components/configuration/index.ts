/** Configuration files: whether their own parsers can read them, and the values that they hold. */
export { readConfigurationFile } from "./configurationFile.ts";
