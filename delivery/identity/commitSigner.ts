import { askGit } from "../../command/git.ts";
import type { Identity } from "./identity.ts";

/** How long Git may take, in milliseconds: GnuPG may ask a key server. */
const timeout = 30_000;

/**
 * Whose signature a commit has, if it is good by what this machine trusts: the allowed signers' file of
 * `gpg.ssh.allowedSignersFile`, or the trust that GnuPG's key ring has in the key. An expired or revoked key, or one that nobody here vouches for, is nobody's.
 * @param folder of the repository
 */
export async function signerOf(commit: string, folder: string): Promise<Identity | undefined> {
  const { isRefused, stdout } = await askGit(
    folder,
    ["log", "-1", "--format=%G?%x00%GS%x00%GF", "--end-of-options", commit],
    { timeout },
  );
  const [validity, signer = "", fingerprint = ""] = stdout.trim().split("\0");
  const isGood = !isRefused && validity === "G" && signer !== "" && fingerprint !== "";
  return isGood ? { kind: "commit-signer", signer, fingerprint } : undefined;
}
