import { generateKeyPairSync, randomBytes, randomUUID } from "node:crypto";
import { chmod, mkdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { writeWhole } from "../../command/writeWhole.ts";
import { createClientIdentity, createServerIdentity } from "./certificates.ts";

/** Ports on 127.0.0.1 that a site's servers listen on. */
export interface SitePorts {
  readonly etcd: number;
  readonly etcdPeer: number;
  readonly apiServer: number;
  /** Where kwok answers as the kubelets of all nodes. */
  readonly kubelet: number;
  readonly vault: number;
  readonly vaultCluster: number;
}

/** Data of a sandbox site that persists between starts. It contains keys, so only the file's owner may read it. */
export interface SiteRecord {
  readonly ports: SitePorts;
  /** Bearer token of the API server's administrator. */
  readonly adminToken: string;
  /** Key with which the API server encrypts Secrets in etcd: 32 bytes in Base64. */
  readonly encryptionKey: string;
  /** PEM of the CA that signed the API server's and Vault's certificates. */
  readonly caCertificate: string;
  /** Vault's unseal key and root token; absent until Vault is initialised. */
  readonly vault?: { readonly unsealKey: string; readonly rootToken: string };
  /** UID of the `kube-system` namespace; absent until the API server has responded once. */
  readonly clusterUid?: string;
}

/** Name of the API server as a client of other APIs' servers. */
export const frontProxyName = "front-proxy-client";

/** Files of one sandbox site. */
export class SiteFolder {
  readonly path: string;

  constructor(state: string, site: string) {
    this.path = join(state, site);
  }

  file(...parts: string[]): string {
    return join(this.path, ...parts);
  }

  /** The record, or undefined if the site was never started. */
  async read(): Promise<SiteRecord | undefined> {
    const text = await readFile(this.file("site.json"), "utf8").catch((error: NodeJS.ErrnoException) => {
      if (error.code === "ENOENT") return undefined;
      throw error;
    });
    return text === undefined ? undefined : JSON.parse(text);
  }

  async write(record: SiteRecord): Promise<void> {
    await this.writeFile("site.json", `${JSON.stringify(record, null, 2)}\n`);
  }

  /** Writes a file atomically, readable only by its owner. */
  async writeFile(name: string, content: string): Promise<void> {
    writeWhole(this.file(name), content, 0o600);
  }

  /**
   * Writes what the API server shows to the servers of other APIs, so that they believe whom it lets through: a CA of its own,
   * which signs nothing else.
   */
  async writeFrontProxy(): Promise<void> {
    const identity = await createClientIdentity("Gemelos sandbox front proxy", frontProxyName);
    await this.writeFile("front-proxy-ca.pem", identity.caCertificate);
    await this.writeFile("front-proxy.pem", identity.certificate);
    await this.writeFile("front-proxy-key.pem", identity.key);
  }

  /** Creates the folder with new keys and certificates. The record comes last: without it the folder counts as empty. */
  async create(site: string, ports: SitePorts): Promise<SiteRecord> {
    await mkdir(this.path, { recursive: true });
    await chmod(this.path, 0o700);
    const identity = await createServerIdentity(`Gemelos sandbox ${site}`);
    const accounts = generateKeyPairSync("ec", { namedCurve: "P-256" });
    const record: SiteRecord = {
      ports,
      adminToken: randomUUID(),
      encryptionKey: randomBytes(32).toString("base64"),
      caCertificate: identity.caCertificate,
    };
    await this.writeFile("ca.pem", identity.caCertificate);
    await this.writeFile("server.pem", identity.certificate);
    await this.writeFile("server-key.pem", identity.key);
    await this.writeFile("accounts-key.pem", accounts.privateKey.export({ type: "pkcs8", format: "pem" }).toString());
    await this.writeFile("accounts.pem", accounts.publicKey.export({ type: "spki", format: "pem" }).toString());
    await this.writeFile("tokens.csv", `${record.adminToken},admin,admin,"system:masters"\n`);
    await this.writeFile(
      "encryption.json",
      JSON.stringify({
        apiVersion: "apiserver.config.k8s.io/v1",
        kind: "EncryptionConfiguration",
        resources: [
          {
            resources: ["secrets"],
            providers: [{ secretbox: { keys: [{ name: "sandbox", secret: record.encryptionKey }] } }, { identity: {} }],
          },
        ],
      }),
    );
    await this.write(record);
    return record;
  }
}
