import * as kubernetes from "@pulumi/kubernetes";
import { describe, expect, test } from "vitest";
import {
  type DeploymentManifest,
  describeMicroservice,
  generated,
  JavaMicroservice,
  type Microservice,
  type MicroserviceArgs,
  microserviceManifests,
  type Transforms,
  ValidationError,
} from "../../components/index.ts";
import { configMapName } from "../../components/kubernetes/configMap.ts";
import { at } from "../../recorder/registeredResource.ts";
import { deploymentOf, gatewaySite, microservice, podOf, release, sidecar, site } from "../support/fixtures.ts";
import { type Recorded, record } from "../support/record.ts";

const configuration = { "application.yaml": "a: 1\n" };

/** A service that has every kind of child. */
const full: Microservice = microservice({ exposure: { host: "api" }, backingServices: ["receipts-database"] });
const migrating: Pick<Microservice, "migration"> = { migration: { command: ["migrate"], phase: "expand" } };

async function make(
  args: Partial<MicroserviceArgs> = {},
  look: (made: JavaMicroservice) => void = () => {},
): Promise<Recorded> {
  return record(() => {
    const cluster = new kubernetes.Provider("cluster", { context: "tax-dc1" });
    look(new JavaMicroservice("receipts", { service: full, site, release, ...args }, { providers: [cluster] }));
  });
}

function kindsOf({ registrations }: Recorded): string[] {
  return registrations.flatMap(({ inputs }) => (typeof inputs["kind"] === "string" ? [inputs["kind"]] : [])).sort();
}

