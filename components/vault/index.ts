/** What services need of the site's Vault: what an operator sets up, and how values reach the pods. */
export { agentAnnotations, agentMount, agentVolumes, withAgent } from "./agentInjector.ts";
export { alphabets } from "./alphabets.ts";
export { refreshInterval } from "./externalSecrets.ts";
export { type HostSecretManifests, hostSecretManifests, hostsAuthorityManifest } from "./hostSecrets.ts";
export { loginNames, registryAccount } from "./login.ts";
export { hostFields, hostPath, pairMetadata, registryPath, valueField, vaultMounts } from "./mounts.ts";
export { hostValidityDays, pkiRole, serviceHost } from "./pki.ts";
export { type PolicyRule, policyText, servicesPolicy } from "./policy.ts";
export {
  type PullSecretManifests,
  pullSecretManifests,
  pullSecretName,
  registryDescription,
  registryKey,
} from "./pullSecret.ts";
export {
  type AuthorityForms,
  authorityForms,
  servicesAuthority,
  servicesAuthorityFile,
} from "./servicesAuthority.ts";
export { deploymentPolicyName, type SetupSite, setupObjects } from "./setup.ts";
export { type SetupScriptArgs, setupScript } from "./setupScript.ts";
export { type GeneratedValue, type VaultManifests, vaultManifests } from "./vaultManifests.ts";
