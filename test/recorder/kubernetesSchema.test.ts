import { describe, expect, it } from "vitest";
import { checkManifest } from "../../recorder/kubernetesSchema.ts";
import { isManifest } from "../../recorder/manifestFile.ts";
import { isObject, type Plain, type PlainObject } from "../../recorder/registeredResource.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";
import { record } from "../support/record.ts";

const config = (await readStackFiles(["dc1"]))[0]?.config ?? {};
// A module of its own: the program runs when it is imported, and another file of this worker may have done so.
const program = "../../index.ts?schemas";
const { registrations } = await record(() => import(program), { config });
const manifests = registrations.filter(isManifest).map(({ inputs }) => inputs);
const onePerKind = [...new Map(manifests.map((manifest) => [String(manifest["kind"]), manifest])).values()];

/** Maps whose keys people choose: there is no unknown key in them. */
const freeMaps =
  /(^|\.)(labels|annotations|matchLabels|data|hard|limits|requests|default|defaultRequest|max|parameters)$/;

/** A manifest once for each map in it, with a field added there that no schema knows. */
function misspellings(value: Plain, path = ""): { path: string; value: Plain }[] {
  if (Array.isArray(value)) {
    return value.flatMap((item, index) =>
      misspellings(item, `${path}[${index}]`).map((inner) => ({ ...inner, value: value.with(index, inner.value) })),
    );
  }
  if (!isObject(value)) return [];
  const here = freeMaps.test(path)
    ? []
    : [{ path: path === "" ? "misspelt" : `${path}.misspelt`, value: { ...value, misspelt: 1 } }];
  const below = Object.entries(value).flatMap(([key, inner]) =>
    misspellings(inner, path === "" ? key : `${path}.${key}`).map((found) => ({
      ...found,
      value: { ...value, [key]: found.value },
    })),
  );
  return [...here, ...below];
}

describe("the check against the Kubernetes schemas", () => {
  it("finds nothing wrong with what the program registers", async () => {
    expect(manifests.length).toBe(203);
    for (const manifest of manifests) expect(await checkManifest(manifest)).toEqual([]);
  });

  it.each(onePerKind.map((manifest) => ({ kind: String(manifest["kind"]), manifest })))(
    "finds a misspelt field at every depth of a $kind, and names its path",
    async ({ kind, manifest }) => {
      // A Service's selector is a map of labels, a Deployment's is not.
      const cases = misspellings(manifest).filter(
        ({ path }) => kind !== "Service" || path !== "spec.selector.misspelt",
      );
      expect(cases.length).toBeGreaterThan(1);
      for (const { path, value } of cases) {
        if (!isObject(value)) throw new Error("a manifest is a map");
        const about = (await checkManifest(value)).filter((message) => message.startsWith(`${path} `));
        expect(about, path).toEqual([expect.stringMatching(new RegExp(`field of ${kind}\\b.*(correct|remove)`))]);
      }
    },
  );

  const deployment = manifests.find(({ kind }) => kind === "Deployment") ?? {};
  const withSpec = (spec: PlainObject): PlainObject => ({ ...deployment, spec });
  it.each([
    {
      what: "a wrong type",
      manifest: { ...deployment, metadata: { name: 7 } },
      message: /^metadata\.name .*\b7\b.*\bstring\b/,
    },
    { what: "a missing field", manifest: withSpec({ selector: {} }), message: /^spec .*\bfield template\b/ },
    {
      what: "a kind that is not there",
      manifest: { apiVersion: "apps/v1", kind: "Deplyoment" },
      message: /apiVersion "apps\/v1".*kind "Deplyoment"/,
    },
    {
      what: "a path instead of a version",
      manifest: { apiVersion: "../../etc", kind: "Deployment" },
      message: /apiVersion "\.\.\/\.\.\/etc".*kind "Deployment"/,
    },
  ])("refuses $what", async ({ manifest, message }) => {
    expect(await checkManifest(manifest)).toContainEqual(expect.stringMatching(message));
  });

  it("does not judge the marks that stand for secret and unknown values", async () => {
    expect(
      await checkManifest({
        ...deployment,
        spec: { ...(isObject(deployment["spec"]) ? deployment["spec"] : {}), minReadySeconds: "[unknown]" },
      }),
    ).toEqual([]);
  });
});
