import { checkCustomResource } from "./customResourceSchema.ts";
import { at, type PlainObject, secretMark, unknownMark } from "./registeredResource.ts";

/** The part of a `kubernetes-models` class that is used here. */
interface Model {
  validate(): void;
}
interface ModelClass {
  readonly prototype: Model;
}

const models = new Map<string, Promise<ModelClass | undefined>>();

/**
 * Checks a Kubernetes object against the schema of its kind and returns the errors, one per line: wrong types, missing
 * fields, and unknown fields, which an API server would drop or reject. Empty if the object is valid.
 *
 * The library's validators check types and required fields but accept unknown fields. They read every field that their
 * schema defines, so a field that none of them read is unknown. The validator runs on the manifest itself, because the
 * model's constructor would copy the manifest and thereby read every field.
 */
export async function checkManifest(manifest: PlainObject): Promise<string[]> {
  const custom = await checkCustomResource(manifest);
  if (custom !== undefined) return custom;
  const kind = `${String(manifest["apiVersion"])}/${String(manifest["kind"])}`;
  let model = models.get(kind);
  if (model === undefined) {
    model = loadModel(String(manifest["apiVersion"]), String(manifest["kind"]));
    models.set(kind, model);
  }
  const modelClass = await model;
  if (modelClass === undefined)
    return [`apiVersion ${show(manifest["apiVersion"])} has no kind ${show(manifest["kind"])}`];
  const fields = watchReads(manifest);
  const problems = validationProblems(() => modelClass.prototype.validate.call(fields.watched), manifest);
  return [
    ...problems,
    ...fields.unread().map((path) => `${path} is not a field of ${String(manifest["kind"])}; correct or remove it`),
  ];
}

async function loadModel(apiVersion: string, kind: string): Promise<ModelClass | undefined> {
  const library = apiVersion.startsWith("gateway.networking.k8s.io/")
    ? "@kubernetes-models/gateway-api"
    : "kubernetes-models";
  if (!/^([a-z0-9.]+\/)?v\w+$/.test(apiVersion) || !/^[A-Z]\w+$/.test(kind)) return undefined;
  try {
    const module: Record<string, ModelClass> = await import(`${library}/${apiVersion}/${kind}`);
    return module[kind];
  } catch (error) {
    if (at(error, "code") === "ERR_MODULE_NOT_FOUND") return undefined;
    throw error;
  }
}

function validationProblems(validate: () => void, manifest: PlainObject): string[] {
  try {
    validate();
    return [];
  } catch (error) {
    const errors = at(error, "errors");
    if (!Array.isArray(errors)) throw error;
    return errors.flatMap((each) => {
      const path = String(at(each, "instancePath"))
        .split("/")
        .slice(1)
        .map((key) => key.replaceAll("~1", "/").replaceAll("~0", "~"));
      const value = at(manifest, ...path);
      if (value === secretMark || value === unknownMark) return [];
      return [`${path.join(".") || "it"} ${explain(each, value)}`];
    });
  }
}

function explain(error: unknown, value: unknown): string {
  const missing = at(error, "params", "missingProperty");
  if (missing !== undefined) return `is missing the required field ${String(missing)}`;
  const expected = at(error, "params", "type") ?? at(error, "params", "format");
  if (expected !== undefined) return `is ${show(value)} and must be of type ${String(expected)}`;
  const allowed = at(error, "params", "allowedValues");
  if (Array.isArray(allowed)) return `is ${show(value)} and must be one of ${allowed.join(", ")}`;
  return `is ${show(value)}, which the schema does not allow (${String(at(error, "keyword"))})`;
}

function show(value: unknown): string {
  return JSON.stringify(value) ?? "missing";
}

/** Wraps an object and reports which fields, at any depth, were never read. */
function watchReads(root: PlainObject): { watched: PlainObject; unread: () => string[] } {
  const pending: { path: string; keys: Set<string> }[] = [];
  const watch = <Value extends object>(target: Value, path: string): Value => {
    // The library's validators omit fields named `description`, such as a PriorityClass's, as if they were comments.
    const keys = Array.isArray(target)
      ? undefined
      : new Set(Object.keys(target).filter((key) => key !== "description"));
    if (keys !== undefined) pending.push({ path, keys });
    const children = new Map<PropertyKey, object>();
    return new Proxy(target, {
      get(object, key) {
        const value: unknown = Reflect.get(object, key);
        keys?.delete(String(key));
        if (typeof value !== "object" || value === null) return value;
        const known = children.get(key);
        if (known !== undefined) return known;
        const child = watch(
          value,
          Array.isArray(object) ? `${path}[${String(key)}]` : path === "" ? String(key) : `${path}.${String(key)}`,
        );
        children.set(key, child);
        return child;
      },
    });
  };
  const watched = watch(root, "");
  return {
    watched,
    unread: () => pending.flatMap(({ path, keys }) => [...keys].map((key) => (path === "" ? key : `${path}.${key}`))),
  };
}
