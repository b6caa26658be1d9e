import { type Diagnostic, formatValue } from "../../../components/diagnostic.ts";
import { release } from "../../../components/kubernetes/index.ts";
import type { SourceContainer, SourceDeployment } from "../input/schemas.ts";
import type { SourceManifest } from "../input/sourceManifests.ts";

/** The parts of an image reference. */
export interface ImageReference {
  readonly registry: string | undefined;
  readonly repository: string;
  readonly tag: string | undefined;
  /** `sha256:...` */
  readonly digest: string | undefined;
}

/** The digest that stands for one that a person has still to look up. */
export const openDigest = `sha256:${"0".repeat(64)}`;

/** Splits a reference as container runtimes do: the first part is a registry if it has a dot or a port, or is localhost. */
export function splitImage(reference: string): ImageReference {
  const [name = "", digest] = reference.split("@");
  const slash = name.indexOf("/");
  const first = slash === -1 ? "" : name.slice(0, slash);
  const hasRegistry = /[.:]/.test(first) || first === "localhost";
  const rest = hasRegistry ? name.slice(slash + 1) : name;
  const colon = rest.lastIndexOf(":");
  return {
    registry: hasRegistry ? first : undefined,
    repository: colon === -1 ? rest : rest.slice(0, colon),
    tag: colon === -1 ? undefined : rest.slice(colon + 1),
    digest,
  };
}

/** The release entry of an image: its tag and digest, with {@link openDigest} for a digest that is not known. */
export function releaseOf({ tag = "0.0.0", digest }: ImageReference): string {
  return `${tag}@${/^sha256:[0-9a-f]{64}$/.test(digest ?? "") ? digest : openDigest}`;
}

/** A tag that no registry takes, which would stand as it is in the sites' files. */
export function checkImage(
  { document }: SourceManifest<SourceDeployment>,
  { image }: SourceContainer,
  index: number,
): Diagnostic[] {
  const reference = splitImage(image);
  if (release.safeParse(releaseOf(reference)).success) return [];
  return [
    document.problem(
      ["spec", "template", "spec", "containers", index, "image"],
      `${formatValue(image)} has no tag that a registry takes; write name:tag with letters, digits, _, . and - in the tag`,
    ),
  ];
}
