import { expect, test } from "vitest";
import { adoptText, plainDeployment } from "../manifests.ts";

function adoptWith(initContainer: string, container = "", volumes = "") {
  const adopted = adoptText(
    plainDeployment
      .replace("      containers:", `      initContainers:\n        - ${initContainer}\n      containers:`)
      .replace("          resources:", `${container}          resources:`)
      .concat(volumes),
  );
  const rows = adopted.compare(adopted.service).rows.filter(({ path }) => path.includes("initContainers"));
  const lost = rows.filter(({ verdict }) => verdict.list === "not carried over");
  return { ...adopted, rows, lost: lost.map(({ path }) => path.replace(/.*initContainers\[0\]\./, "")) };
}

test("a database's migration stays what runs before the service", () => {
  const { service, lost, notes } = adoptWith(
    '{ name: migrate, image: "flyway/flyway:10", args: [migrate], env: [{ name: FLYWAY_URL, value: "jdbc:postgresql://db/orders" }], resources: { requests: { cpu: 50m, memory: 256Mi } } }',
  );
  expect(service.initContainers).toEqual({
    migrate: {
      image: "flyway/flyway",
      release: `10@sha256:${"0".repeat(64)}`,
      args: ["migrate"],
      env: { FLYWAY_URL: "jdbc:postgresql://db/orders" },
      resources: { cpu: "50m", memory: "256Mi" },
    },
  });
  expect(lost).toEqual([]);
  expect(notes.join("\n")).toMatch(/initContainers\.migrate\.release: fill in the digest/);
});

test("the service's own image needs no release, and its secrets and directories are shared", () => {
  const { service, lost } = adoptWith(
    '{ name: prepare, image: "registry.example.org/orders:1", command: [/prepare], env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }], volumeMounts: [{ name: work, mountPath: /work/ }, { name: work, mountPath: /elsewhere }] }',
    "          env: [{ name: DB_PASSWORD, valueFrom: { secretKeyRef: { name: db, key: password } } }]\n          volumeMounts: [{ name: work, mountPath: /work }]\n",
    "      volumes: [{ name: work, emptyDir: {} }]\n",
  );
  expect(service.initContainers).toEqual({ prepare: { command: ["/prepare"], secrets: ["DB_PASSWORD"] } });
  expect(lost).toEqual(["volumeMounts[1].name", "volumeMounts[1].mountPath"]);
});

test("what it may not do is named: root, secrets of its own, secrets in the clear", () => {
  const { service, lost, rows } = adoptWith(
    '{ name: fix, image: "example.org/fix:1", securityContext: { runAsUser: 0 }, env: [{ name: A, valueFrom: { secretKeyRef: { name: s, key: k } } }, { name: API_KEY, value: Zm9yIHRlc3Rz0815 }] }',
  );
  expect(service.initContainers?.["fix"]?.env).toBeUndefined();
  expect(lost).toEqual([
    "securityContext.runAsUser",
    "env[0].name",
    "env[0].valueFrom.secretKeyRef.name",
    "env[0].valueFrom.secretKeyRef.key",
    "env[1].name",
    "env[1].value",
  ]);
  expect(JSON.stringify(rows)).not.toContain("Zm9yIHRlc3Rz0815");
});
