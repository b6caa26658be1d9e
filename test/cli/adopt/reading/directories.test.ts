import { describe, expect, it } from "vitest";
import { adoptText } from "../manifests.ts";

/** A Deployment whose only container mounts some volumes. */
function adoptVolumes(mounts: readonly string[], volumes: readonly string[]) {
  return adoptText(`
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers:
        - name: orders
          image: registry.example.org/orders:1
          resources: { requests: { cpu: 500m, memory: 1Gi } }
          volumeMounts: [${mounts.join(", ")}]
      volumes: [${volumes.join(", ")}]
`);
}

describe("an emptyDir that the Java container mounts", () => {
  it("is a further writable directory, as large as it was", () => {
    const { service, compare } = adoptVolumes(
      ["{ name: cache, mountPath: /var/cache/ }"],
      ["{ name: cache, emptyDir: { sizeLimit: 2Gi } }"],
    );
    expect(service.emptyDirs).toEqual({ "/var/cache": "2Gi" });
    expect(compare(service).rows.filter(({ path }) => path.endsWith("sizeLimit"))).toMatchObject([
      { verdict: { list: "carried over" } },
    ]);
  });

  it.each(["{}", "{ sizeLimit: 0 }"])("gets a size where it is %s, and a row that says so", (emptyDir) => {
    const { service, compare } = adoptVolumes(
      ["{ name: cache, mountPath: /var/cache }"],
      [`{ name: cache, emptyDir: ${emptyDir} }`],
    );
    expect(service.emptyDirs).toEqual({ "/var/cache": "256Mi" });
    expect(compare(service).rows.filter(({ path }) => path.includes("emptyDir"))).toMatchObject([
      { verdict: { list: "replaced", by: expect.stringContaining("256Mi") } },
    ]);
  });

  it.each([
    ["below the configuration", ["{ name: a, mountPath: /config/a }"]],
    ["twice", ["{ name: a, mountPath: /a }", "{ name: a, mountPath: /b }"]],
    ["in part", ["{ name: a, mountPath: /a, subPath: x }"]],
    ["to be read only", ["{ name: a, mountPath: /a, readOnly: true }"]],
  ])("is lost where it is mounted %s", (_, mounts) => {
    const adopted = adoptVolumes(mounts, ["{ name: a, emptyDir: {} }"]);
    expect(adopted.service.emptyDirs).toBeUndefined();
    const lists = adopted.compare(adopted.service).rows.filter(({ path }) => /volume/.test(path));
    expect(lists.map(({ verdict }) => verdict.list)).toEqual(lists.map(() => "not carried over"));
    expect(lists.length).toBeGreaterThan(3);
  });

  it.each([
    ["sizeLimit: 16Mi, medium: Memory", "16Mi"],
    ["medium: Memory", "64Mi"],
  ])("in memory stays there: { %s }", (emptyDir, sizeLimit) => {
    const adopted = adoptVolumes(["{ name: a, mountPath: /a }"], [`{ name: a, emptyDir: { ${emptyDir} } }`]);
    expect(adopted.service.emptyDirs).toEqual({ "/a": { sizeLimit, medium: "Memory" } });
    const [medium] = adopted.compare(adopted.service).rows.filter(({ path }) => path.endsWith("medium"));
    expect(medium?.verdict.list).toBe("carried over");
  });

  it("in memory that leaves no room for the JVM is lost, with the numbers, and no other directory with it", () => {
    const { service, notes } = adoptVolumes(
      ["{ name: a, mountPath: /a }", "{ name: b, mountPath: /b }"],
      ["{ name: a, emptyDir: { medium: Memory, sizeLimit: 900Mi } }", "{ name: b, emptyDir: { sizeLimit: 8Mi } }"],
    );
    expect(service.emptyDirs).toEqual({ "/b": "8Mi" });
    expect(notes.join("\n")).toMatch(/"\/a".*900Mi.*leaves 124Mi.*raise resources\.limits\.memory to 1156Mi/);
  });
});

describe("who runs the container", () => {
  it("is carried over, the container's own say before the pod's, and root as an exception", () => {
    const adopted = (pod: string, container: string) =>
      adoptText(`
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      securityContext: ${pod}
      containers:
        - { name: orders, image: "registry.example.org/orders:1", securityContext: ${container}, resources: { requests: { cpu: 500m, memory: 1Gi } } }
`);
    expect(
      adopted("{ runAsUser: 1000, fsGroup: 2000 }", "{ runAsUser: 1001, runAsGroup: 5 }").service.securityContext,
    ).toEqual({
      runAsUser: 1001,
      runAsGroup: 5,
      fsGroup: 2000,
    });
    const root = adopted("{}", "{ runAsUser: 0 }").service;
    expect(root.securityContext).toBeUndefined();
    expect(root.securityExceptions?.runAsRoot).toBeDefined();
  });
});
