/**
 * Who does something, as somebody else vouches for it: Vault for whoever holds a token, a signature for whoever made a
 * commit. Never what a machine's environment says, which anybody can set.
 */
export type Identity =
  | {
      readonly kind: "vault-entity";
      /** The entity's ID in the site's Vault. */
      readonly id: string;
      /** How it logged in, for people: `userpass-ana`, `approle-deploy-dc1`. */
      readonly name: string;
    }
  | {
      readonly kind: "commit-signer";
      /** Principal of the allowed signers' file, or the user of the GnuPG key: `ana@tax.example`. */
      readonly signer: string;
      /** Of the key: `SHA256:...` for SSH, hexadecimal for GnuPG. */
      readonly fingerprint: string;
    }
  | { readonly kind: "unknown" };

/** An identity in a few words, for people. */
export function formatIdentity(identity: Identity): string {
  if (identity.kind === "vault-entity") return `${identity.name} (Vault)`;
  return identity.kind === "commit-signer" ? `${identity.signer} (signed commit)` : "unknown";
}
