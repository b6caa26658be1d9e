import { RemoteError, UsageError } from "../../command/errors.ts";
import { copyImage, isThere } from "./copyImage.ts";
import { type Inventory, readInventory } from "./inventory.ts";
import type { Oras } from "./oras.ts";
import { PromotionRefused } from "./refusal.ts";
import type { ImageSettings } from "./settings.ts";

/** An image that is to be promoted. */
export interface WantedImage {
  /** Its repository, below the path of each registry: `card-payments`. */
  readonly repository: string;
  readonly tag: string;
  /**
   * What the tag must stand for.
   * @default what it stands for in the staging repository
   */
  readonly digest?: string | undefined;
}

/** An image that was found, and may be promoted. */
export interface FoundImage extends WantedImage {
  readonly digest: string;
  /** The whole repository from which it is taken: the staging one, or the release one where it was promoted before. */
  readonly from: string;
  readonly inventory: Inventory;
}

/** What became of an image in one registry. */
export interface ImagePlace {
  /** `release`, or the site's name. */
  readonly name: string;
  /** The whole repository: `registry.dc1.tax.example:5000/card-payments`. */
  readonly repository: string;
  /** How many blobs were copied there now; none where all were there already, or it failed. */
  readonly copied: number;
  /** What failed there; the others are done. */
  readonly failure?: string;
}

/** What became of an image. */
export interface PromotedImage {
  readonly image: FoundImage;
  readonly places: readonly ImagePlace[];
}

/** A site, as far as its images are concerned. */
export interface ImageSite {
  readonly name: string;
  /** Host and port of its registry. */
  readonly registry: string;
}

/**
 * Looks an image up, with all that is attached to it.
 * @throws UsageError where there is no such image, PromotionRefused where the tag stands for another one than stated.
 */
export async function findImage(oras: Oras, wanted: WantedImage, settings: ImageSettings): Promise<FoundImage> {
  const { repository, tag } = wanted;
  const staging = `${settings.staging}/${repository}`;
  const release = `${settings.release}/${repository}`;
  const staged = await oras.resolve(`${staging}:${tag}`);
  // Staging repositories are cleaned up; what was promoted once may still have to reach a site.
  const digest = staged ?? (await oras.resolve(`${release}:${tag}`));
  const from = staged === undefined ? release : staging;
  if (digest === undefined) throw new UsageError(`there is no ${staging}:${tag}; push it there, or correct the tag`);
  if (wanted.digest !== undefined && wanted.digest !== digest) throw moved(`${from}:${tag}`, wanted.digest, digest);
  return { repository, tag, digest, from, inventory: await readInventory(oras, from, digest) };
}

/**
 * Copies an image to the release repository and from there to each site's registry, and compares every copy. A site that cannot be
 * reached does not keep the others from theirs: its place has the failure.
 * @throws PromotionRefused where a tag stands for something else there or has moved meanwhile, RemoteError where the release
 * repository fails.
 */
export async function promoteImage(
  oras: Oras,
  image: FoundImage,
  settings: ImageSettings,
  sites: readonly ImageSite[],
): Promise<PromotedImage> {
  const { repository, tag, digest, from, inventory } = image;
  const release = { name: "release", repository: `${settings.release}/${repository}` };
  const targets = sites.map(({ name, registry }) => ({ name, repository: `${registry}/${repository}` }));
  // Before the first copy: what is refused leaves nothing behind.
  await isThere(oras, release.repository, tag, digest);
  for (const target of targets) await isThere(oras, target.repository, tag, digest).catch(refusal);

  const copy = async (source: string, target: typeof release): Promise<ImagePlace> => ({
    ...target,
    copied: await copyImage(oras, inventory, { from: source, to: target.repository, tag }),
  });
  const released = await copy(from, release);
  const refused: unknown[] = [];
  const places = await Promise.all(
    targets.map((target) =>
      copy(release.repository, target).catch((error: unknown): ImagePlace => {
        // The other sites' copies are let finish before it is thrown.
        if (!(error instanceof RemoteError)) refused.push(error);
        return { ...target, copied: 0, failure: error instanceof Error ? error.message : String(error) };
      }),
    ),
  );
  if (refused.length > 0) throw refused[0];
  const now = await oras.resolve(`${from}:${tag}`);
  if (now !== digest) throw moved(`${from}:${tag}`, digest, now ?? "gone");
  return { image, places: [released, ...places] };
}

function refusal(error: unknown): void {
  if (!(error instanceof RemoteError)) throw error;
}

function moved(reference: string, wanted: string, found: string): PromotionRefused {
  return new PromotionRefused(
    `${reference} is ${found} and not ${wanted}: somebody has pushed other content under this tag; look at both, and release a tag that stays`,
  );
}
