import { hideSecrets, isSecretName } from "../../components/cleartext/index.ts";
import { isObject, type Plain, secretMark } from "../../recorder/registeredResource.ts";
import { type FieldPath, stepName } from "./fieldPath.ts";

/** Annotation in which kubectl keeps the whole manifest that was applied, with whatever values it has. */
const lastApplied = "kubectl.kubernetes.io/last-applied-configuration";

/**
 * A live value as it may be shown: without the data of a Secret, the values of variables whose name says that they are
 * secret, what looks like a secret within a text, and kubectl's copy of whole manifests.
 */
export function withoutSecretValues(kind: string, path: FieldPath, value: Plain): Plain {
  const names = path.map(stepName);
  if (kind === "Secret" && (names[0] === "data" || names[0] === "stringData")) return hide(value);
  if (names.includes(lastApplied)) return secretMark;
  const place = names.lastIndexOf("env");
  const variable = place === -1 ? undefined : names[place + 1];
  if (variable !== undefined && isSecretName(variable) && names[place + 2] === "value") return secretMark;
  return withoutVariables(value);
}

/** Hides every leaf and keeps the keys. */
function hide(value: Plain): Plain {
  if (!isObject(value)) return secretMark;
  return Object.fromEntries(Object.keys(value).map((key) => [key, secretMark]));
}

function withoutVariables(value: Plain): Plain {
  if (Array.isArray(value)) return value.map(withoutVariables);
  if (typeof value === "string") return hideSecrets(value);
  if (!isObject(value)) return value;
  const { name } = value;
  const secret = typeof name === "string" && isSecretName(name) && typeof value["value"] === "string";
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => {
      if ((secret && key === "value") || key === lastApplied) return [key, secretMark];
      return [key, withoutVariables(inner)];
    }),
  );
}
