import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { canonicalQuantity } from "../../components/kubernetes/quantity.ts";
import { at, type PlainObject } from "../../recorder/registeredResource.ts";

/** The three files with which the owner's first platform ran, read as they are. */
async function baseline(kind: string): Promise<unknown> {
  const folder = join(import.meta.dirname, "..", "fixtures", "baseline");
  const document: unknown = parse(await readFile(join(folder, `${kind}.yaml`), "utf8"));
  return document;
}

const theirDeployment = await baseline("deployment");
const theirAutoscaler = await baseline("hpa");
const theirIngress = await baseline("ingress");

const pod = ["spec", "template", "spec"] as const;
const container = [...pod, "containers", 0] as const;

function theirs(...path: readonly (string | number)[]): unknown {
  return at(theirDeployment, ...container, ...path);
}

function objects(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The manifests of the owner's service as this project renders it. */
export interface OwnersService {
  /** The only manifest of a kind. Throws where there is none, or several. */
  manifest(kind: string): PlainObject;
  /** The kinds of all objects of the service. */
  kinds(): readonly string[];
}

/** Holds each row of the owner's table of values, and each deliberate difference, against what is rendered. */
export function holdOwnersValues({ manifest, kinds }: OwnersService): void {
  function mine(...path: readonly (string | number)[]): unknown {
    return at(manifest("Deployment"), ...container, ...path);
  }

  function variable(name: unknown): unknown {
    return objects(mine("env")).find((each) => at(each, "name") === name);
  }

  /** The number of the port that our container's probe names. */
  function probedPort(probe: string): unknown {
    const name = mine(probe, "httpGet", "port");
    return at(
      objects(mine("ports")).find((port) => at(port, "name") === name),
      "containerPort",
    );
  }

  describe("the owner's values, row by row", () => {
    test("the files hold what the rows speak of", () => {
      expect(theirs("image")).toBe("registry.mycompany.com/app:0.0.1");
      expect(at(theirDeployment, "spec", "replicas")).toBe(1);
      expect(objects(theirs("env"))).toHaveLength(2);
      expect(at(theirAutoscaler, "kind")).toBe("HorizontalPodAutoscaler");
      expect(at(theirIngress, "kind")).toBe("Ingress");
    });

    test("Deployment: name", () => {
      expect(at(manifest("Deployment"), "metadata", "name")).toBe(at(theirDeployment, "metadata", "name"));
      expect(mine("name")).toBe(theirs("name"));
    });

    test("Deployment: one replica, as the fewest", () => {
      const replicas = at(theirDeployment, "spec", "replicas");
      expect(at(manifest("HorizontalPodAutoscaler"), "spec", "minReplicas")).toBe(replicas);
    });

    test("Deployment: pull secret", () => {
      expect(at(theirDeployment, ...pod, "imagePullSecrets")).toEqual([{ name: "registry" }]);
      expect(at(manifest("Deployment"), ...pod, "imagePullSecrets")).toEqual(
        at(theirDeployment, ...pod, "imagePullSecrets"),
      );
    });

    test("Deployment: registry, repository and tag of the image", () => {
      expect(String(mine("image")).split("@")[0]).toBe(theirs("image"));
    });

    test("env: both passwords, from the same Secret and key", () => {
      const names = objects(theirs("env")).map((each) => at(each, "name"));
      expect(names).toEqual(["DB_PASSWORD", "REDIS_PASSWORD"]);
      for (const each of objects(theirs("env"))) {
        expect(variable(at(each, "name"))).toEqual(each);
        expect(at(each, "valueFrom", "secretKeyRef")).toEqual({ name: "appsecrets", key: at(each, "name") });
      }
    });

    test("resources: requests and limits of memory and CPU", () => {
      // Their 1024Mi is 1Gi as the API server writes it.
      const canonical = (quantities: unknown) =>
        Object.fromEntries(
          Object.entries(Object(quantities)).map(([name, text]) => [name, canonicalQuantity(String(text))]),
        );
      expect(mine("resources")).toMatchObject({ requests: canonical(theirs("resources", "requests")) });
      expect(mine("resources")).toMatchObject({ limits: canonical(theirs("resources", "limits")) });
      expect(theirs("resources")).toEqual({
        requests: { memory: "512Mi", cpu: "200m" },
        limits: { memory: "1024Mi", cpu: "300m" },
      });
    });

    test("config: mounted at the same path", () => {
      const mount = objects(theirs("volumeMounts"))[0];
      expect(at(mount, "mountPath")).toBe("/config");
      expect(objects(mine("volumeMounts"))).toContainEqual({ name: "config", mountPath: "/config", readOnly: true });
    });

    test("port: number and protocol", () => {
      const [port] = objects(theirs("ports"));
      expect(port).toEqual({ containerPort: 7137, protocol: "TCP" });
      expect(objects(mine("ports"))).toContainEqual({ name: "http", containerPort: 7137, protocol: "TCP" });
    });

    test.each([
      ["livenessProbe", 50, 50],
      ["readinessProbe", 30, 5],
    ])("%s: GET /healthcheck on the management port after %d s, every %d s", (probe, delay, period) => {
      expect(theirs(probe)).toEqual({
        httpGet: { path: "/healthcheck", port: 17137 },
        initialDelaySeconds: delay,
        periodSeconds: period,
      });
      expect(mine(probe, "httpGet", "path")).toBe(theirs(probe, "httpGet", "path"));
      expect(probedPort(probe)).toBe(theirs(probe, "httpGet", "port"));
      expect(mine(probe, "initialDelaySeconds")).toBe(theirs(probe, "initialDelaySeconds"));
      expect(mine(probe, "periodSeconds")).toBe(theirs(probe, "periodSeconds"));
    });

    test("HPA: fewest, most, CPU percentage, and the Deployment that it scales", () => {
      const spec = at(theirAutoscaler, "spec");
      const own = at(manifest("HorizontalPodAutoscaler"), "spec");
      expect([at(spec, "minReplicas"), at(spec, "maxReplicas"), at(spec, "targetCPUUtilizationPercentage")]).toEqual([
        1, 4, 75,
      ]);
      expect(at(own, "minReplicas")).toBe(at(spec, "minReplicas"));
      expect(at(own, "maxReplicas")).toBe(at(spec, "maxReplicas"));
      expect(at(own, "metrics", 0, "containerResource", "target", "averageUtilization")).toBe(
        at(spec, "targetCPUUtilizationPercentage"),
      );
      expect(at(own, "scaleTargetRef", "name")).toBe(at(spec, "scaleTargetRef", "name"));
    });

    test("Ingress: host, path, and the Service's port that it leads to", () => {
      const rule = at(theirIngress, "spec", "rules", 0);
      const own = at(manifest("Ingress"), "spec", "rules", 0);
      expect(at(rule, "host")).toBe("api.mycompany.com");
      expect(at(own, "host")).toBe(at(rule, "host"));
      const path = at(rule, "http", "paths", 0);
      expect(at(own, "http", "paths", 0, "path")).toBe(at(path, "path"));
      const backend = at(own, "http", "paths", 0, "backend", "service");
      expect(at(backend, "name")).toBe(at(path, "backend", "serviceName"));
      const ports = objects(at(manifest("Service"), "spec", "ports"));
      const port = ports.find((each) => at(each, "name") === at(backend, "port", "name"));
      expect(at(port, "port")).toBe(at(path, "backend", "servicePort"));
    });
  });

  describe("what is deliberately different", () => {
    test("configuration is an immutable ConfigMap and no hostPath, which Pod Security `restricted` refuses", () => {
      expect(at(theirDeployment, ...pod, "volumes", 0, "hostPath")).toBeDefined();
      const volumes = objects(at(manifest("Deployment"), ...pod, "volumes"));
      expect(volumes.filter((volume) => at(volume, "hostPath") !== undefined)).toEqual([]);
      const name = at(manifest("ConfigMap"), "metadata", "name");
      expect(volumes).toContainEqual({ name: "config", configMap: { name } });
      expect(manifest("ConfigMap")["immutable"]).toBe(true);
    });

    test("API versions are current, since clusters no longer serve extensions/v1beta1 and autoscaling/v1 knows no container's CPU", () => {
      expect(at(theirAutoscaler, "apiVersion")).toBe("autoscaling/v1");
      expect(at(theirIngress, "apiVersion")).toBe("extensions/v1beta1");
      expect(manifest("Deployment")["apiVersion"]).toBe("apps/v1");
      expect(manifest("HorizontalPodAutoscaler")["apiVersion"]).toBe("autoscaling/v2");
      expect(manifest("Ingress")["apiVersion"]).toBe("networking.k8s.io/v1");
      const target = at(manifest("HorizontalPodAutoscaler"), "spec", "scaleTargetRef", "apiVersion");
      expect(target).toBe("apps/v1");
    });

    test("the Deployment states no replicas, since an update would reset what the autoscaler has set", () => {
      expect(at(theirDeployment, "spec", "replicas")).toBe(1);
      expect(at(manifest("Deployment"), "spec", "replicas")).toBeUndefined();
    });

    test("the image is tag@digest, since a tag alone can be moved to other bytes", () => {
      expect(String(theirs("image"))).not.toContain("@");
      expect(String(mine("image")).replace(/[0-9a-f]{64}$/, "")).toBe(`${theirs("image")}@sha256:`);
    });

    test("the container's ports have names, so that Service and probes survive a change of number", () => {
      expect(at(theirs("ports"), 0, "name")).toBeUndefined();
      expect(objects(mine("ports")).map((port) => at(port, "name"))).toEqual(["http", "management"]);
      expect(mine("livenessProbe", "httpGet", "port")).toBe("management");
      expect(at(manifest("Service"), "spec", "ports", 0, "targetPort")).toBe("http");
    });

    test("the Secret `appsecrets` stays where it is, referenced and never made, since no secret stands in Git", () => {
      expect(variable("DB_PASSWORD")).toMatchObject({ valueFrom: { secretKeyRef: { name: "appsecrets" } } });
      expect(kinds()).not.toContain("Secret");
    });

    test("the label `name` is app.kubernetes.io/name and instance, the ones that tools agree on", () => {
      const name = at(theirDeployment, "spec", "selector", "matchLabels", "name");
      const selector = at(manifest("Deployment"), "spec", "selector", "matchLabels");
      expect(selector).toEqual({ "app.kubernetes.io/name": name, "app.kubernetes.io/instance": name });
    });

    test("a start-up probe holds the other two off, since a delay alone restarts whoever starts slowly", () => {
      expect(theirs("startupProbe")).toBeUndefined();
      expect(mine("startupProbe")).toMatchObject({ httpGet: { path: "/healthcheck", port: "management" } });
    });

    test("the Ingress has a class and TLS, since a cluster has several classes and citizens send their data", () => {
      expect(at(theirIngress, "spec", "tls")).toBeUndefined();
      expect(at(manifest("Ingress"), "spec")).toMatchObject({
        ingressClassName: "haproxy",
        tls: [{ hosts: ["api.mycompany.com"] }],
      });
    });
  });
}
