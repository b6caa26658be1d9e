import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { RemoteError } from "../../../command/errors.ts";
import { formatIdentity } from "../../../delivery/identity/identity.ts";
import { whoAmI } from "../../../delivery/identity/whoAmI.ts";
import { GitRepositories } from "../../support/gitRepositories.ts";
import { HttpsServer } from "../../support/httpsServer.ts";

const repositories = new GitRepositories();
let folder: string;
let vaultServer: HttpsServer;
let self: unknown;

beforeAll(async () => {
  folder = repositories.clone(repositories.server("server.git"), "clone");
  vaultServer = await HttpsServer.start(() => [200, { data: self }]);
});
afterAll(async () => {
  await vaultServer.stop();
  repositories.remove();
});

const git = (...args: string[]) => repositories.git(folder, ...args);
/** A site whose Vault is nowhere, unless it is said. */
const site = (address = "https://127.0.0.1:1") => ({
  name: "dc1",
  file: "Pulumi.dc1.yaml",
  vault: {
    address,
    caCertificate: vaultServer.certificate,
    authMount: "kubernetes-dc1",
    cidrs: [],
    auditLog: "stdout",
  },
});
/** Whom this commit's signature names; no Vault is asked. */
const signer = (commit: string) => whoAmI({ site: site(), commit, folder, vault: undefined });

function key(name: string): string {
  const file = join(repositories.folder, name);
  execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-C", "", "-f", file]);
  return file;
}
const publicKey = (file: string) => execFileSync("ssh-keygen", ["-y", "-f", file], { encoding: "utf8" }).trim();

function commitWith(...options: string[]): string {
  git(...options, "commit", "--quiet", "--allow-empty", "-m", "A change");
  return git("rev-parse", "HEAD");
}
const signedWith = (file: string) =>
  commitWith("-c", "gpg.format=ssh", "-c", `user.signingKey=${file}`, "-c", "commit.gpgSign=true");

describe("the entity of a Vault token", () => {
  const ask = () => whoAmI({ site: site(vaultServer.address), vault: undefined });

  it.each([
    [{ entity_id: "7d2e", display_name: "userpass-ana", meta: { username: "ana" } }, "userpass-ana (Vault)"],
    [{ entity_id: "7d2f", display_name: "approle", meta: { role_name: "deploy-dc1" } }, "approle-deploy-dc1 (Vault)"],
    [{ entity_id: "", display_name: "root", meta: null }, "unknown"],
    [{ entity_id: "", display_name: "token-ana", meta: { username: "ana" } }, "unknown"],
    [undefined, "unknown"],
  ])("of %j is %s", async (answer, name) => {
    self = answer;
    process.env["VAULT_TOKEN"] = "hvs.any";
    try {
      expect(formatIdentity(await ask())).toBe(name);
    } finally {
      delete process.env["VAULT_TOKEN"];
    }
  });

  it("is nobody's whose token cannot be sent, as one that was read with the end of its line", async () => {
    process.env["VAULT_TOKEN"] = "hvs.any\r\n";
    try {
      expect(await ask()).toEqual({ kind: "unknown" });
    } finally {
      delete process.env["VAULT_TOKEN"];
    }
  });

  it("is not asked for without a token, and a Vault that is away vouches for nobody", async () => {
    self = { entity_id: "7d2e", display_name: "userpass-ana" };
    expect(await ask()).toEqual({ kind: "unknown" });
    const vault = { read: () => Promise.reject(new RemoteError("the Vault of dc1 cannot be reached")) };
    expect(await whoAmI({ site: site(), vault })).toEqual({ kind: "unknown" });
  });
});

describe("the signer of a commit", () => {
  let ana: string;
  let eve: string;
  beforeAll(() => {
    [ana, eve] = [key("ana"), key("eve")];
    const allowed = join(repositories.folder, "allowed_signers");
    writeFileSync(
      allowed,
      `ana@tax.example ${publicKey(ana)}\nlate@tax.example valid-before="20200101" ${publicKey(eve)}\n`,
    );
    git("config", "gpg.ssh.allowedSignersFile", allowed);
  });

  it("is the principal of the allowed signers' file, with the key's fingerprint", async () => {
    const [, fingerprint] = execFileSync("ssh-keygen", ["-l", "-f", ana], { encoding: "utf8" }).split(" ");
    const who = await signer(signedWith(ana));
    expect(who).toEqual({ kind: "commit-signer", signer: "ana@tax.example", fingerprint });
    expect(formatIdentity(who)).toBe("ana@tax.example (signed commit)");
  });

  it.each([
    ["nobody who signed with a key that nobody vouches for", () => signedWith(key("mallory"))],
    ["nobody whose key was valid before the commit only", () => signedWith(eve)],
    [
      "nobody without a signature, whatever the author's name is",
      () => commitWith("-c", "user.name=Ana", "-c", "user.email=ana@tax.example"),
    ],
    ["nobody where there is no such commit", () => "f".repeat(40)],
  ])("is %s", async (_, commit) => {
    expect(await signer(commit())).toEqual({ kind: "unknown" });
  });

  it("is nobody once the commit was changed", async () => {
    const commit = signedWith(ana);
    const changed = git("cat-file", "commit", commit).replace("A change", "Another");
    const file = join(repositories.folder, "commit");
    writeFileSync(file, `${changed}\n`);
    expect(await signer(git("hash-object", "-t", "commit", "-w", file))).toEqual({ kind: "unknown" });
  });

  it("comes after the entity of a token", async () => {
    const vault = { read: () => Promise.resolve({ entity_id: "7d2e", display_name: "userpass-ana" }) };
    expect((await whoAmI({ site: site(), vault, commit: signedWith(ana), folder })).kind).toBe("vault-entity");
  });
});

describe.skipIf(!hasGnuPg())("the signer of a commit with GnuPG", () => {
  it("is the user of a key that this machine trusts, and nobody without that trust", async () => {
    const home = join(repositories.folder, "gnupg");
    execFileSync("mkdir", ["-m", "700", home]);
    const gpg = (...args: string[]) =>
      execFileSync("gpg", ["--homedir", home, "--batch", "--quiet", ...args], {
        encoding: "utf8",
        stdio: ["ignore", "pipe", "ignore"],
      });
    gpg("--passphrase", "", "--quick-generate-key", "Ana <ana@tax.example>", "ed25519", "sign", "never");
    const fingerprint = /^fpr:+([0-9A-F]+):/m.exec(gpg("--list-keys", "--with-colons"))?.[1] ?? "";
    process.env["GNUPGHOME"] = home;
    try {
      const commit = commitWith(
        "-c",
        "gpg.format=openpgp",
        "-c",
        `user.signingKey=${fingerprint}`,
        "-c",
        "commit.gpgSign=true",
      );
      expect(await signer(commit)).toEqual({ kind: "commit-signer", signer: "Ana <ana@tax.example>", fingerprint });
      execFileSync("rm", [join(home, "trustdb.gpg")]);
      expect(await signer(commit)).toEqual({ kind: "unknown" });
    } finally {
      delete process.env["GNUPGHOME"];
      execFileSync("gpgconf", ["--homedir", home, "--kill", "all"]);
    }
  });
});

function hasGnuPg(): boolean {
  try {
    return execFileSync("gpg", ["--version"], { encoding: "utf8" }).startsWith("gpg");
  } catch {
    return false;
  }
}
