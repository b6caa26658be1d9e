import { readdir } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { parse } from "yaml";
import { isObject, type PlainObject } from "../../../recorder/registeredResource.ts";
import { holdOwnersValues } from "../../support/ownersValues.ts";
import { ProjectCopy } from "../../support/projectCopy.ts";
import { casePath } from "./manifests.ts";

// The owner's three files, taken in and rendered as a person does it, in a site with the owner's registry and domain.

let project: ProjectCopy;
const manifests = new Map<string, PlainObject[]>();

beforeAll(async () => {
  project = await ProjectCopy.create();
  for (const site of ["dc1", "dc2"]) {
    await project.replace(`Pulumi.${site}.yaml`, "public: tax.example", "public: mycompany.com");
    await project.replace(
      `Pulumi.${site}.yaml`,
      /registry: \S+/.exec(await project.read(`Pulumi.${site}.yaml`))?.[0] ?? "?",
      "registry: registry.mycompany.com",
    );
  }
  const adopted = await project.run("adopt", casePath("owner"));
  expect(adopted.stderr).toBe("");
  expect(adopted.code).toBe(0);
  expect((await project.run("render")).code).toBe(0);
  const folder = "out/dc1/container-name";
  for (const file of await readdir(project.path(folder))) {
    const manifest: unknown = parse(await project.read(`${folder}/${file}`));
    if (!isObject(manifest)) throw new Error(`${file} is no object`);
    if (!file.includes("container-name")) continue; // the namespace's own quota, limits and rules
    const kind = String(manifest["kind"]);
    manifests.set(kind, [...(manifests.get(kind) ?? []), manifest]);
  }
});

afterAll(() => project.dispose());

it("the taken-in service has its whole set of objects", () => {
  expect([...manifests.keys()].sort()).toEqual([
    "ConfigMap",
    "Deployment",
    "HorizontalPodAutoscaler",
    "Ingress",
    "NetworkPolicy",
    "Service",
    "ServiceAccount",
  ]);
});

holdOwnersValues({
  manifest: (kind) => {
    const [only, ...others] = manifests.get(kind) ?? [];
    if (only === undefined || others.length > 0) throw new Error(`not one ${kind}`);
    return only;
  },
  kinds: () => [...manifests.keys()],
});
