import { readFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { deliveryTools } from "../../../sandbox/toolchain/deliveryTools.ts";
import { monitoringTools } from "../../../sandbox/toolchain/monitoringTools.ts";
import { fits, kubectl, pinnedVersion, tools } from "../../../sandbox/toolchain/tools.ts";

const folder = join(import.meta.dirname, "..", "..", "..", "sandbox", "toolchain");

describe.each([...tools, kubectl, ...Object.values(monitoringTools), ...Object.values(deliveryTools)])(
  "$name",
  (tool) => {
    test("is pinned to an exact version, with checksums", async () => {
      const version = pinnedVersion(await readFile(join(folder, tool.folder, "go.mod"), "utf8"), tool.module);
      // A commit that has no tag has its time and hash in the version.
      expect(version).toMatch(/^v\d+\.\d+\.\d+(-\d{14}-[0-9a-f]{12})?$/);
      expect(await readFile(join(folder, tool.folder, "go.sum"), "utf8")).toContain(`${tool.module} ${version} h1:`);
    });

    test("is a tool of its go.mod, or a main.go beside it that needs only the module", async () => {
      if (tool.package === ".") {
        const main = await readFile(join(folder, tool.folder, "main.go"), "utf8");
        expect(main.match(/^\s*"(.*\..*\/.*)"$/gm)?.map((line) => line.trim().slice(1, -1))).toEqual([
          expect.stringMatching(new RegExp(`^${tool.module}/`)),
        ]);
        return;
      }
      expect(await readFile(join(folder, tool.folder, "go.mod"), "utf8")).toMatch(
        new RegExp(`^(tool |\t)${tool.package.replaceAll(".", "\\.")}$`, "m"),
      );
    });
  },
);

test("a module that a go.mod does not pin is an error that names it", () => {
  expect(() => pinnedVersion("module a\n\nrequire b v1.0.0\n", "c")).toThrow("no version of c");
});

describe("an installed version fits", () => {
  test.each([
    ["v1.36.3", "v1.36.3"],
    ["Kubernetes v1.36.9", "v1.36.3"],
    ["etcd Version: 3.6.12", "v3.6.7"],
  ])("%s for %s", (installed, pinned) => expect(fits(installed, pinned)).toBe(true));

  test.each([
    ["v1.36.2", "v1.36.3"],
    ["v1.37.0", "v1.36.3"],
    ["v2.36.3", "v1.36.3"],
    ["", "v1.36.3"],
    ["unknown", "v1.36.3"],
  ])("not %s for %s", (installed, pinned) => expect(fits(installed, pinned)).toBe(false));

  test("with the rule for whole major versions, whenever it is not older", () => {
    const part = fc.integer({ min: 0, max: 300 });
    fc.assert(
      fc.property(part, part, part, part, (minor, patch, pinnedMinor, pinnedPatch) => {
        const notOlder = minor > pinnedMinor || (minor === pinnedMinor && patch >= pinnedPatch);
        expect(fits(`v3.${minor}.${patch}`, `v3.${pinnedMinor}.${pinnedPatch}`, "major")).toBe(notOlder);
      }),
    );
  });
});
