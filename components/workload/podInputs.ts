import type { MicroserviceSite } from "../siteData.ts";

/** What a service's pods are made from beside the description. */
export interface PodInputs {
  readonly site: Pick<
    MicroserviceSite,
    "registry" | "backingServices" | "network" | "vault" | "nodes" | "timeZone" | "locale"
  >;
  /** `tag@sha256:...` */
  readonly release: string;
  /** Name of the ConfigMap to mount, or undefined where the service has no configuration. */
  readonly configMapName: string | undefined;
  /**
   * Generated name of a claim -> the name that a transform chose.
   * @default the generated names
   */
  readonly claimNames?: ReadonlyMap<string, string>;
  /** Name of the ConfigMap with the certificate of Vault's authority, or undefined where nothing comes from Vault. */
  readonly vaultAuthority?: string | undefined;
}
