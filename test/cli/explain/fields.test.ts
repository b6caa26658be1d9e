import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import type { DocumentedField } from "../../../cli/explain/documentedField.ts";
import { microserviceSchema } from "../../../components/description/schema.ts";
import { generated, supplied } from "../../../components/secrets.ts";
import { siteSchema } from "../../../site.ts";
import { documentedFields } from "../../support/documentedFields.ts";
import { siteFileSchema } from "../../support/siteFileSchema.ts";

const components = `${import.meta.dirname}/../../../components`;
/** What people write by a function, and what a function of theirs is given. */
const leaves = ["Secret", "StatedTransform"];
const service = documentedFields(`${components}/microservice.ts`, "Microservice", leaves);
const site = documentedFields(`${components}/siteData.ts`, "SiteData", leaves);
const json = (value: object) => `${JSON.stringify(value, null, 1)}\n`;
const remedy = "the comments have changed: run this test once more with -u, and look at the difference";

describe("what explain and editors know", () => {
  it("is what the comments say", async () => {
    await expect(json({ service, site }), remedy).toMatchFileSnapshot("../../../cli/explain/fields.json");
  });

  it("of a site's file is what validates it, with the comments", async () => {
    await expect(json(siteFileSchema(site)), remedy).toMatchFileSnapshot("../../../site.schema.json");
  });

  it.each([...service, ...site].map((field) => [field.path, field] as const))(
    "has meaning and example: %s",
    (_, field) => {
      expect(field.meaning).toMatch(/^.{8,}/);
      expect(field.examples).not.toEqual([]);
      expect(field.meaning + field.default).not.toMatch(/\{@|\*\//);
    },
  );
});

/** Every field that a schema accepts, named as {@link documentedFields} does. */
function accepted(schema: z.core.JSONSchema._JSONSchema | undefined, path = ""): string[] {
  if (typeof schema !== "object") return [];
  const { items, additionalProperties, anyOf = [], oneOf = [] } = schema;
  return [
    ...Object.entries(schema.properties ?? {}).flatMap(([name, inner]) => {
      const own = path === "" ? name : `${path}.${name}`;
      return [own, ...accepted(inner, own)];
    }),
    ...accepted(Array.isArray(items) ? undefined : items, `${path}[]`),
    ...accepted(additionalProperties, `${path}.<name>`),
    ...[...anyOf, ...oneOf].flatMap((part) => accepted(part, path)),
  ];
}

describe("no field is invented, and none forgotten", () => {
  it("of a site", () => {
    const schema = siteFileSchema([]).properties?.["config"];
    const known = typeof schema === "object" ? schema.properties?.["gemelos:site"] : undefined;
    expect([...new Set(accepted(known))].toSorted()).toEqual(site.map(({ path }) => path).toSorted());
  });

  it("of a service", () => {
    const schema = z.toJSONSchema(microserviceSchema, { io: "input", unrepresentable: "any", target: "draft-7" });
    const ofFunctions = /^(calls\[\]|secrets\.<name>|transforms\.\w+)\./;
    const known = accepted(schema).filter((path) => !ofFunctions.test(path));
    const told = service.map(({ path }) => path).filter((path) => !ofFunctions.test(path));
    expect([...new Set(known)].toSorted()).toEqual(told.toSorted());
  });
});

/** What is wrong with an example as the value of its field, whatever else is missing around it. */
function problems(schema: z.ZodType, path: string, example: unknown): unknown[] {
  const parts = path.split(/\.|(?=\[)/);
  const whole = parts.reduceRight<unknown>(
    (value, part) => (part === "[]" ? [value] : { [part === "<name>" ? "name" : part]: value }),
    example,
  );
  const place = parts.map((part) => (part === "[]" ? 0 : part === "<name>" ? "name" : part));
  const issues = schema.safeParse(whole).error?.issues ?? [];
  return issues.filter((issue) => place.every((part, index) => issue.path[index] === part));
}

const examples = (fields: readonly DocumentedField[]) =>
  fields.flatMap((field) => field.examples.map((example) => [field.path, example] as const));

describe("an example is accepted", () => {
  // A certificate is too long for a comment.
  it.each(examples(site).filter(([, example]) => !example.includes("(lines of base64)")))(
    "of a site: %s: %s",
    (path, example) => {
      expect(problems(siteSchema, path, parse(example))).toEqual([]);
    },
  );

  it.each(examples(service))("of a service: %s: %s", (path, example) => {
    if (path.startsWith("calls[]")) return;
    const scope = { generated, supplied, taxpayerRegistry: {} };
    const value: unknown = new Function(...Object.keys(scope), `return (${example});`)(...Object.values(scope));
    const name = path.split(".").includes("env") || path.startsWith("secrets") ? "name" : "/srv/data";
    expect(problems(microserviceSchema, path.replaceAll("<name>", name), value)).toEqual([]);
  });
});
