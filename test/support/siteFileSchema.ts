import { parse } from "yaml";
import { z } from "zod";
import type { DocumentedField } from "../../cli/explain/documentedField.ts";
import { cidr, cidrEntry, explainedCidr, sharedCidr } from "../../components/kubernetes/index.ts";
import { peakSchema, releasesSchema, siteSchema } from "../../site.ts";

/** A JSON schema, or a part of one. */
type JsonSchema = z.core.JSONSchema.BaseSchema;

const options: z.core.ToJSONSchemaParams = {
  io: "input",
  // What only code can check stays open.
  unrepresentable: "any",
  // The version that editors know best.
  target: "draft-7",
  override: ({ zodSchema, jsonSchema }) => {
    if (zodSchema === cidrEntry || zodSchema === sharedCidr)
      Object.assign(jsonSchema, { anyOf: [cidr, explainedCidr].map(plainSchema) });
    const rules = patternRules(zodSchema);
    const [rule] = rules;
    if (jsonSchema.pattern !== undefined && rule !== undefined) jsonSchema["patternErrorMessage"] = rule;
    for (const [index, part] of (jsonSchema.allOf ?? []).entries()) {
      const message = rules[index];
      if (typeof part === "object" && message !== undefined) part["patternErrorMessage"] = message;
    }
  },
};

/** The words with which a text is refused that a pattern does not fit, in the order of the patterns. */
function patternRules(schema: z.core.$ZodType): string[] {
  return (schema._zod.def.checks ?? []).flatMap((check) => {
    const { error, ...def }: { readonly error?: unknown } = check._zod.def;
    const message: unknown = "pattern" in def && typeof error === "function" ? error({}) : undefined;
    return typeof message === "string" ? [message] : [];
  });
}

function plainSchema(schema: z.ZodType): JsonSchema {
  const { $schema: _, ...json } = z.toJSONSchema(schema, options);
  return json;
}

/**
 * The JSON schema of `Pulumi.<site>.yaml`, by which an editor completes, explains and checks it: made of the schemas that
 * validate it and of the doc comments of its types.
 */
export function siteFileSchema(fields: readonly DocumentedField[]): JsonSchema {
  const text = (description: string) => ({ type: "string", description }) as const;
  const closed = { type: "object", additionalProperties: false } as const;
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Pulumi.<site>.yaml",
    description: "A site of Gemelos and what runs there. npm run explain -- site lists its fields.",
    ...closed,
    required: ["config"],
    properties: {
      config: {
        description: "The stack's configuration.",
        ...closed,
        required: ["pulumi:disable-default-providers", "gemelos:site", "gemelos:releases"],
        properties: {
          "pulumi:disable-default-providers": {
            description:
              "Providers that Pulumi must not make by itself; kubernetes and vault, so that the operator's own kubeconfig or Vault is never used by mistake.",
            type: "array",
            items: { type: "string" },
            allOf: [{ contains: { enum: ["kubernetes", "*"] } }, { contains: { enum: ["vault", "*"] } }],
          },
          "gemelos:site": { ...described(plainSchema(siteSchema), "", fields), description: "What the site is." },
          "gemelos:peak": {
            ...plainSchema(peakSchema),
            description:
              "The peak of calendar.yaml that lasts here or begins soon, a list where several do. npm run calendar -- apply writes and removes it.",
          },
          "gemelos:releases": {
            ...plainSchema(releasesSchema),
            description: "Service -> tag@sha256:digest. All services, or none in a site that is only being set up.",
          },
        },
      },
      secretsprovider: text("Written by Pulumi: where the key is with which it encrypts secrets."),
      encryptedkey: text("Written by Pulumi: the key, encrypted by the secrets provider."),
      encryptionsalt: text("Written by Pulumi: the salt of the passphrase."),
    },
  };
}

/** The JSON schema of another file that people write, by which an editor does the same. */
export function dataFileSchema(
  file: { readonly title: string; readonly description: string },
  schema: z.ZodType,
  fields: readonly DocumentedField[],
): JsonSchema {
  return { $schema: "http://json-schema.org/draft-07/schema#", ...file, ...described(plainSchema(schema), "", fields) };
}

/** A schema with what the comments say of each of its fields. */
function described(schema: JsonSchema, path: string, fields: readonly DocumentedField[]): JsonSchema {
  const each = (parts: readonly z.core.JSONSchema._JSONSchema[] | undefined) =>
    parts?.map((part) => (typeof part === "object" ? described(part, path, fields) : part));
  const inside = (part: z.core.JSONSchema._JSONSchema | undefined, suffix: string) =>
    typeof part === "object" ? described(part, path + suffix, fields) : part;
  const field = fields.find((candidate) => candidate.path === path);
  const properties = Object.entries(schema.properties ?? {}).map(([name, part]) => [
    name,
    inside(part, path === "" ? name : `.${name}`),
  ]);
  const isChoice = schema.enum !== undefined || schema.const !== undefined;
  const changed = {
    ...(field === undefined ? {} : wordsOf(field)),
    ...(field === undefined || isChoice || field.examples.length === 0
      ? {}
      : { examples: field.examples.map((text) => parse(text)) }),
    ...schema,
    ...(schema.properties === undefined ? {} : { properties: Object.fromEntries(properties) }),
    ...(schema.items === undefined || Array.isArray(schema.items) ? {} : { items: inside(itemOf(schema), "[]") }),
    ...(schema.additionalProperties === undefined
      ? {}
      : { additionalProperties: inside(schema.additionalProperties, ".<name>") }),
    ...(schema.oneOf === undefined ? {} : { oneOf: each(schema.oneOf) }),
    ...(schema.anyOf === undefined ? {} : { anyOf: each(schema.anyOf) }),
  };
  return changed as JsonSchema;
}

function itemOf({ items }: JsonSchema): z.core.JSONSchema._JSONSchema | undefined {
  return Array.isArray(items) ? undefined : items;
}

/** What an editor shows; it takes a description without Markdown literally. */
function wordsOf({ meaning, default: fallback }: DocumentedField) {
  const description = fallback === undefined ? meaning : `${meaning}\n\nDefault: ${fallback}`;
  return description.includes("`") ? { description, markdownDescription: description } : { description };
}
