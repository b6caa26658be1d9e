import { z } from "zod";
import { duration, durationSeconds, type Fields, release } from "../kubernetes/index.ts";
import type { Verification } from "../microservice.ts";

/** A service's own tests, with their defaults. Meanings and units: {@link Verification}. */
export interface ResolvedVerification {
  /** Undefined where it is the service's own image and release. */
  readonly image: { readonly repository: string; readonly release: string } | undefined;
  readonly command: readonly string[];
  /** Seconds that they may take. */
  readonly seconds: number;
}

/** Shape and ranges of `verification`. Rules across fields are in `catalogue/verificationRules.ts`. */
export function verificationSchema(repository: z.ZodString) {
  return z.strictObject({
    image: repository.exactOptional(),
    release: release.exactOptional(),
    command: z.array(z.string()).min(1, "must name a command"),
    timeout: duration("10s", "6h").exactOptional(),
  } satisfies Fields<Verification>);
}

/** A service's own tests with their defaults. */
export function resolveVerification(stated: Verification | undefined): ResolvedVerification | undefined {
  if (stated === undefined) return undefined;
  const { image, release: imageRelease, command, timeout = "10m" } = stated;
  return {
    image: image === undefined || imageRelease === undefined ? undefined : { repository: image, release: imageRelease },
    command,
    seconds: durationSeconds(timeout),
  };
}
