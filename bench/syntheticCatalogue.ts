import { createHash } from "node:crypto";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { withoutParts } from "../components/monitoring/index.ts";
import { projectFolder } from "../recorder/stackFile.ts";

/**
 * The site of a synthetic project: the real site's data, with backing services and releases for the synthetic services.
 */
export const syntheticSite = "dc1";

/** Number of namespaces and backing services that the services share. */
const namespaces = 8;
const backingServices = 8;

/**
 * Writes a copy of the project with a synthetic catalogue of `size` services into an empty folder; deterministic. Each
 * service has eight objects (ServiceAccount, ConfigMap, NetworkPolicy, Deployment, Service, HorizontalPodAutoscaler,
 * PodDisruptionBudget, Ingress), calls up to three others and uses one backing service.
 */
export async function writeSyntheticProject(folder: string, size: number): Promise<void> {
  const programs = ["index.ts", "site.ts", "site", "suppliedSecrets.ts", "vaultSetup.ts"];
  const files = ["Pulumi.yaml", "package.json", ...programs];
  for (const part of [...files, "components", "vaultClient", "command", "recorder", "cli"]) {
    await cp(join(projectFolder, part), join(folder, part), { recursive: true });
  }
  await symlink(join(projectFolder, "node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, "services"));
  for (const part of ["index.ts", "configFolder.ts", "loadFailure.ts"]) {
    await cp(join(projectFolder, "services", part), join(folder, "services", part));
  }
  for (let index = 0; index < size; index += 1) {
    const service = join(folder, "services", serviceName(index));
    await mkdir(join(service, "config"), { recursive: true });
    await writeFile(join(service, "index.ts"), description(index));
    await writeFile(join(service, "config", "application.yaml"), template(index));
  }
  const file = `Pulumi.${syntheticSite}.yaml`;
  const stack: StackFile = parse(await readFile(join(projectFolder, file), "utf8"));
  await writeFile(join(folder, file), stringify(withCatalogue(stack, size)));
}

/** The part of the real site's stack file that is changed; everything else is kept. */
interface StackFile {
  readonly config: {
    readonly "gemelos:site": { readonly backingServices: Readonly<Record<string, unknown>> };
    readonly "gemelos:releases": Readonly<Record<string, string>>;
  };
}

function withCatalogue({ config }: StackFile, size: number): unknown {
  return {
    config: {
      ...config,
      "gemelos:site": {
        ...config["gemelos:site"],
        backingServices: {
          // To some of them its alerts go.
          ...config["gemelos:site"].backingServices,
          ...Object.fromEntries(
            Array.from({ length: backingServices }, (_, index) => [
              backingServiceName(index),
              { host: `database-${index}.example`, port: 5432, cidrs: [`10.9.${index}.10/32`] },
            ]),
          ),
        },
        nodes: Array.from({ length: 3 + Math.ceil(size / 10) }, (_, index) => ({
          name: `node-${index}.example`,
          address: `10.8.${Math.floor(index / 250)}.${1 + (index % 250)}`,
          role: index < 3 ? "control-plane" : "worker",
          zone: `rack-${index % 3}`,
          cpu: "64",
          memory: "512Gi",
          disk: "4000Gi",
        })),
      },
      "gemelos:releases": {
        ...partReleases(config["gemelos:releases"]),
        ...Object.fromEntries(
          Array.from({ length: size }, (_, index) => [
            serviceName(index),
            `1.0.${index}@sha256:${createHash("sha256").update(serviceName(index)).digest("hex")}`,
          ]),
        ),
      },
    },
  };
}

/** The releases of the parts of monitoring. */
function partReleases(releases: Readonly<Record<string, string>>): Record<string, string> {
  const ofServices = withoutParts(releases);
  return Object.fromEntries(Object.entries(releases).filter(([name]) => !Object.hasOwn(ofServices, name)));
}

function serviceName(index: number): string {
  return `service-${String(index).padStart(4, "0")}`;
}

function backingServiceName(index: number): string {
  return `database-${index % backingServices}`;
}

/** Calls only earlier services, spread so that all but the first few have at most a dozen callers. */
function calledBy(index: number): number[] {
  return [...new Set([2, 3, 5].map((divisor) => Math.floor(index / divisor)))].filter((callee) => callee < index);
}

function description(index: number): string {
  const calls = calledBy(index);
  const identifier = (each: number) => `service${each}`;
  return `import type { Microservice } from "../../components/microservice.ts";
${calls.map((callee) => `import { ${identifier(callee)} } from "../${serviceName(callee)}/index.ts";\n`).join("")}
export const ${identifier(index)}: Microservice = {
  name: "${serviceName(index)}",
  namespace: "domain-${index % namespaces}",
  description: "Service ${index} of a made-up catalogue",
  owner: "team-${index % 20}@tax.example",
  resources: { requests: { cpu: "250m", memory: "1Gi" } },
  autoscaling: { minReplicas: 2, maxReplicas: 4 },
  exposure: { host: "${serviceName(index)}" },
  calls: () => [${calls.map(identifier).join(", ")}],
  backingServices: ["${backingServiceName(index)}"],
  env: { POD_NAME: { fieldPath: "metadata.name" }, BATCH_SIZE: "${100 + index}" },
  secrets: { DB_PASSWORD: { secretName: "${serviceName(index)}" } },
};
`;
}

function template(index: number): string {
  const urls = calledBy(index).map((callee) => `  ${serviceName(callee)}: "{{ calls.${serviceName(callee)}.url }}"\n`);
  return `spring:
  application:
    name: "{{ service.name }}"
  datasource:
    url: "jdbc:postgresql://{{ backingServices.${backingServiceName(index)}.host }}:{{ backingServices.${backingServiceName(index)}.port }}/app"
    password: "\${DB_PASSWORD}"
server:
  port: {{ service.ports.http }}
${urls.length === 0 ? "" : `services:\n${urls.join("")}`}`;
}
