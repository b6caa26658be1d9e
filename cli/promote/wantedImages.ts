import { UsageError } from "../../command/errors.ts";
import type { Site } from "../../components/siteData.ts";
import { didYouMean } from "../../components/suggestion.ts";
import type { WantedImage } from "../../delivery/promotion/index.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";

/** What is needed of a service here. */
type Needing = Pick<PlainMicroservice, "name" | "image" | "initContainers" | "migration" | "verification">;

/**
 * The images that a service needs: its own, and those that its description names by release, of init containers, migration and
 * verification. What watches a site is released like a service, and its image is named as it is.
 * @param name a service, or a key of a site's releases
 * @throws UsageError where it is neither.
 */
export function wantedImages(
  name: string,
  release: Pick<WantedImage, "tag" | "digest">,
  services: readonly Needing[],
  sites: readonly Pick<Site, "releases">[],
): WantedImage[] {
  const service = services.find((each) => each.name === name);
  if (service !== undefined) {
    const others = [...service.initContainers, service.migration, service.verification];
    const stated = others.flatMap((other) => other?.image ?? []);
    const unique = new Map(stated.map((image) => [`${image.repository}:${image.release}`, image]));
    return [{ repository: service.image, ...release }, ...[...unique.values()].map(statedImage)];
  }
  const known = [
    ...new Set([...services.map((each) => each.name), ...sites.flatMap(({ releases }) => Object.keys(releases))]),
  ];
  if (known.includes(name)) return [{ repository: name, ...release }];
  throw new UsageError(
    `there is no service of this name, nor anything else that a site releases${didYouMean(name, known)}`,
  );
}

function statedImage({ repository, release }: { repository: string; release: string }): WantedImage {
  const [tag = "", digest] = release.split("@");
  return { repository, tag, digest };
}
