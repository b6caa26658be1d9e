/** What services need of the site's Vault: policies, roles, keys and certificates, and how values reach the pods. */
export { agentAnnotations, agentMount, agentVolumes, withAgent } from "./agentInjector.ts";
export { alphabets } from "./alphabets.ts";
export { valueField, vaultMounts } from "./mounts.ts";
export { type PkiRole, serviceHost } from "./pki.ts";
export { type PolicyRule, policyName, policyText } from "./policy.ts";
export {
  type PullSecretManifests,
  pullSecretManifests,
  pullSecretName,
  registryDescription,
  registryKey,
  registryPath,
  registryPolicy,
  registryReaders,
  registryRole,
} from "./pullSecret.ts";
export {
  type AuthorityForms,
  authorityForms,
  servicesAuthority,
  servicesAuthorityFile,
} from "./servicesAuthority.ts";
export { type GeneratedValue, type VaultManifests, vaultManifests } from "./vaultManifests.ts";
