import { setupObjects } from "../../components/vault/index.ts";
import { at, isObject } from "../../recorder/registeredResource.ts";
import { loginConfig, type SetUpSite } from "../../vaultSetup.ts";
import type { Answer, Asked } from "./httpsServer.ts";

/** What Vault 1.21 says of a token that it does not know, such as one that has expired. */
const invalidToken = "2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n";

interface Version {
  readonly value: string;
  /** Its fields, where they are others than {@link VaultServer.field}. */
  readonly fields?: Readonly<Record<string, string>>;
  readonly created_time: string;
  deletion_time: string;
  destroyed: boolean;
}

/** The endpoints of Vault that the program and the command line use, with Vault's own answers, over values in memory. */
export class VaultServer {
  /** Path in the mount `services` -> versions, the first at index 0. */
  readonly secrets = new Map<string, Version[]>();
  /** Path in the mount `services` -> its custom metadata. */
  readonly custom = new Map<string, unknown>();
  /** Path below `/v1/` -> what stands there. */
  readonly others = new Map<string, Record<string, unknown>>();
  token = "operator";
  /** The field that every secret has. */
  field = "value";
  /** Whether the mount `services` is there. */
  mounted = true;
  /** Paths below `/v1/` that the token's policy does not allow. */
  readonly denied = new Set<string>();
  /** What to answer to everything, such as 503 for a sealed Vault. */
  failure: Answer | undefined;

  /** Writes a version that is as old as said. */
  put(path: string, value: string, created: string, fields?: Readonly<Record<string, string>>): void {
    const versions = this.secrets.get(path) ?? [];
    const more = fields === undefined ? {} : { fields };
    versions.push({ value, created_time: created, deletion_time: "", destroyed: false, ...more });
    this.secrets.set(path, versions);
  }

  /** Puts there what a site's operator has set up. */
  setUp(site: SetUpSite): void {
    const { authMount } = site.vault;
    const accessor = "auth_kubernetes_5f7a1c2e";
    this.others.set(`sys/mounts/auth/${authMount}`, { accessor });
    this.others.set(`auth/${authMount}/config`, { ...loginConfig(site), token_reviewer_jwt_set: true });
    for (const { path, data } of setupObjects(site, accessor)) this.others.set(path, { ...data });
  }

  handle = ({ method, path, query, headers, body }: Asked): Answer => {
    if (this.failure !== undefined) return this.failure;
    if (headers["x-vault-token"] !== this.token) return [403, { errors: [invalidToken] }];
    const place = path.replace(/^\/v1\//, "");
    if (this.denied.has(place)) return [403, { errors: ["1 error occurred:\n\t* permission denied\n\n"] }];
    const [, kind, name = ""] = /^services\/(data|metadata|subkeys)\/(.+)$/.exec(place) ?? [];
    if (kind !== undefined && !this.mounted) {
      return [404, { errors: [`no handler for route "${place}". route entry not found.`] }];
    }
    if (kind === "subkeys") return this.#subkeys(name);
    if (kind === "metadata" && method === "POST") {
      this.custom.set(name, at(body, "custom_metadata"));
      return [204, undefined];
    }
    if (kind === "metadata") return this.#metadata(name);
    if (kind === "data" && method === "GET") return this.#data(name, Number(query.get("version") ?? 0));
    if (kind === "data") return this.#write(name, body);
    if (method === "POST") {
      this.others.set(place, isObject(body) ? { ...body } : {});
      return [200, {}];
    }
    const found = place === "auth/token/lookup-self" ? {} : this.others.get(place);
    return found === undefined ? [404, { errors: [] }] : [200, { data: found }];
  };

  #metadata(name: string): Answer {
    const versions = this.secrets.get(name);
    if (versions === undefined) return [404, { errors: [] }];
    const shown = versions.map(({ value: _, fields: __, ...version }, index) => [String(index + 1), version]);
    const custom_metadata = this.custom.get(name) ?? null;
    return [200, { data: { current_version: versions.length, versions: Object.fromEntries(shown), custom_metadata } }];
  }

  #subkeys(name: string): Answer {
    const newest = this.secrets.get(name)?.at(-1);
    if (newest === undefined) return [404, { errors: [] }];
    const metadata = { deletion_time: newest.deletion_time, destroyed: newest.destroyed };
    if (newest.deletion_time !== "") return [404, { data: { metadata, subkeys: null } }];
    const subkeys = Object.fromEntries(Object.keys(newest.fields ?? { [this.field]: "" }).map((name) => [name, null]));
    return [200, { data: { metadata, subkeys } }];
  }

  #data(name: string, version: number): Answer {
    const versions = this.secrets.get(name) ?? [];
    const found = versions[(version === 0 ? versions.length : version) - 1];
    if (found === undefined) return [404, { errors: [] }];
    if (found.deletion_time !== "") return [404, { data: { data: null, metadata: { version } } }];
    return [200, { data: { data: { value: found.value }, metadata: { version } } }];
  }

  #write(name: string, body: unknown): Answer {
    const versions = this.secrets.get(name) ?? [];
    if (at(body, "options", "cas") !== versions.length) {
      return [400, { errors: ["check-and-set parameter did not match the current version"] }];
    }
    const data = at(body, "data");
    const fields = isObject(data) && !("value" in data) ? { fields: data as Record<string, string> } : {};
    this.put(name, String(at(data, "value")), "2026-11-24T12:00:00Z", fields.fields);
    return [200, { data: { version: versions.length + (this.secrets.get(name) === versions ? 0 : 1) } }];
  }
}
