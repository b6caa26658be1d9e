/** A cluster and a Vault that run for a test: its global setup says where they are. */
export interface SandboxSite {
  /** Path of a kubeconfig. */
  readonly kubeconfig: string;
  /** The context in it. */
  readonly context: string;
  /** URL of a Vault; its token and authority stand in `VAULT_TOKEN` and `VAULT_CACERT`. */
  readonly vaultAddress: string;
}

/** Reads the site from the environment. @throws Error that names the variable that is missing */
export function sandboxSite(): SandboxSite {
  const read = (name: string): string => {
    const value = process.env[name];
    if (value === undefined || value === "")
      throw new Error(`${name} is not set; run these tests by npm run test:sandbox`);
    return value;
  };
  read("VAULT_TOKEN");
  return {
    kubeconfig: read("GEMELOS_SANDBOX_KUBECONFIG"),
    context: read("GEMELOS_SANDBOX_CONTEXT"),
    vaultAddress: read("GEMELOS_SANDBOX_VAULT_ADDR"),
  };
}
