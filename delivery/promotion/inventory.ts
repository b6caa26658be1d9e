import { RemoteError } from "../../command/errors.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { Descriptor, Oras } from "./oras.ts";

/** What an image is in a registry, with all that is attached to it. */
export interface Inventory {
  /** Digest of the image: of its index where it is for several platforms. */
  readonly digest: string;
  /** Digests of all manifests: the image's own, and those of its platforms. */
  readonly manifests: readonly string[];
  /** Layers and configurations, each once. */
  readonly blobs: readonly Descriptor[];
  /** `linux/amd64`; empty where the image does not say. */
  readonly platforms: readonly string[];
  /** Digests of what refers to one of the manifests, or to such a referrer: signatures, attestations. */
  readonly referrers: readonly string[];
  /** Referrers that the registry's API does not tell of, since they were pushed before it had one. */
  readonly tagged: readonly string[];
  /** Tags by which older tools attach: `sha256-<digest>.sig` -> digest. */
  readonly attachments: ReadonlyMap<string, string>;
}

/**
 * Reads an image from its registry.
 * @throws RemoteError where a part of it is missing.
 */
export async function readInventory(oras: Oras, repository: string, digest: string): Promise<Inventory> {
  const { manifests, blobs, platforms } = await readManifests(oras, repository, digest);
  const tags = await oras.tags(repository);
  const known = new Set(manifests);
  const referrers = new Set<string>();
  const tagged = new Set<string>();
  for (const manifest of manifests) {
    const told = (await oras.referrers(repository, manifest)).map((each) => each.digest);
    const hasTag = tags.includes(attachedTo(manifest));
    const kept = hasTag ? (await oras.referrers(repository, manifest, true)).map((each) => each.digest) : [];
    // Some registries answer the tag of an index with the index itself, so that its manifests seem to refer to it.
    for (const each of [...told, ...kept]) if (!known.has(each)) referrers.add(each);
    for (const each of kept) if (!known.has(each) && !told.includes(each)) tagged.add(each);
  }
  const attachments = new Map<string, string>();
  for (const tag of tags.filter((each) => manifests.some((manifest) => isAttachment(each, manifest)))) {
    const attached = await oras.resolve(`${repository}:${tag}`);
    if (attached !== undefined) attachments.set(tag, attached);
  }
  return { digest, manifests, blobs, platforms, referrers: [...referrers], tagged: [...tagged], attachments };
}

/** The tag by which a registry without the API of referrers keeps those of a manifest, and where the tags of cosign begin. */
function attachedTo(digest: string): string {
  return digest.replace(":", "-");
}

function isAttachment(tag: string, digest: string): boolean {
  return tag.startsWith(`${attachedTo(digest)}.`);
}

async function readManifests(
  oras: Oras,
  repository: string,
  root: string,
): Promise<Pick<Inventory, "manifests" | "blobs" | "platforms">> {
  const manifests = new Set<string>();
  const blobs = new Map<string, Descriptor>();
  const platforms = new Set<string>();
  const waiting = [root];
  for (let digest = waiting.shift(); digest !== undefined; digest = waiting.shift()) {
    if (manifests.has(digest)) continue;
    manifests.add(digest);
    const manifest = await oras.manifest(repository, digest);
    if (manifest === undefined) {
      const whose = digest === root ? "" : `, which ${root} names`;
      throw new RemoteError(`${repository} has no ${digest}${whose}; push the whole image there, then run this again`);
    }
    const children = list(manifest["manifests"]);
    waiting.push(...children.flatMap((child) => descriptor(child)?.digest ?? []));
    for (const child of children) for (const platform of platformOf(child)) platforms.add(platform);
    for (const part of [manifest["config"], ...list(manifest["layers"]), ...list(manifest["blobs"])]) {
      const blob = descriptor(part);
      // Layers that stand elsewhere, such as those of a licensed base image, are in no registry of ours.
      if (blob !== undefined && list(at(part, "urls")).length === 0) blobs.set(blob.digest, blob);
    }
  }
  return { manifests: [...manifests], blobs: [...blobs.values()], platforms: [...platforms] };
}

function list(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function descriptor(value: unknown): Descriptor | undefined {
  const [digest, size] = [at(value, "digest"), at(value, "size")];
  return typeof digest === "string" && typeof size === "number" ? { digest, size } : undefined;
}

/** An attestation stands among the platforms of an index as `unknown/unknown`. */
function platformOf(child: unknown): string[] {
  const parts = ["os", "architecture", "variant"].map((key) => at(child, "platform", key));
  const [os] = parts;
  return typeof os !== "string" || os === "unknown" ? [] : [parts.filter((part) => typeof part === "string").join("/")];
}
