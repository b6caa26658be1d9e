import { expect, it } from "vitest";
import { checkVerification } from "../../../components/catalogue/verificationRules.ts";
import type { Verification } from "../../../components/microservice.ts";
import { release, resolved } from "../../support/fixtures.ts";

function reported(verification: Partial<Verification>, exposed = true): string[] {
  const service = resolved({
    verification: { command: ["/tests"], ...verification },
    ...(exposed ? { exposure: { host: "api" } } : {}),
  });
  const found: string[] = [];
  checkVerification(service, (path, message) => found.push(`${path} ${message}`));
  return found;
}

it("tests of an exposed service are sound, with the service's own image or another", () => {
  expect(reported({})).toEqual([]);
  expect(reported({ image: "tests/receipts", release })).toEqual([]);
});

it.each([
  [
    "an image without a release",
    { image: "tests/receipts" },
    true,
    /^verification\.release is missing; add the image's tag@sha256/,
  ],
  ["a release without an image", { release }, true, /^verification\.release stands without image/],
  ["tests of what nobody reaches", {}, false, /^verification has nothing to ask: .*add exposure/],
] as const)("%s is told", (_, verification, exposed, says) => {
  expect(reported(verification, exposed)).toEqual([expect.stringMatching(says)]);
});
