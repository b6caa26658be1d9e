import { UsageError } from "../../command/errors.ts";
import { withProgress } from "../../command/progress.ts";
import type { Site } from "../../components/siteData.ts";
import { type FoundImage, findImage, Oras, type PromotedImage, promoteImage } from "../../delivery/promotion/index.ts";
import { readSettings } from "../../delivery/settings.ts";
import { checkWorkingTree, commitSiteLines, pushBranch } from "../../delivery/siteFiles.ts";
import { readServices } from "../../recorder/readServices.ts";
import { readAllSites } from "./sites.ts";
import { wantedImages } from "./wantedImages.ts";

/** What is wished of the promotion of an image. */
export interface ImageWishes {
  /** Sites whose files get the release. Default: all. */
  readonly site?: readonly string[];
  readonly reason?: string;
  readonly registryConfig?: string;
  readonly push: boolean;
}

/** What became of the images of a service. */
export interface ImageReport {
  readonly service: string;
  /** `3.3.0@sha256:...`. */
  readonly release: string;
  /** The service's own image first, then those of its init containers, migration and verification. */
  readonly images: readonly PromotedImage[];
  /** What stands in the sites' files now; undefined where an image did not reach all registries. */
  readonly released?: {
    /** Site -> the release before; undefined where there was none. */
    readonly before: ReadonlyMap<string, string | undefined>;
    /** Undefined where the files had it, and it was committed. */
    readonly commit: string | undefined;
    readonly pushed: boolean;
  };
  /** New sites, in whose file nothing is released yet. */
  readonly unreleased: readonly string[];
}

/**
 * Promotes a service's image and whatever else its pods run, then releases it in the sites' files.
 * @param stated a tag, or `tag@digest`
 */
export async function promoteServiceImage(name: string, stated: string, wishes: ImageWishes): Promise<ImageReport> {
  const [, tag, digest] = /^([A-Za-z0-9_][A-Za-z0-9._-]{0,127})(?:@(sha256:[0-9a-f]{64}))?$/.exec(stated) ?? [];
  if (tag === undefined) {
    throw new UsageError("the release must be a tag, or a tag with its digest: 3.3.0, or 3.3.0@sha256:0f1e...");
  }
  const [{ images: settings }, { sites, chosen }, services] = await Promise.all([
    readSettings(),
    readAllSites(wishes.site === undefined ? undefined : { "--site": wishes.site }),
    readServices(),
  ]);
  if (settings === undefined) {
    throw new UsageError(
      "delivery.yaml does not say where images are; state images with staging and release, see docs/delivery.md",
    );
  }
  const wanted = wantedImages(name, { tag, digest }, services, sites);
  const oras = await Oras.find({ caFile: settings.caFile, registryConfig: wishes.registryConfig });
  const found: FoundImage[] = [];
  for (const image of wanted)
    found.push(await withProgress(`reading ${image.repository}`, () => findImage(oras, image, settings)));
  const release = `${tag}@${found[0]?.digest ?? ""}`;
  // A site is released as a whole: one release alone would leave all other services without one.
  const isNew = ({ releases }: Site) => Object.keys(releases).length === 0;
  const released = chosen.filter((site) => !isNew(site));
  const lines = released.map((site) => ({
    site: site.name,
    lines: [{ path: ["gemelos:releases", name] as const, value: release }],
  }));
  await checkWorkingTree(lines, { push: wishes.push });
  const images: PromotedImage[] = [];
  for (const image of found) {
    images.push(await withProgress(`copying ${image.repository}`, () => promoteImage(oras, image, settings, sites)));
  }
  const report = { service: name, release, images, unreleased: chosen.filter(isNew).map((site) => site.name) };
  if (images.some(({ places }) => places.some(({ failure }) => failure !== undefined))) return report;
  const before = new Map(released.map((site) => [site.name, site.releases[name]]));
  const commit = await commitSiteLines(lines, messageOf(name, tag, before, images, wishes.reason));
  if (wishes.push) await pushBranch();
  return { ...report, released: { before, commit: commit?.hash, pushed: wishes.push } };
}

function messageOf(
  service: string,
  tag: string,
  before: ReadonlyMap<string, string | undefined>,
  [own]: readonly PromotedImage[],
  reason: string | undefined,
): string {
  const was = [...before].map(
    ([site, release]) => `${site} ${release === undefined ? "had none" : `had ${tagOf(release)}`}`,
  );
  const image = own === undefined ? "" : `The image is ${own.image.digest}, compared in every registry after the copy.`;
  return [
    `Release ${service} ${tag} in ${[...before.keys()].join(" and ")}`,
    ...(reason === undefined ? [] : [reason]),
    `${image} Before, ${was.join(", ")}.`,
  ].join("\n\n");
}

/** The tag of a release, for people. */
export function tagOf(release: string): string {
  return release.split("@")[0] ?? release;
}
