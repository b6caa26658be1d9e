import type { Endpoint } from "../microserviceSite.ts";
import { type ResolvedMicroservice, readsFiles, resolveMicroservice, serviceUrl } from "./defaults.ts";
import { bundleVariables } from "./issuedKeys.ts";
import { planJvm } from "./jvm.ts";
import type { EnvironmentVariable } from "./manifests.ts";
import { variableName } from "./names.ts";
import { compareText } from "./problems.ts";
import { certificateFolder, deliveredSecretName, secretsOf, secretsPath } from "./secrets.ts";

/** Where the service's configuration is mounted. */
export const configurationPath = "/config";

/**
 * The variables that a service gets without asking: ports, JVM options, graceful shutdown, its configuration's place,
 * and for each call and endpoint where it is. What `env` and `secrets` say comes on top; validation refuses a
 * variable that would be set twice.
 */
export function derivedEnvironment(
  service: ResolvedMicroservice,
  endpoints: Readonly<Record<string, Endpoint>>,
  hasConfiguration: boolean,
): Record<string, string> {
  const variables: Record<string, string> = {
    JAVA_TOOL_OPTIONS: planJvm(service).options,
    SERVER_PORT: String(service.ports.http),
    MANAGEMENT_SERVER_PORT: String(service.ports.management),
    SERVER_SHUTDOWN: "graceful",
    SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: `${service.shutdown.gracefulSeconds}s`,
  };
  if (hasConfiguration) variables["SPRING_CONFIG_ADDITIONAL_LOCATION"] = `file:${configurationPath}/`;
  // Not optional: a service whose secrets are not there must not start.
  if (readsFiles(service)) variables["SPRING_CONFIG_IMPORT"] = `configtree:${secretsPath}/`;
  Object.assign(variables, bundleVariables(service));
  for (const { service: callee } of service.resolvedCalls) {
    variables[variableName(callee.name, "URL")] = serviceUrl(resolveMicroservice(callee));
  }
  for (const name of service.endpoints) {
    const endpoint = endpoints[name];
    if (endpoint === undefined) continue;
    const [host, port] = endpointVariables(name);
    variables[host] = endpoint.host;
    variables[port] = String(endpoint.port);
  }
  return variables;
}

/** The names of the two variables that say where an endpoint is: its host and its port. */
export function endpointVariables(endpoint: string): [host: string, port: string] {
  return [variableName(endpoint, "HOST"), variableName(endpoint, "PORT")];
}

/**
 * The container's environment, ordered by name so that a reordered description changes nothing. Values that refer to
 * other variables, `$(NAME)`, come last: Kubernetes resolves them only from what stands before.
 */
export function planEnvironment(
  service: ResolvedMicroservice,
  endpoints: Readonly<Record<string, Endpoint>>,
  hasConfiguration: boolean,
): EnvironmentVariable[] {
  const derived = Object.entries(derivedEnvironment(service, endpoints, hasConfiguration)).map(([name, value]) => ({
    name,
    value,
  }));
  const stated = Object.entries(service.env ?? {}).map(([name, value]) =>
    typeof value === "string" ? { name, value } : { name, valueFrom: { fieldRef: { fieldPath: value.fieldPath } } },
  );
  return [...derived, ...stated, ...secretVariables(service)].sort(
    (a, b) => Number(refers(a)) - Number(refers(b)) || compareText(a.name, b.name),
  );
}

/**
 * The variables of the secrets: a reference to a Kubernetes Secret, which is required and not optional. With files, values
 * are properties and no variables. For an issued key it is the folder that holds it.
 */
function secretVariables(service: ResolvedMicroservice): EnvironmentVariable[] {
  const { stored, issued, existing } = secretsOf(service);
  const reference = (name: string, secretName: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secretName, key } },
  });
  return [
    ...(service.secretDelivery === "files"
      ? []
      : stored.map(({ key }) => reference(key, deliveredSecretName(service), key))),
    ...issued.map((each) => ({ name: each.key, value: certificateFolder(each) })),
    ...existing.map(({ key, secret }) => reference(key, secret.secretName, secret.key ?? key)),
  ];
}

function refers({ value }: EnvironmentVariable): boolean {
  return value !== undefined && /\$\([^)]+\)/.test(value);
}