describe("by itself, with a provider", () => {
  test("it makes these objects, all under itself, named after itself, with that provider", async () => {
    const recorded = await make({ configuration });
    expect(kindsOf(recorded)).toEqual([
      "ConfigMap",
      "Deployment",
      "HorizontalPodAutoscaler",
      "Ingress",
      "NetworkPolicy",
      "PodDisruptionBudget",
      "Service",
      "ServiceAccount",
    ]);
    const component = recorded.registrations.find(({ type }) => type === "gemelos:index:JavaMicroservice");
    const provider = recorded.registrations.find(({ type }) => type === "pulumi:providers:kubernetes");
    const children = recorded.registrations.filter(({ inputs }) => "kind" in inputs);
    for (const child of children) {
      expect(child.parent).toBe(component?.urn);
      expect(child.name).toMatch(/^receipts-/);
      expect(child.provider.startsWith(`${provider?.urn}::`)).toBe(true);
      expect(at(child.inputs, "metadata", "name")).toMatch(/^receipts/);
      expect(at(child.inputs, "metadata", "namespace")).toBe("declarations");
    }
  });

  test("a service without a port has no Service and no URL, and lets nobody in", async () => {
    const urls: (string | undefined)[] = [];
    const recorded = await make({ service: microservice({ ports: "none" }) }, ({ url }) => urls.push(url));
    expect(urls).toEqual([undefined]);
    expect(kindsOf(recorded)).toEqual([
      "Deployment",
      "HorizontalPodAutoscaler",
      "NetworkPolicy",
      "PodDisruptionBudget",
      "ServiceAccount",
    ]);
    const policy = recorded.registrations.find(({ inputs }) => inputs["kind"] === "NetworkPolicy");
    expect(at(policy?.inputs, "spec")).toMatchObject({ policyTypes: ["Ingress", "Egress"], ingress: [] });
  });

  test("its outputs are plain: name, namespace and URL", async () => {
    const recorded = await make({ configuration }, ({ name, namespace, url }) => {
      expect({ name, namespace, url }).toEqual({
        name: "receipts",
        namespace: "declarations",
        url: "http://receipts.declarations.svc.cluster.local:7137",
      });
    });
    const urn = recorded.registrations.find(({ type }) => type === "gemelos:index:JavaMicroservice")?.urn ?? "";
    expect(recorded.outputs.get(urn)).toEqual({
      name: "receipts",
      namespace: "declarations",
      url: "http://receipts.declarations.svc.cluster.local:7137",
    });
  });

  test("resources are its children; those that it does not have are undefined", async () => {
    const withSecrets = { ...full, ...migrating, secrets: { DB_PASSWORD: generated() } };
    await make({ configuration, service: withSecrets }, ({ resources }) => {
      const { backendTlsPolicy, ...others } = resources;
      expect(Object.values(others).every((resource) => resource !== undefined)).toBe(true);
      expect(backendTlsPolicy).toBeUndefined();
      expect(resources.deployment).toBeInstanceOf(kubernetes.apps.v1.Deployment);
      expect(resources.exposure).toBeInstanceOf(kubernetes.networking.v1.Ingress);
    });
    const service = microservice({ autoscaling: { minReplicas: 1 }, paused: true });
    const recorded = await make({ service }, ({ resources }) => {
      expect(resources).toMatchObject({
        configMap: undefined,
        vaultSecrets: undefined,
        horizontalPodAutoscaler: undefined,
        podDisruptionBudget: undefined,
        exposure: undefined,
        migration: undefined,
      });
    });
    expect(kindsOf(recorded)).toEqual(["Deployment", "NetworkPolicy", "Service", "ServiceAccount"]);
  });

  test("the Deployment waits for its account, rules and configuration, and longer than Kubernetes does", async () => {
    const recorded = await make({ configuration });
    const deployment = recorded.registrations.find(({ name }) => name === "receipts-deployment");
    const awaited = recorded.awaitedBy("receipts-deployment");
    for (const part of ["service-account", "network-policy", "config-map"])
      expect(awaited).toContain(`receipts-${part}`);
    const timeout = Number.parseInt(String(at(deployment?.options["customTimeouts"], "create")), 10);
    expect(timeout).toBeGreaterThan(Number(at(deployment?.inputs, "spec", "progressDeadlineSeconds")));
    expect(at(deployment?.options["customTimeouts"], "update")).toBe(
      at(deployment?.options["customTimeouts"], "create"),
    );
  });

  test("the Job of a migration waits for what its pod needs, and the Deployment for the Job, as long as that may take", async () => {
    const service = { ...full, ...migrating, secrets: { DB_PASSWORD: generated() } };
    const recorded = await make({ configuration, service });
    const awaited = recorded.awaitedBy("receipts-migration");
    for (const part of ["service-account", "migration-network-policy", "config-map", "secrets-authority"])
      expect(awaited).toContain(`receipts-${part}`);
    expect(recorded.awaitedBy("receipts-deployment")).toContain("receipts-migration");
    const job = recorded.registrations.find(({ name }) => name === "receipts-migration");
    const timeout = Number.parseInt(String(at(job?.options["customTimeouts"], "create")), 10);
    expect(timeout).toBeGreaterThan(Number(at(job?.inputs, "spec", "activeDeadlineSeconds")));
  });

  test("a deadline that a transform states is waited for too, replica by replica", async () => {
    const late = (manifest: DeploymentManifest): DeploymentManifest => {
      if (manifest.spec !== undefined) manifest.spec.progressDeadlineSeconds = 7200;
      return manifest;
    };
    const recorded = await make({ service: { ...full, transforms: { deployment: late } } });
    const deployment = recorded.registrations.find(({ name }) => name === "receipts-deployment");
    expect(at(deployment?.inputs, "spec", "progressDeadlineSeconds")).toBe(7200);
    // Four replicas one by one, each with 45 s to stop, and a minute for everybody else's work.
    const timeout = `${4 * (7200 + 45) + 60}s`;
    expect(deployment?.options["customTimeouts"]).toEqual({ create: timeout, update: timeout });
  });

  test("made from manifests it is the same as made from the description", async () => {
    const described = await make({ configuration });
    const recorded = await record(() => {
      const cluster = new kubernetes.Provider("cluster", { context: "tax-dc1" });
      const manifests = microserviceManifests({ service: describeMicroservice(full), site, release, configuration });
      new JavaMicroservice("receipts", manifests, { providers: [cluster] });
    });
    expect(recorded.registrations).toEqual(described.registrations);
  });

  test("its callers are admitted by its network rules", async () => {
    const recorded = await make({ callers: [microservice({ name: "tax-declarations" })] });
    const peers = at(recorded.manifest("NetworkPolicy"), "spec", "ingress", 0, "from");
    expect(JSON.stringify(peers)).toContain('"tax-declarations"');
  });
});

