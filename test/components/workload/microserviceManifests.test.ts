import { describe, expect, test } from "vitest";
import { ValidationError } from "../../../components/diagnostic.ts";
import { configMapName } from "../../../components/kubernetes/configMap.ts";
import type { ConfigMapManifest, DeploymentManifest } from "../../../components/kubernetes/manifests.ts";
import type { Transform } from "../../../components/kubernetes/transform.ts";
import type { Transforms } from "../../../components/microservice.ts";
import { generated } from "../../../components/secrets.ts";
import { microserviceManifests } from "../../../components/workload/microserviceManifests.ts";
import { podOf, release, resolved, site } from "../../support/fixtures.ts";

describe("the ConfigMap of the configuration", () => {
  const changed = (configMap: Transform<ConfigMapManifest>, configuration: Record<string, string> = { a: "1" }) =>
    microserviceManifests({ service: resolved({ transforms: { configMap } }), site, release, configuration });

  test("whose content a transform changes gets the name of that content", () => {
    const { configMap } = changed((manifest) => ({ ...manifest, data: { ...manifest.data, b: "2" } }));
    expect(configMap?.metadata.name).toBe(configMapName("receipts", "config", { a: "1", b: "2" }));
    expect(configMap?.metadata.name).not.toBe(configMapName("receipts", "config", { a: "1" }));
  });

  test("that its transform renames keeps that name, and the pod mounts it", () => {
    const { configMap, deployment } = changed(({ metadata, ...rest }) => ({
      ...rest,
      metadata: { ...metadata, name: "mine" },
    }));
    expect(configMap?.metadata.name).toBe("mine");
    expect(podOf(deployment).volumes).toContainEqual({ name: "config", configMap: { name: "mine" } });
  });

  test("to which a transform adds binary data is another one: that is content too", () => {
    const { configMap } = changed((manifest) => ({ ...manifest, binaryData: { "trust.p12": "AAAA" } }));
    expect(configMap?.metadata.name).not.toBe(configMapName("receipts", "config", { a: "1" }));
  });

  test("is not there where there is no configuration", () => {
    expect(changed((manifest) => manifest, {}).configMap).toBeUndefined();
  });
});

describe("a diagnostic", () => {
  const fails = {
    deployment: (): DeploymentManifest => {
      throw new Error("no way");
    },
  };

  test.each<[string | undefined, string]>([
    [undefined, "receipts"],
    ["services/receipts", "services/receipts"],
  ])("of the place %s names %s", (file, named) => {
    const stated = file === undefined ? {} : { file };
    const build = () => microserviceManifests({ service: resolved({ transforms: fails }), site, release, ...stated });
    expect(build).toThrow(ValidationError);
    expect(build).toThrow(`${named}: transforms.deployment: failed: no way`);
  });

  test("of one transform comes with those of the others, of the site's Vault too", () => {
    const { vault: _, ...without } = site;
    const transforms: Transforms = {
      ...fails,
      service: (manifest) => ({ ...manifest, spec: { ...manifest.spec, type: "NodePort" } }),
      networkPolicy: (manifest) => ({ ...manifest, spec: { podSelector: {}, ingress: [{}], egress: [{}] } }),
    };
    const service = resolved({ secrets: { DB_PASSWORD: generated() }, transforms });
    const build = () => microserviceManifests({ service, site: without, release });
    for (const said of ["secrets: come", "deployment: failed", "networkPolicy: lifts", "service: lifts"]) {
      expect(build).toThrow(said);
    }
  });

  test("says that a site has no Vault for a service that needs one", () => {
    const { vault: _, ...without } = site;
    const service = resolved({ secrets: { DB_PASSWORD: generated() } });
    expect(() => microserviceManifests({ service, site: without, release })).toThrow(/receipts: secrets: .*vault/);
  });
});

test("nothing comes from Vault for a service that keeps nothing there", () => {
  expect(microserviceManifests({ service: resolved(), site, release }).vault).toBeUndefined();
});
