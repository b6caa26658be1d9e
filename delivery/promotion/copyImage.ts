import { RemoteError } from "../../command/errors.ts";
import { at } from "../../recorder/registeredResource.ts";
import type { Inventory } from "./inventory.ts";
import { readInventory } from "./inventory.ts";
import type { Oras } from "./oras.ts";
import { PromotionRefused } from "./refusal.ts";

/**
 * Refuses a tag that stands for other content in a registry already: a release is never overwritten.
 * @returns whether the image is there already
 * @throws PromotionRefused, RemoteError
 */
export async function isThere(oras: Oras, repository: string, tag: string, digest: string): Promise<boolean> {
  const found = await oras.resolve(`${repository}:${tag}`);
  if (found === undefined || found === digest) return found !== undefined;
  throw new PromotionRefused(
    `${repository}:${tag} is ${found} already, and would become ${digest}; a release is never overwritten: give the new image a new tag`,
  );
}

/**
 * Copies an image from one repository to another, by digest and with all that is attached to it, and compares afterwards: every
 * manifest's bytes, every blob's size, every referrer and every tag of an attachment.
 * @param image what it is in the first repository, or in that from which it came there
 * @returns how many blobs were copied; none where all were there
 * @throws RemoteError where a registry fails, PromotionRefused where something is not as it was.
 */
export async function copyImage(
  oras: Oras,
  image: Inventory,
  { from, to, tag }: { readonly from: string; readonly to: string; readonly tag: string },
): Promise<number> {
  // A registry may refuse to set a tag again, also to what it stands for.
  const isTagged = await isThere(oras, to, tag, image.digest);
  let copied = await oras.copy(`${from}@${image.digest}`, isTagged ? to : `${to}:${tag}`);
  for (const digest of image.tagged) copied += await oras.copy(`${from}@${digest}`, to);
  for (const [attachment, digest] of image.attachments) {
    if (await mayPoint(oras, { from, to }, attachment, digest)) {
      copied += await oras.copy(`${from}@${digest}`, `${to}:${attachment}`);
    }
  }
  await compare(oras, image, to, tag);
  return copied;
}

/** Whether an attachment's tag is to be set: it is not yet, and loses nothing by it that only the second repository has. */
async function mayPoint(
  oras: Oras,
  { from, to }: { readonly from: string; readonly to: string },
  tag: string,
  digest: string,
): Promise<boolean> {
  const found = await oras.resolve(`${to}:${tag}`);
  if (found === undefined || found === digest) return found === undefined;
  const [here, there] = await Promise.all([layersOf(oras, from, digest), layersOf(oras, to, found)]);
  if (there.every((layer) => here.includes(layer))) return true;
  throw new PromotionRefused(
    `${to}:${tag} holds signatures or attestations that ${from} does not have, which a copy would remove; look at both with oras manifest fetch`,
  );
}

async function layersOf(oras: Oras, repository: string, digest: string): Promise<string[]> {
  const layers: unknown = (await oras.manifest(repository, digest))?.["layers"];
  return Array.isArray(layers) ? layers.map((layer: unknown) => String(at(layer, "digest"))) : [];
}

async function compare(oras: Oras, image: Inventory, repository: string, tag: string): Promise<void> {
  const differ = (what: string): PromotionRefused =>
    new PromotionRefused(
      `${repository}:${tag} is not as it was after the copy: ${what}; remove it there, have that registry looked at, and run this again`,
    );
  const digest = await oras.resolve(`${repository}:${tag}`);
  if (digest !== image.digest) throw differ(`it is ${digest ?? "not there"} and not ${image.digest}`);
  const copy = await readInventory(oras, repository, image.digest).catch((error: unknown) => {
    throw error instanceof RemoteError ? new RemoteError(`after the copy, ${error.message}`) : error;
  });
  for (const referrer of image.referrers) {
    if (!copy.referrers.includes(referrer))
      throw differ(`nothing refers to it as ${referrer}, its signature or attestation`);
  }
  for (const [attachment, attached] of image.attachments) {
    if (copy.attachments.get(attachment) !== attached) throw differ(`its attachment ${attachment} is not ${attached}`);
  }
  for (const blob of image.blobs) {
    if (!(await oras.hasBlob(repository, blob)))
      throw differ(`its blob ${blob.digest} of ${blob.size} bytes is missing`);
  }
}
