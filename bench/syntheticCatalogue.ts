import { createHash } from "node:crypto";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { parse, stringify } from "yaml";
import { projectFolder } from "../recorder/stackFile.ts";

/** The site that a synthetic project describes: the real one's data, with endpoints and releases for the services. */
export const syntheticSite = "dc1";

/** How many namespaces and external endpoints the services share. */
const namespaces = 8;
const endpoints = 8;

/**
 * Writes a copy of the project with a made-up catalogue of `size` services into an empty folder. Each service gets
 * eight objects (account, ConfigMap, NetworkPolicy, Deployment, Service, autoscaler, disruption budget, Ingress), calls
 * up to three others and uses one endpoint. The same size gives the same bytes.
 */
export async function writeSyntheticProject(folder: string, size: number): Promise<void> {
  for (const part of ["Pulumi.yaml", "package.json", "index.ts", "site.ts", "components", "cli"]) {
    await cp(join(projectFolder, part), join(folder, part), { recursive: true });
  }
  await symlink(join(projectFolder, "node_modules"), join(folder, "node_modules"));
  await mkdir(join(folder, "services"));
  await cp(join(projectFolder, "services", "index.ts"), join(folder, "services", "index.ts"));
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

/** What is changed in the real site's file; everything else stays as it is there. */
interface StackFile {
  readonly config: { readonly "gemelos:site": Readonly<Record<string, unknown>> };
}

function withCatalogue({ config }: StackFile, size: number): unknown {
  return {
    config: {
      ...config,
      "gemelos:site": {
        ...config["gemelos:site"],
        endpoints: Object.fromEntries(
          Array.from({ length: endpoints }, (_, index) => [
            endpointName(index),
            { host: `database-${index}.example`, port: 5432, cidrs: [`10.9.${index}.10/32`] },
          ]),
        ),
        nodes: Array.from({ length: 3 + Math.ceil(size / 10) }, (_, index) => ({
          name: `node-${index}.example`,
          address: `10.8.${Math.floor(index / 250)}.${1 + (index % 250)}`,
          role: index < 3 ? "control-plane" : "worker",
          cpu: "64",
          memory: "512Gi",
          disk: "4000Gi",
        })),
      },
      "gemelos:releases": Object.fromEntries(
        Array.from({ length: size }, (_, index) => [
          serviceName(index),
          `1.0.${index}@sha256:${createHash("sha256").update(serviceName(index)).digest("hex")}`,
        ]),
      ),
    },
  };
}

function serviceName(index: number): string {
  return `service-${String(index).padStart(4, "0")}`;
}

function endpointName(index: number): string {
  return `database-${index % endpoints}`;
}

/** Earlier services only, spread so that no service but the first few has more than a dozen callers. */
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
  endpoints: ["${endpointName(index)}"],
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
    url: "jdbc:postgresql://{{ endpoints.${endpointName(index)}.host }}:{{ endpoints.${endpointName(index)}.port }}/app"
    password: "\${DB_PASSWORD}"
server:
  port: {{ service.ports.http }}
${urls.length === 0 ? "" : `services:\n${urls.join("")}`}`;
}
