import fc from "fast-check";
import { expect, it } from "vitest";
import { releaseChanges } from "../../../delivery/promotion/releaseLines.ts";

it("a site that takes another's releases has all of them, and keeps what only it has", () => {
  const releases = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), fc.constantFrom("1", "2"));
  fc.assert(
    fc.property(releases, releases, (verified, present) => {
      const changes = releaseChanges(verified, present);
      const after = { ...present, ...Object.fromEntries(changes.map((change) => [change.service, change.after])) };
      expect(after).toEqual({ ...present, ...verified });
      for (const { service, before } of changes) expect(before).toBe(present[service]);
      expect(changes.map(({ service }) => service)).toEqual(changes.map(({ service }) => service).sort());
      expect(releaseChanges(verified, after)).toEqual([]);
    }),
  );
});
