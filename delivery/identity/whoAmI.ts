import { RemoteError } from "../../command/errors.ts";
import type { Site } from "../../components/siteData.ts";
import { at } from "../../recorder/registeredResource.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { openVault } from "../../vaultClient/openVault.ts";
import type { VaultClient } from "../../vaultClient/vaultClient.ts";
import { signerOf } from "./commitSigner.ts";
import type { Identity } from "./identity.ts";

/** By what somebody is known. */
export interface Traces {
  readonly site: Pick<Site, "name" | "file" | "vault">;
  /**
   * The site's Vault, with the token of whoever it is about.
   * @default the one with the token in VAULT_TOKEN; none where that is not set
   */
  readonly vault?: Pick<VaultClient, "read"> | undefined;
  /** The commit that is deployed or promoted. Default: none, and then no signature counts. */
  readonly commit?: string | undefined;
  /**
   * The repository of the commit.
   * @default this project
   */
  readonly folder?: string;
}

/**
 * Who does something: the entity of the token in the site's Vault, else the signer of the commit, else nobody that is known.
 * A Vault that cannot be asked vouches for nobody. A token without an entity, such as a root token, tells no name that somebody
 * else has given, so it does not count.
 * @throws SystemError if there is no Git.
 */
export async function whoAmI(traces: Traces): Promise<Identity> {
  const { site, commit, folder = projectFolder } = traces;
  const entity = await entityOf(async () => traces.vault ?? openVault(site, process.env));
  if (entity !== undefined) return entity;
  return (commit === undefined ? undefined : await signerOf(commit, folder)) ?? { kind: "unknown" };
}

/** @param open fails with a RemoteError where there is no token, or one that cannot be sent */
async function entityOf(open: () => Promise<Pick<VaultClient, "read">>): Promise<Identity | undefined> {
  const self = await open()
    .then((vault) => vault.read("auth/token/lookup-self"))
    .catch((error: unknown) => {
      if (error instanceof RemoteError) return undefined;
      throw error;
    });
  const [id, name] = [at(self, "entity_id"), at(self, "display_name")];
  if (typeof id !== "string" || id === "" || typeof name !== "string") return undefined;
  // Vault calls every login of an AppRole by the name of its mount alone.
  const role = at(self, "meta", "role_name");
  return { kind: "vault-entity", id, name: typeof role === "string" && role !== "" ? `${name}-${role}` : name };
}
