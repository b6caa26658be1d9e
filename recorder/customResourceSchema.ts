import type { z } from "zod";
import type { PlainObject } from "./registeredResource.ts";

/** API groups of the External Secrets Operator and of cert-manager. */
const groups = /^((generators\.)?external-secrets\.io|cert-manager\.io)\//;

/**
 * Checks an object of the External Secrets Operator or of cert-manager and returns the errors, one per line; undefined for
 * any other object. No library that is in use here has their schemas, so the fields in use are defined here (operator: chart
 * 1.3; cert-manager 1.18). An unknown field is an error, as with an API server's strict validation.
 */
export async function checkCustomResource(manifest: PlainObject): Promise<string[] | undefined> {
  const apiVersion = String(manifest["apiVersion"]);
  const kind = String(manifest["kind"]);
  if (!groups.test(apiVersion)) return undefined;
  const { z } = await import("zod");
  const schema = schemas(z).get(`${apiVersion}/${kind}`);
  if (schema === undefined) return [`apiVersion ${JSON.stringify(apiVersion)} has no kind ${JSON.stringify(kind)}`];
  const result = schema.safeParse(manifest);
  return result.success ? [] : result.error.issues.flatMap((issue) => explain(issue, kind, manifest));
}

type Zod = typeof z;

let known: ReadonlyMap<string, z.ZodType> | undefined;

function schemas(z: Zod): ReadonlyMap<string, z.ZodType> {
  known ??= makeSchemas(z);
  return known;
}

function makeSchemas(z: Zod): ReadonlyMap<string, z.ZodType> {
  const texts = z.record(z.string(), z.string());
  const metadata = z.strictObject({
    name: z.string(),
    namespace: z.string(),
    labels: texts.optional(),
    annotations: texts.optional(),
  });
  const duration = z.string().regex(/^(\d+(ns|us|µs|ms|s|m|h))+$/);
  const vault = z.strictObject({
    server: z.string(),
    path: z.string().optional(),
    version: z.enum(["v1", "v2"]).optional(),
    namespace: z.string().optional(),
    caProvider: z
      .strictObject({ type: z.enum(["Secret", "ConfigMap"]), name: z.string(), key: z.string().optional() })
      .optional(),
    auth: z.strictObject({
      kubernetes: z.strictObject({
        mountPath: z.string(),
        role: z.string(),
        serviceAccountRef: z.strictObject({ name: z.string(), audiences: z.array(z.string()).optional() }).optional(),
      }),
    }),
  });
  const object = (apiVersion: string, kind: string, spec: z.ZodType): [string, z.ZodType] => [
    `${apiVersion}/${kind}`,
    z.strictObject({ apiVersion: z.literal(apiVersion), kind: z.literal(kind), metadata, spec }),
  ];
  const store = z.strictObject({ kind: z.enum(["SecretStore", "ClusterSecretStore"]).optional(), name: z.string() });
  const generator = z.strictObject({ apiVersion: z.string().optional(), kind: z.string(), name: z.string() });
  return new Map([
    object(
      "external-secrets.io/v1",
      "SecretStore",
      z.strictObject({ provider: z.strictObject({ vault }), refreshInterval: z.int().optional() }),
    ),
    object(
      "external-secrets.io/v1",
      "ExternalSecret",
      z.strictObject({
        refreshInterval: duration.optional(),
        secretStoreRef: store.optional(),
        target: z.strictObject({
          name: z.string().optional(),
          creationPolicy: z.enum(["Owner", "Orphan", "Merge", "None"]).optional(),
          deletionPolicy: z.enum(["Delete", "Merge", "Retain"]).optional(),
          template: z
            .strictObject({
              engineVersion: z.literal("v2").optional(),
              type: z.string().optional(),
              data: texts.optional(),
            })
            .optional(),
        }),
        data: z
          .array(
            z.strictObject({
              secretKey: z.string(),
              remoteRef: z.strictObject({ key: z.string(), property: z.string().optional() }),
            }),
          )
          .optional(),
        dataFrom: z.array(z.strictObject({ sourceRef: z.strictObject({ generatorRef: generator }) })).optional(),
      }),
    ),
    object(
      "generators.external-secrets.io/v1alpha1",
      "VaultDynamicSecret",
      z.strictObject({
        path: z.string(),
        method: z.string().optional(),
        parameters: texts.optional(),
        resultType: z.enum(["Data", "Auth", "Raw"]).optional(),
        provider: vault,
      }),
    ),
    object(
      "cert-manager.io/v1",
      "Certificate",
      z.strictObject({
        secretName: z.string(),
        dnsNames: z.array(z.string()),
        issuerRef: z.strictObject({
          group: z.string().optional(),
          kind: z.string().optional(),
          name: z.string(),
        }),
        privateKey: z.strictObject({ rotationPolicy: z.enum(["Never", "Always"]) }).optional(),
        usages: z.array(z.string()).optional(),
      }),
    ),
  ]);
}

function explain(issue: z.core.$ZodIssue, kind: string, manifest: PlainObject): string[] {
  const path = issue.path.reduce<string>(
    (text, key) => (typeof key === "number" ? `${text}[${key}]` : text === "" ? String(key) : `${text}.${String(key)}`),
    "",
  );
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => {
      const field = path === "" ? key : `${path}.${key}`;
      return `${field} is not a field of ${kind}; correct or remove it`;
    });
  }
  const value = issue.path.reduce<unknown>(
    (inner, key) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, key) : undefined),
    manifest,
  );
  return [
    `${path || "it"} is ${JSON.stringify(value) ?? "missing"}, which the schema does not allow (${issue.message})`,
  ];
}
