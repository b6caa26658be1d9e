import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { promisify } from "node:util";
import { endAtExit } from "../../command/cleanUp.ts";
import { isSystemError, RemoteError, UsageError } from "../../command/errors.ts";
import { hideLogins } from "../../components/cleartext/index.ts";
import { at, isObject } from "../../recorder/registeredResource.ts";

const execute = promisify(execFile);

/** The oldest version whose recursive copy keeps the referrers of an index's own manifests, and the next that may differ. */
const versions = { from: "1.3.0", below: "2" };

/** How long one question to a registry may take, and the copy of one image, in milliseconds. */
const patience = { question: 120_000, copy: 3_600_000 };

/** How the tool reaches registries. */
export interface OrasOptions {
  /**
   * File of certificates, in PEM form, that the registries' are checked with.
   * @default the system's
   */
  readonly caFile?: string | undefined;
  /**
   * File with the logins, as `oras login` writes it.
   * @default the tool's own: `config.json` in `DOCKER_CONFIG`, or in `~/.docker`
   */
  readonly registryConfig?: string | undefined;
}

/** Content in a registry, as a manifest names it. */
export interface Descriptor {
  readonly digest: string;
  /** In bytes. */
  readonly size: number;
}

/** What is attached to a manifest: a signature, an attestation, a bill of materials. */
export interface Referrer {
  /** The manifest that it is about. */
  readonly subject: string;
  readonly digest: string;
}

/**
 * The command line of ORAS, the one tool that copies images with all that is attached to them. It logs in by itself and retries
 * what a registry puts off; it is started with arguments, which never hold a credential.
 */
export class Oras {
  readonly #options: OrasOptions;

  private constructor(options: OrasOptions) {
    this.#options = options;
  }

  /**
   * Finds the tool on the PATH.
   * @throws UsageError where there is none, or one of another version.
   */
  static async find(options: OrasOptions): Promise<Oras> {
    const install = "install oras 1.3 (https://oras.land/docs/installation), or correct PATH";
    const ran = await execute("oras", ["version"], { timeout: patience.question }).catch((error: unknown) => {
      if (isSystemError(error)) throw new UsageError(`images are copied by oras, which is not on the PATH; ${install}`);
      throw error;
    });
    const version = /\d+\.\d+\.\d+/.exec(ran.stdout)?.[0] ?? "none";
    const order = new Intl.Collator("en", { numeric: true });
    if (order.compare(version, versions.from) < 0 || order.compare(version, versions.below) >= 0) {
      throw new UsageError(`oras on the PATH is version ${version}; ${install}`);
    }
    return new Oras(options);
  }

  /** The digest of what a reference (`host/repository:tag` or `...@digest`) stands for, undefined where there is none. */
  async resolve(reference: string): Promise<string | undefined> {
    const printed = await this.#ask(reference, ["resolve", ...this.#flags(""), reference]);
    return printed?.toString("utf8").trim();
  }

  /**
   * A manifest, parsed; undefined where there is none.
   * @throws RemoteError where the registry answers with other content than the digest says.
   */
  async manifest(repository: string, digest: string): Promise<Readonly<Record<string, unknown>> | undefined> {
    const reference = `${repository}@${digest}`;
    const bytes = await this.#ask(reference, ["manifest", "fetch", ...this.#flags(""), reference]);
    if (bytes === undefined) return undefined;
    const found = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    if (found !== digest)
      throw new RemoteError(`${reference} has the content of ${found}; have that registry looked at`);
    const manifest: unknown = JSON.parse(bytes.toString("utf8"));
    return isObject(manifest) ? manifest : {};
  }

  /** Whether a blob is there, in its size. */
  async hasBlob(repository: string, { digest, size }: Descriptor): Promise<boolean> {
    const reference = `${repository}@${digest}`;
    const printed = await this.#ask(reference, ["blob", "fetch", "--descriptor", ...this.#flags(""), reference]);
    return printed !== undefined && at(JSON.parse(printed.toString("utf8")), "size") === size;
  }

  /** All tags of a repository; none where it is not there. */
  async tags(repository: string): Promise<readonly string[]> {
    const printed = await this.#ask(repository, ["repo", "tags", ...this.#flags(""), repository]);
    return (
      printed
        ?.toString("utf8")
        .split("\n")
        .filter((line) => line !== "") ?? []
    );
  }

