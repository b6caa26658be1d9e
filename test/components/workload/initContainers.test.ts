import { expect, test } from "vitest";
import type { Microservice } from "../../../components/microservice.ts";
import { certificate, generated, supplied } from "../../../components/secrets.ts";
import { containerOf, deploymentOf, microservice, podOf, resolved } from "../../support/fixtures.ts";

const release = `10.4.1@sha256:${"0f".repeat(32)}`;

function initContainersOf(stated: Partial<Microservice>) {
  const deployment = deploymentOf(microservice(stated));
  return { main: containerOf(deployment), containers: podOf(deployment).initContainers ?? [] };
}

test("an init container runs the service's own image unless it names one, which every site has in its registry", () => {
  const { main, containers } = initContainersOf({
    initContainers: { prepare: { args: ["--prepare"] }, migrate: { image: "tools/flyway", release } },
  });
  const [registry] = String(main.image).split("/");
  expect(containers.map(({ name, image, args }) => ({ name, image, args }))).toEqual([
    { name: "prepare", image: main.image, args: ["--prepare"] },
    { name: "migrate", image: `${registry}/tools/flyway:${release}`, args: undefined },
  ]);
});

test("an init container is as locked down as the service, and has its directories but none of its secrets", () => {
  const { main, containers } = initContainersOf({
    emptyDirs: { "/work": "16Mi" },
    secrets: { DB_PASSWORD: generated(), API_KEY: supplied({ description: "from the acquirer" }), SIGN: certificate() },
    secretFiles: { "/etc/keys": { secretName: "signer-keys" } },
    initContainers: { migrate: { env: { MODE: "once" }, secrets: ["DB_PASSWORD"] } },
  });
  const [migrate] = containers;
  expect(migrate?.securityContext).toEqual(main.securityContext);
  expect(migrate?.volumeMounts?.map(({ mountPath }) => mountPath)).toEqual(["/tmp", "/dumps", "/work", "/config"]);
  expect(migrate?.env).toEqual([
    { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "receipts-secrets", key: "DB_PASSWORD" } } },
    { name: "MODE", value: "once" },
  ]);
});

test("its memory is limited, and a rollout waits for it", () => {
  const { containers } = initContainersOf({ initContainers: { migrate: { resources: { memory: "1Gi" } } } });
  expect(containers[0]?.resources).toMatchObject({
    requests: { cpu: "100m", memory: "1Gi" },
    limits: { memory: "1Gi" },
  });
  const deadline = (initContainers: NonNullable<Microservice["initContainers"]>) =>
    resolved({ initContainers }).timeouts.progressDeadline;
  expect(deadline({ a: { seconds: 100 }, b: {} }) - deadline({})).toBe(160);
});
