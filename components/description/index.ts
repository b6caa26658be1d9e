/** The meaning of a description: its schema, its defaults and everything that follows from it alone. */
export { heapDumpPath } from "./jvm.ts";
export { type ResolvedMicroservice, resolveMicroservice } from "./resolve.ts";
export { type AcceptedMicroservice, microserviceSchema } from "./schema.ts";
export { endsInSecretName, isSecretName } from "./secretNames.ts";
export { checkSecrets } from "./secretRules.ts";
export {
  certificateFolder,
  type IssuedKey,
  longestValidityDays,
  type StoredSecret,
  secretsPath,
  targetSecretName,
  tlsSecretName,
} from "./secretSources.ts";
export { patience } from "./timeouts.ts";
