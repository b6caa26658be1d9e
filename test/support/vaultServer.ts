import { at, isObject } from "../../recorder/registeredResource.ts";
import type { Answer, Asked } from "./httpsServer.ts";

interface Version {
  readonly value: string;
  readonly created_time: string;
  deletion_time: string;
  destroyed: boolean;
}

/** The endpoints of Vault that the command line uses, with Vault's own answers, over values in memory. */
export class VaultServer {
  /** Path in the mount `services` -> versions, the first at index 0. */
  readonly secrets = new Map<string, Version[]>();
  /** Path below `/v1/` -> what stands there. */
  readonly others = new Map<string, Record<string, unknown>>();
  token = "operator";
  /** What to answer to everything, such as 503 for a sealed Vault. */
  failure: Answer | undefined;

  /** Writes a version that is as old as said. */
  put(path: string, value: string, created: string): void {
    const versions = this.secrets.get(path) ?? [];
    versions.push({ value, created_time: created, deletion_time: "", destroyed: false });
    this.secrets.set(path, versions);
  }

  handle = ({ method, path, query, headers, body }: Asked): Answer => {
    if (this.failure !== undefined) return this.failure;
    if (headers["x-vault-token"] !== this.token) return [403, { errors: ["permission denied"] }];
    const [, kind, name = ""] = /^\/v1\/services\/(data|metadata)\/(.+)$/.exec(path) ?? [];
    if (kind === "metadata") return this.#metadata(name);
    if (kind === "data" && method === "GET") return this.#data(name, Number(query.get("version") ?? 0));
    if (kind === "data") return this.#write(name, body);
    const place = path.replace(/^\/v1\//, "");
    if (method === "POST") {
      this.others.set(place, isObject(body) ? { ...body } : {});
      return [200, {}];
    }
    const found = this.others.get(place);
    return found === undefined ? [404, { errors: [] }] : [200, { data: found }];
  };

  #metadata(name: string): Answer {
    const versions = this.secrets.get(name);
    if (versions === undefined) return [404, { errors: [] }];
    const shown = versions.map(({ value: _, ...version }, index) => [String(index + 1), version]);
    return [200, { data: { current_version: versions.length, versions: Object.fromEntries(shown) } }];
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
    this.put(name, String(at(body, "data", "value")), "2026-11-24T12:00:00Z");
    return [200, { data: { version: versions.length + (this.secrets.get(name) === versions ? 0 : 1) } }];
  }
}
