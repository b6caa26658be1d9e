import {
  certificateFolder,
  clusterDomain,
  grpcTarget,
  type ResolvedMicroservice,
  secretsPath,
  serviceUrl,
  targetSecretName,
} from "../description/index.ts";
import { type EnvironmentVariable, orderVariables } from "../kubernetes/index.ts";
import type { MicroserviceSite } from "../siteData.ts";
import { authorityVariables } from "./servicesAuthority.ts";
import { serverTlsVariables, sslBundleVariables } from "./sslBundles.ts";
import { languageOptions, statedNames, type TimeAndLanguage, timeAndLanguageVariables } from "./timeAndLanguage.ts";

/**
 * Makes Spring count the requests that are answered within a time; without it there is a sum of all times only.
 * https://docs.spring.io/spring-boot/reference/actuator/metrics.html#actuator.metrics.customizing.per-meter-properties
 */
const latencyVariable = "MANAGEMENT_METRICS_DISTRIBUTION_SLO_HTTP_SERVER_REQUESTS";

/** Directory in the pod with the service's configuration files. */
export const configurationPath = "/config";

/**
 * The variables that follow from a service's description, whatever its site has: ports, JVM options, graceful shutdown, the location of its
 * configuration, and the URL, and the gRPC target, of each service that it calls. `env` and `secrets` add to them; validation refuses a variable
 * that would be set twice.
 * @param domain the domain of the cluster's names
 */
export function ownVariables(
  service: ResolvedMicroservice,
  hasConfiguration: boolean,
  domain: string,
): Record<string, string> {
  return {
    JAVA_TOOL_OPTIONS: service.jvm.options,
    ...(service.ports === undefined
      ? {}
      : { SERVER_PORT: String(service.ports.http), MANAGEMENT_SERVER_PORT: String(service.ports.management) }),
    SERVER_SHUTDOWN: "graceful",
    SPRING_LIFECYCLE_TIMEOUT_PER_SHUTDOWN_PHASE: `${service.shutdown.gracefulSeconds}s`,
    ...(service.objectives.latency === undefined
      ? {}
      : { [latencyVariable]: `${Math.round(service.objectives.latency.seconds * 1000)}ms` }),
    ...(hasConfiguration ? { SPRING_CONFIG_ADDITIONAL_LOCATION: `file:${configurationPath}/` } : {}),
    // Not optional: a service whose secrets are missing must not start.
    ...(service.secrets.agent === undefined ? {} : { SPRING_CONFIG_IMPORT: `configtree:${secretsPath}/` }),
    ...sslBundleVariables(service),
    ...serverTlsVariables(service),
    ...authorityVariables(service),
    ...Object.fromEntries(
      service.calls.map((call) => [callVariables(call.name).url, serviceUrl(call, call.port, domain)]),
    ),
    ...Object.fromEntries(
      service.calls.flatMap((call) =>
        call.grpcPort === undefined
          ? []
          : [[callVariables(call.name).grpcTarget, grpcTarget(call, call.grpcPort, domain)]],
      ),
    ),
  };
}

/** The names of the variables with the URL of a service that is called, and with what gRPC clients name. */
export function callVariables(name: string): { readonly url: string; readonly grpcTarget: string } {
  return { url: variableName(name, "URL"), grpcTarget: variableName(name, "GRPC_TARGET") };
}

/** The names of the two variables with the host and the port of a backing service. */
export function backingServiceVariables(name: string): [host: string, port: string] {
  return [variableName(name, "HOST"), variableName(name, "PORT")];
}

/**
 * The container's environment, ordered by name so that a reordered description changes nothing. Values that refer to
 * other variables, `$(NAME)`, come last, each behind those that it names: Kubernetes expands only references to earlier
 * variables.
 */
export function environmentVariables(
  service: ResolvedMicroservice,
  site: Pick<MicroserviceSite, "backingServices" | "network"> & TimeAndLanguage,
  hasConfiguration: boolean,
): EnvironmentVariable[] {
  const located = service.backingServices.flatMap((name) => {
    const backingService = site.backingServices[name];
    if (backingService === undefined) return [];
    const [host, port] = backingServiceVariables(name);
    return [
      { name: host, value: backingService.host },
      { name: port, value: String(backingService.port) },
    ];
  });
  const own = Object.entries({
    ...ownVariables(service, hasConfiguration, clusterDomain(site)),
    JAVA_TOOL_OPTIONS: [...languageOptions(site, service), service.jvm.options].join(" "),
    ...timeAndLanguageVariables(site, statedNames(service)),
  }).map(([name, value]) => ({ name, value }));
  const stated = Object.entries(service.env).map(([name, value]) => statedVariable(name, value));
  return inOrder([...own, ...located, ...stated, ...secretVariables(service)]);
}

function inOrder(variables: readonly EnvironmentVariable[]): EnvironmentVariable[] {
  return orderVariables(variables).ordered;
}

function statedVariable(name: string, value: ResolvedMicroservice["env"][string]): EnvironmentVariable {
  if (typeof value === "string") return { name, value };
  if ("fieldPath" in value) return { name, valueFrom: { fieldRef: { fieldPath: value.fieldPath } } };
  // Without a divisor the API server would fill one in.
  const { resource, divisor = "1" } = value;
  return { name, valueFrom: { resourceFieldRef: { resource, divisor } } };
}

/**
 * The name of an environment variable about something: `taxpayer-registry`, `URL` -> `TAXPAYER_REGISTRY_URL`. A leading
 * digit gets a `_` before it, since neither shells nor older clusters accept it there.
 */
function variableName(name: string, suffix: string): string {
  const words = name.replace(/^(?=\d)/, "_").replaceAll("-", "_");
  return `${words.toUpperCase()}_${suffix}`;
}

/** Stated variables, and those of the secrets that are named, in the order of {@link environmentVariables}. */
export function statedVariables(
  service: ResolvedMicroservice,
  env: ResolvedMicroservice["env"],
  secrets: readonly string[],
): EnvironmentVariable[] {
  const named = secretVariables(service).filter(({ name }) => secrets.includes(name));
  return inOrder([...Object.entries(env).map(([name, value]) => statedVariable(name, value)), ...named]);
}

/**
 * The variables of the secrets: a required reference to a Kubernetes Secret for each stored or existing value, and the
 * folder of each issued key. Stored values that Vault Agent writes as files are properties and not variables.
 */
function secretVariables(service: ResolvedMicroservice): EnvironmentVariable[] {
  const { delivery, stored, issued, existing } = service.secrets;
  const reference = (name: string, secretName: string, key: string) => ({
    name,
    valueFrom: { secretKeyRef: { name: secretName, key } },
  });
  return [
    ...(delivery === "files" ? [] : stored.map(({ key }) => reference(key, targetSecretName(service), key))),
    ...issued.map((each) => ({ name: each.key, value: certificateFolder(each) })),
    ...existing.map(({ key, secret }) => reference(key, secret.secretName, secret.key ?? key)),
  ];
}