  /**
   * What is attached to a manifest, and to that in turn.
   * @param byTag asks for the tag by which registries without the API of referrers keep them
   */
  async referrers(repository: string, digest: string, byTag = false): Promise<readonly Referrer[]> {
    const reference = `${repository}@${digest}`;
    const way = byTag ? ["--distribution-spec", "v1.1-referrers-tag"] : [];
    const printed = await this.#ask(reference, ["discover", "--format", "json", ...way, ...this.#flags(""), reference]);
    return printed === undefined ? [] : flatten(JSON.parse(printed.toString("utf8")));
  }

  /**
   * Copies a manifest with all that it names and all that is attached to it. What is there already is not copied.
   * @param from `host/repository@digest`
   * @param to `host/repository:tag`, or without a tag
   * @returns how many blobs were copied; manifests, which are small, are always sent
   */
  async copy(from: string, to: string): Promise<number> {
    const flags = [...this.#flags("from-"), ...this.#flags("to-")];
    const printed = await this.#run(
      to,
      ["cp", "--recursive", "--force", "--no-tty", ...flags, from, to],
      patience.copy,
    );
    const copied = printed.toString("utf8").matchAll(/^Copied +[0-9a-f]{12} (?!\S*(?:manifest|index))/gm);
    return [...copied].length;
  }

  #flags(side: "" | "from-" | "to-"): string[] {
    const { caFile, registryConfig } = this.#options;
    return [
      ...(caFile === undefined ? [] : [`--${side}ca-file`, caFile]),
      ...(registryConfig === undefined ? [] : [`--${side}registry-config`, registryConfig]),
    ];
  }

  /** The tool's answer, undefined where the registry says that there is no such thing. */
  async #ask(reference: string, args: readonly string[]): Promise<Buffer | undefined> {
    return this.#run(reference, args, patience.question).catch((error: unknown) => {
      if (error instanceof OrasError && error.isNotFound) return undefined;
      throw error;
    });
  }

  async #run(reference: string, args: readonly string[], timeout: number): Promise<Buffer> {
    const running = execute("oras", [...args], { encoding: "buffer", maxBuffer: 2 ** 26, timeout });
    endAtExit(running.child);
    try {
      return (await running).stdout;
    } catch (error) {
      if (isSystemError(error)) throw error;
      const isLate = at(error, "killed") === true;
      const said = String(at(error, "stderr") ?? error).trim();
      throw new OrasError(reference, isLate ? `it took longer than ${timeout / 1000} s` : said);
    }
  }
}

function flatten(node: unknown): Referrer[] {
  const [subject, referrers] = [at(node, "digest"), at(node, "referrers")];
  if (typeof subject !== "string" || !Array.isArray(referrers)) return [];
  return referrers.flatMap((each: unknown) => {
    const digest = at(each, "digest");
    return typeof digest === "string" ? [{ subject, digest }, ...flatten(each)] : [];
  });
}

/** What is to be done where the tool says so. The first that fits counts. */
const remedies: readonly (readonly [said: RegExp, remedy: string])[] = [
  [/HTTP response to HTTPS/, "it speaks plain HTTP, which is for localhost only: give it a certificate"],
  [/x509|certificate/, "name the file with its authority's certificate as images.caFile in delivery.yaml"],
  [
    /\b401\b|unauthorized|authentication required|no basic auth|credential/i,
    "log in with oras login HOST, or name the file with that login by --registry-config",
  ],
  [/\b403\b|denied|forbidden/i, "have this login allowed to read and write there"],
  [
    /\b429\b|too ?many ?requests/i,
    "it limits requests: wait a while, then run this again, which goes on where it ended",
  ],
];
const again = "run this again once it answers, which goes on where it ended";

/** A registry, or the way to it, has failed. */
class OrasError extends RemoteError {
  /** Whether the registry says that there is no such repository, tag or content. */
  readonly isNotFound: boolean;

  constructor(reference: string, said: string) {
    const [host = ""] = reference.split("/");
    const text = oneLine(said);
    const remedy = remedies.find(([words]) => words.test(text))?.[1].replace("HOST", host) ?? again;
    super(`${reference}: ${text}; ${remedy}`);
    this.isNotFound = /: not found$|name unknown|name not known|manifest unknown|\b404\b/i.test(text);
  }
}

function oneLine(said: string): string {
  const line = hideLogins(said)
    // Between registries, the token of an upload and of a login stands in the query.
    .replaceAll(/\?[^\s"]*/g, "")
    .replace(/^Error:? ?/, "")
    .split("\n")[0];
  return (line ?? "").slice(0, 300);
}
