import { withProgress } from "../../command/progress.ts";
import type { Site } from "../../components/siteData.ts";
import { missingImages, Oras, PromotionRefused, type ReleaseChange } from "../../delivery/promotion/index.ts";
import { readSettings } from "../../delivery/settings.ts";
import { readServices } from "../../recorder/readServices.ts";
import { wantedImages } from "./wantedImages.ts";

/** Releases that a site is to take from another. */
export interface TakenReleases {
  /** Name of the other. */
  readonly from: string;
  readonly to: Pick<Site, "name" | "registry">;
  readonly changes: readonly ReleaseChange[];
  /** All sites. */
  readonly sites: readonly Pick<Site, "releases">[];
  readonly registryConfig?: string | undefined;
}

/**
 * Looks whether a site's registry has all that the releases run, also in init containers, migrations and tests, since its nodes
 * pull from there alone.
 * @throws PromotionRefused with the images that it lacks, and the commands that bring them.
 */
export async function checkImages({ from, to, changes, sites, registryConfig }: TakenReleases): Promise<void> {
  const [{ images: settings }, services] = await Promise.all([readSettings(), readServices()]);
  const known = new Set([
    ...services.map(({ name }) => name),
    ...sites.flatMap(({ releases }) => Object.keys(releases)),
  ]);
  const gone = changes.filter(({ service }) => !known.has(service)).map(({ service }) => service);
  if (gone.length > 0) {
    throw new PromotionRefused(
      `${from} has verified ${gone.join(", ")}, which this commit does not have any more; deploy this commit there first: npm run deploy -- --site ${from}`,
    );
  }
  const wanted = changes.flatMap(({ service, after }) => {
    const [tag = "", digest] = after.split("@");
    return wantedImages(service, { tag, digest }, services, sites).map((image) => ({ ...image, service, after }));
  });
  const oras = await Oras.find({ caFile: settings?.caFile, registryConfig });
  const missing = await withProgress(`asking the registry of ${to.name}`, () =>
    missingImages(oras, to.registry, wanted),
  );
  if (missing.length === 0) return;
  const lines = [...Map.groupBy(missing, ({ service }) => service)].map(([service, images]) => {
    const names = images.map(({ repository, tag }) => `${repository}:${tag}`).join(", ");
    return `  ${names}: npm run promote -- image ${service} ${images[0]?.after} --site ${to.name}`;
  });
  throw new PromotionRefused(
    `the registry of ${to.name} (${to.registry}) lacks what ${from} has verified, so its nodes could not pull it. Bring it there, then run this again:\n${lines.join("\n")}`,
  );
}
