import { shellWord } from "../../../command/shellWord.ts";
import { type SuppliedSecret, supplied } from "../../../components/secrets.ts";
import type { SourceVariable } from "../reading/sourceVariables.ts";

/** A secret of the manifests that the description declares, and whose value a person moves into Vault. */
export interface AwaitedSecret {
  /** Its key under `secrets`. */
  readonly key: string;
  /** Where its value is: `Secret orders-db, key password`. */
  readonly origin: string;
  /** The words of a command that prints the value and nothing else; undefined where it is a part of a longer text. */
  readonly read: readonly string[] | undefined;
}

/** The longest key that Vault's paths and annotations leave room for, see `secretRules.ts`. */
const longestKey = 40;

/** A variable's name as a key under `secrets`: its end, where it is too long. */
export function secretKey(variable: string): string {
  return variable.length <= longestKey ? variable : variable.slice(-longestKey).replace(/^[\d_]+/, "");
}

/** What the description says of it. */
export function suppliedSecret({ origin }: AwaitedSecret): SuppliedSecret {
  return supplied({ description: `What ran before has it in ${origin}` });
}

/** How a value in a Secret is named as an origin. */
export function originInSecret(secretName: string, key: string): string {
  return `Secret ${secretName}, key ${key}`;
}

/** A value in a Secret of the cluster. @param namespace undefined where the manifests name none. */
export function awaitedFromSecret(
  key: string,
  namespace: string | undefined,
  secretName: string,
  keyInSecret: string,
): AwaitedSecret {
  const template = `{{index .data ${JSON.stringify(keyInSecret)} | base64decode}}`;
  return {
    key,
    origin: originInSecret(secretName, keyInSecret),
    read: [...get("secret", secretName, namespace), "-o", `go-template=${template}`],
  };
}

/**
 * A variable whose text is the secret as a whole.
 * @param container the name of the container that states it, unless it stands in a ConfigMap.
 */
export function awaitedFromVariable(
  key: string,
  namespace: string | undefined,
  { name, place }: SourceVariable,
  container: string,
): AwaitedSecret {
  const text = JSON.stringify;
  const output =
    place.kind === "ConfigMap"
      ? `go-template={{index .data ${text(place.path[1])}}}`
      : `jsonpath={.spec.template.spec.containers[?(@.name==${text(container)})].env[?(@.name==${text(name)})].value}`;
  return {
    key,
    origin: `${place.kind} ${place.name}, ${place.kind === "ConfigMap" ? `key ${place.path[1]}` : `variable ${name}`}`,
    read: [...get(place.kind.toLowerCase(), place.name, namespace), "-o", output],
  };
}

function get(kind: string, name: string, namespace: string | undefined): string[] {
  return ["kubectl", "get", kind, name, ...(namespace === undefined ? [] : ["--namespace", namespace])];
}

/** What a person does with each secret in each site. No command shows a value. */
export function moveSteps(service: string, secrets: readonly AwaitedSecret[], sites: readonly string[]): string[] {
  return secrets.flatMap(({ key, origin, read }) =>
    sites.map((site) => {
      const put = ["npm", "run", "-s", "secrets", "--", "put", "--site", site, "--service", service, "--key", key];
      const command = [...put, "--no-restart"].map(shellWord).join(" ");
      return read === undefined
        ? `${site}: give the value in ${origin} at the prompt of: ${command}`
        : `${site}, with kubectl at its cluster: ${read.map(shellWord).join(" ")} | ${command}`;
    }),
  );
}