describe("exposure", () => {
  test("a site with a Gateway gets an HTTPRoute on it and no Ingress", async () => {
    const recorded = await make({ site: gatewaySite }, ({ resources }) => {
      expect(resources.exposure).toBeInstanceOf(kubernetes.apiextensions.CustomResource);
    });
    expect(kindsOf(recorded)).toContain("HTTPRoute");
    expect(kindsOf(recorded)).not.toContain("Ingress");
    expect(at(recorded.manifest("HTTPRoute"), "spec")).toMatchObject({
      parentRefs: [{ namespace: "gateways", name: "citizens", sectionName: "https" }],
      hostnames: ["api.tax.example"],
      rules: [{ backendRefs: [{ name: "receipts", port: 7137 }] }],
    });
  });

  test("no port but http is anywhere in Service, Ingress or HTTPRoute", async () => {
    for (const where of [site, gatewaySite]) {
      const recorded = await make({ site: where });
      const exposed = recorded.registrations.filter(({ inputs }) =>
        ["Service", "Ingress", "HTTPRoute"].includes(String(inputs["kind"])),
      );
      expect(exposed).toHaveLength(2);
      expect(JSON.stringify(exposed.map(({ inputs }) => inputs))).not.toMatch(/17137|management"/);
    }
  });
});

describe("transforms", () => {
  const touch = <Manifest extends { metadata: { name: string } }>(manifest: Manifest): Manifest => ({
    ...manifest,
    metadata: { ...manifest.metadata, annotations: { touched: "yes" } },
  });

  test.each<[keyof Transforms, string, MicroserviceArgs["site"]]>([
    ["serviceAccount", "ServiceAccount", site],
    ["configMap", "ConfigMap", site],
    ["deployment", "Deployment", site],
    ["service", "Service", site],
    ["horizontalPodAutoscaler", "HorizontalPodAutoscaler", site],
    ["podDisruptionBudget", "PodDisruptionBudget", site],
    ["networkPolicy", "NetworkPolicy", site],
    ["ingress", "Ingress", site],
    ["httpRoute", "HTTPRoute", gatewaySite],
  ])("%s has the last word on the %s, and on nothing else", async (field, kind, where) => {
    const recorded = await make({
      service: { ...full, transforms: { [field]: touch } },
      site: where,
      configuration,
    });
    const touched = recorded.registrations.filter(
      ({ inputs }) => at(inputs, "metadata", "annotations", "touched") === "yes",
    );
    expect(touched.map(({ inputs }) => inputs["kind"])).toEqual([kind]);
    const untouched = await make({ site: where, configuration });
    expect({ ...recorded.manifest(kind), metadata: {} }).toEqual({ ...untouched.manifest(kind), metadata: {} });
  });

  test("what a transform of the Deployment returns is registered as it is", async () => {
    const container = sidecar({});
    const { securityContext } = podOf(deploymentOf(full));
    const template = {
      metadata: { labels: { a: "b" } },
      spec: {
        serviceAccountName: "receipts",
        automountServiceAccountToken: false,
        securityContext,
        containers: [container],
      },
    };
    const spec = { replicas: 7, selector: { matchLabels: { a: "b" } }, template };
    const reason = { reason: "Another image's container, which has no probes yet" };
    const deployment: Transforms["deployment"] = {
      transform: (generated) => ({ ...generated, spec }),
      securityExceptions: { limits: reason, probes: reason },
    };
    const recorded = await make({ service: { ...full, transforms: { deployment } } });
    expect(recorded.manifest("Deployment")["spec"]).toEqual(spec);
  });

  test("a ConfigMap that a transform changes is a new ConfigMap, and the Deployment mounts that one", async () => {
    const plain = await make({ configuration });
    const service: Microservice = {
      ...full,
      transforms: { configMap: (generated) => ({ ...generated, data: { ...generated.data, "extra.yaml": "b: 2\n" } }) },
    };
    const changed = await make({ service, configuration });
    const name = at(changed.manifest("ConfigMap"), "metadata", "name");
    expect(name).not.toBe(at(plain.manifest("ConfigMap"), "metadata", "name"));
    expect(name).toBe(configMapName("receipts", "config", { ...configuration, "extra.yaml": "b: 2\n" }));
    expect(mountedConfigMap(changed)).toBe(name);
    expect(mountedConfigMap(plain)).toBe(at(plain.manifest("ConfigMap"), "metadata", "name"));
  });
});

function mountedConfigMap(recorded: Recorded): unknown {
  const volumes = at(recorded.manifest("Deployment"), "spec", "template", "spec", "volumes");
  return Array.isArray(volumes)
    ? at(
        volumes.find((volume) => at(volume, "name") === "config"),
        "configMap",
        "name",
      )
    : undefined;
}

test("an unsound description throws every problem at once, and nothing is registered under the component", async () => {
  const service = microservice({ owner: "", startupSeconds: -1 });
  const problems: string[] = [];
  const recorded = await record(() => {
    const cluster = new kubernetes.Provider("cluster", {});
    try {
      new JavaMicroservice("receipts", { service, site, release, configuration }, { providers: [cluster] });
    } catch (error) {
      if (error instanceof ValidationError) problems.push(...error.diagnostics.map(({ path }) => path));
    }
  });
  expect(problems).toEqual(["owner", "startupSeconds"]);
  expect(recorded.registrations.map(({ type }) => type).sort()).toEqual([
    "gemelos:index:JavaMicroservice",
    "pulumi:providers:kubernetes",
    "pulumi:pulumi:Stack",
  ]);
});
