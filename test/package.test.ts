import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const root = join(import.meta.dirname, "..");
let folder: string;

/** A program of somebody else, who knows nothing of this repository but the package. */
const program = `
import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import {
  Datacenter,
  describeMicroservice,
  JavaMicroservice,
  type Microservice,
  microserviceManifests,
  type MicroserviceSite,
} from "gemelos";

const registered: string[] = [];
await pulumi.runtime.setMocks({
  newResource: ({ type, name, inputs }) => {
    registered.push(\`\${type} \${name}\`);
    return { id: name, state: { ...inputs, metadata: { ...inputs.metadata, uid: "the-uid" } } };
  },
  call: ({ inputs }) => inputs,
});
const service: Microservice = {
  name: "hello",
  namespace: "greetings",
  description: "Says hello",
  owner: "somebody@else.example",
  resources: { requests: { cpu: "200m", memory: "1Gi" } },
};
const site: MicroserviceSite = {
  registry: "registry.else.example",
  domains: { public: "else.example", internal: "in.else.example" },
  exposure: { kind: "ingress", ingressClassName: "nginx", tls: { public: { source: "controller" }, internal: { source: "controller" } }, controller: { namespace: "ingress", podLabels: { app: "nginx" } } },
  backingServices: {},
};
const cluster = new kubernetes.Provider("cluster", { context: "else" });
const release = \`1.0.0@sha256:\${"0".repeat(64)}\`;
const manifests = microserviceManifests({ service: describeMicroservice(service), site, release });
const datacenter = new Datacenter("cluster", { clusterUid: "the-uid", services: [manifests] }, { providers: [cluster] });
const dependsOn = datacenter.namespaceResources("greetings");
const hello = new JavaMicroservice("hello", manifests, { providers: [cluster], dependsOn });
new JavaMicroservice("again", { service: { ...service, name: "again" }, site, release }, { providers: [cluster], dependsOn });
await pulumi.runtime.disconnect();
console.log(JSON.stringify({ url: hello.url, registered: registered.sort() }));
`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "gemelos-package-"));
  execFileSync("npm", ["pack", "--silent", "--pack-destination", folder], { cwd: root });
  const [tarball = ""] = readdirSync(folder);
  const modules = join(folder, "node_modules");
  await mkdir(join(modules, "gemelos"), { recursive: true });
  execFileSync("tar", ["-xzf", join(folder, tarball), "--strip-components=1", "-C", join(modules, "gemelos")]);
  for (const name of await readdir(join(root, "node_modules"))) {
    if (!name.startsWith(".") && name !== "gemelos")
      await symlink(join(root, "node_modules", name), join(modules, name));
  }
  await writeFile(join(folder, "package.json"), '{ "type": "module" }');
  await writeFile(join(folder, "index.ts"), program);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe("the installed package", () => {
  it("makes a cluster's foundation and a microservice in somebody else's program", () => {
    const output = execFileSync(process.execPath, ["index.ts"], { cwd: folder, encoding: "utf8" });
    const { url, registered }: { url: string; registered: string[] } = JSON.parse(output);
    expect(url).toBe("http://hello.greetings.svc.cluster.local:7137");
    expect(registered).toContain("kubernetes:apps/v1:Deployment hello-deployment");
    expect(registered).toContain("kubernetes:apps/v1:Deployment again-deployment");
    expect(registered).toContain("kubernetes:core/v1:ResourceQuota cluster-greetings-quota");
  });

  it("types that program", () => {
    const options = [
      "--noEmit",
      "--strict",
      "--skipLibCheck",
      "--module",
      "nodenext",
      "--target",
      "es2024",
      "--types",
      "node",
      "--ignoreConfig",
    ];
    execFileSync(join(root, "node_modules", ".bin", "tsc"), [...options, "index.ts"], {
      cwd: folder,
      stdio: "inherit",
    });
  });

  it("holds the components and nothing of this repository's sites, services or tests", () => {
    const parts = readdirSync(join(folder, "node_modules", "gemelos"), { recursive: true }).map(String);
    expect(parts).toContain(join("dist", "components", "index.d.ts"));
    expect(parts.filter((part) => /Pulumi|services\/|test|cli|recorder|command/.test(part))).toEqual([]);
  });
});
