import type { Oras } from "./oras.ts";
import type { WantedImage } from "./promoteImage.ts";

/** How many questions a registry is asked at a time. */
const atOnce = 8;

/**
 * Which of some images a registry does not have, in their order. Each is asked for by its digest, as a node pulls it.
 * @param registry host and port, with a path where its repositories have one
 * @throws RemoteError where the registry does not answer.
 */
export async function missingImages<Image extends WantedImage>(
  oras: Pick<Oras, "resolve">,
  registry: string,
  images: readonly Image[],
): Promise<Image[]> {
  const missing = new Set<Image>();
  const left = images.values();
  const ask = async () => {
    for (const image of left) {
      const { repository, tag, digest } = image;
      const name = digest === undefined ? `:${tag}` : `@${digest}`;
      if ((await oras.resolve(`${registry}/${repository}${name}`)) === undefined) missing.add(image);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, ask));
  return images.filter((image) => missing.has(image));
}
