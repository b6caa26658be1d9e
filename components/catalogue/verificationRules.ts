import type { ResolvedMicroservice } from "../description/index.ts";

/** Reports tests that contradict other fields: the field, and what is wrong with it. */
export function checkVerification(
  { source: { verification }, exposure }: ResolvedMicroservice,
  report: (path: string, message: string) => void,
): void {
  if (verification === undefined) return;
  const { image, release } = verification;
  if (image !== undefined && release === undefined) {
    report(
      "verification.release",
      "is missing; add the image's tag@sha256:digest, which is the same in every site (without image it is the service's own)",
    );
  }
  if (release !== undefined && image === undefined) {
    report(
      "verification.release",
      "stands without image; the service's own release is the sites', so remove it or add image",
    );
  }
  if (exposure === undefined) {
    report(
      "verification",
      "has nothing to ask: the service is not exposed, and its tests reach it through the site's entrance; add exposure, or test it by a service that calls it",
    );
  }
}
