/** The meaning of a description: its schema, its defaults and everything that follows from it alone. */
export { addressCacheOptions, heapDumpPath } from "./jvm.ts";
export { splitJvmOptions } from "./jvmOptions.ts";
export { variableValue } from "./podSchema.ts";
export { checkPorts } from "./portRules.ts";
export { reservedNodeKey, reservedPodKey } from "./reservedKeys.ts";
export { type ResolvedMicroservice, resolveMicroservice } from "./resolve.ts";
export { riskyFile } from "./riskyFiles.ts";
export { riskyOptions, riskyWords } from "./riskyOptions.ts";
export { isRiskyPath, type Risk } from "./riskyProperties.ts";
export { type AcceptedMicroservice, microserviceSchema } from "./schema.ts";
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
export { clusterDomain, fullServiceName, grpcTarget, serviceUrl } from "./serviceNames.ts";
export { patience } from "./timeouts.ts";
export { callersPort, speaksTls, tlsKey, trustBundle } from "./tls.ts";
export { checkTls } from "./tlsRules.ts";
