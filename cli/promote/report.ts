import { formatTable } from "../../command/table.ts";
import type { ImagePlace } from "../../delivery/promotion/index.ts";
import { type ImageReport, tagOf } from "./image.ts";

/** What became of an image, for people. */
export function formatImage(report: ImageReport, width: number | undefined): string {
  const { service, release, images, released, unreleased } = report;
  const lines = images.flatMap(({ image, places }) => {
    const { platforms, referrers, attachments } = image.inventory;
    const attached = referrers.length + attachments.size;
    const facts = [
      ...(platforms.length === 0 ? [] : [platforms.join(", ")]),
      attached === 0
        ? "nothing is attached to it, no signature either"
        : `${attached} ${attached === 1 ? "signature or attestation goes" : "signatures and attestations go"} along`,
    ];
    const rows = places.map((place) => [place.name, place.repository, stateOf(place)]);
    return [
      `${image.repository} ${image.tag}@${image.digest}\n  from ${image.from}; ${facts.join("; ")}\n`,
      formatTable({ titles: ["where", "repository", "what was done"], rows }, width),
    ];
  });
  const notes = unreleased.map((site) => `${site}: nothing is released there yet, so its file stays as it is\n`);
  if (released === undefined) {
    return [...lines, "\nNo site's file was changed: an image did not reach every registry.\n"].join("");
  }
  const before = [...released.before].map(
    ([site, was]) => `Pulumi.${site}.yaml: ${service} ${changeOf(was, release)}\n`,
  );
  return [...lines, "\n", ...before, ...notes, committed(released)].join("");
}

function stateOf({ copied, failure }: ImagePlace): string {
  if (failure !== undefined) return `FAILED: ${failure}`;
  return copied === 0 ? "was there; compared" : `${copied} ${copied === 1 ? "blob" : "blobs"} copied; compared`;
}

/** From which release to which; the digests where the tags are the same. */
export function changeOf(was: string | undefined, is: string): string {
  if (was === is) return `is ${tagOf(is)} already`;
  if (was === undefined) return `is ${tagOf(is)}, its first release`;
  return tagOf(was) === tagOf(is) ? `${was} -> ${is}` : `${tagOf(was)} -> ${tagOf(is)}`;
}

/** What became of the files. */
export function committed({
  commit,
  pushed,
}: {
  readonly commit: string | undefined;
  readonly pushed: boolean;
}): string {
  const what = commit === undefined ? "Nothing to commit" : `Committed as ${commit.slice(0, 10)}`;
  const next = commit === undefined || pushed ? "" : "; push it, or run this again with --push";
  return `${what}${pushed ? ", and the branch was pushed" : ""}${next}.\n`;
}

/** {@link formatImage} for programs. */
export function imageJson({ service, release, images, released, unreleased }: ImageReport): unknown {
  return {
    service,
    release,
    images: images.map(({ image: { inventory, ...image }, places }) => ({
      ...image,
      platforms: inventory.platforms,
      referrers: inventory.referrers,
      attachments: Object.fromEntries(inventory.attachments),
      places,
    })),
    ...(released === undefined ? {} : { released: { ...released, before: Object.fromEntries(released.before) } }),
    unreleased,
  };
}
