import * as kubernetes from "@pulumi/kubernetes";
import { beforeAll } from "vitest";
import { JavaMicroservice, type Microservice, type MicroserviceSite } from "../../components/index.ts";
import { release as exampleRelease, microservice, tls } from "../support/fixtures.ts";
import { holdOwnersValues } from "../support/ownersValues.ts";
import { type Recorded, record } from "../support/record.ts";

const site: MicroserviceSite = {
  registry: "registry.mycompany.com",
  domains: { public: "mycompany.com", internal: "mycompany.internal" },
  exposure: {
    kind: "ingress",
    ingressClassName: "haproxy",
    tls,
    controller: { namespace: "ingress", podLabels: { "app.kubernetes.io/name": "haproxy-ingress" } },
  },
  backingServices: {},
};
const release = exampleRelease.replace(/^[^@]+/, "0.0.1");

/** The owner's microservice, as its developers would describe it here. */
const service: Microservice = microservice({
  name: "container-name",
  image: "app",
  resources: { requests: { memory: "512Mi", cpu: "200m" }, limits: { memory: "1024Mi", cpu: "300m" } },
  secrets: { DB_PASSWORD: { secretName: "appsecrets" }, REDIS_PASSWORD: { secretName: "appsecrets" } },
  probes: {
    liveness: { httpGet: { path: "/healthcheck" }, initialDelaySeconds: 50, periodSeconds: 50 },
    readiness: { httpGet: { path: "/healthcheck" }, initialDelaySeconds: 30, periodSeconds: 5 },
  },
  autoscaling: { minReplicas: 1, maxReplicas: 4, averageUtilization: 75 },
  exposure: { host: "api" },
});

let ours: Recorded;

beforeAll(async () => {
  ours = await record(() => {
    const cluster = new kubernetes.Provider("cluster", {});
    const configuration = { "application.yaml": "a: 1\n" };
    new JavaMicroservice("container-name", { service, site, release, configuration }, { providers: [cluster] });
  });
});

holdOwnersValues({
  manifest: (kind) => ours.manifest(kind),
  kinds: () => ours.registrations.map(({ inputs }) => String(inputs["kind"])),
});
