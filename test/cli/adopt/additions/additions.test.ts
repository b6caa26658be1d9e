import { describe, expect, it } from "vitest";
import { formatFindings } from "../../../../cli/adopt/report/report.ts";
import { adoptAs, adoptText, sites } from "../manifests.ts";

/** A Deployment whose pod and container state more, in YAML's flow form. */
function deployment({ pod = "", container = "" }: { pod?: string; container?: string }): string {
  return `apiVersion: apps/v1
kind: Deployment
metadata: { name: orders, namespace: shop }
spec:
  selector: { matchLabels: { app: orders } }
  template:
    metadata: { labels: { app: orders } }
    spec:
      ${pod}
      containers:
        - name: orders
          image: example.test/orders:1.0
          ports: [{ name: http, containerPort: 8080 }]
          readinessProbe: { httpGet: { path: /ready, port: http } }
          livenessProbe: { httpGet: { path: /live, port: http } }
          ${container}
`;
}

const sized = "resources: { requests: { cpu: 100m, memory: 512Mi } }";

/** What the list says of a subject; undefined where it says nothing. */
function told(text: string, subject: string) {
  const adopted = adoptText(text);
  return adopted.compare(adopted.service).findings.find(({ place }) => place === subject);
}

describe("the list of what is set here and was absent before", () => {
  it("says that the network is closed, but for whom", () => {
    expect(told(deployment({}), "network")?.what).toBe(
      "in: everybody -> monitoring/prometheus (8080); out: everybody -> DNS",
    );
  });

  it("names what a NetworkPolicy left open: out, where it closes in only", () => {
    const policy = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec: { podSelector: {}, ingress: [{}] }
`;
    expect(told(deployment({}) + policy, "network")?.what).toMatch(/^in: as its .*; out: everybody -> DNS$/);
  });

  it("shows no secret that stands in a probe's path", () => {
    const text = deployment({}).replace("/ready", "/ready?token=planted-hunter2");
    expect(told(text, "probes")?.what).toContain("GET /ready?token=[hidden] on 8080");
  });

  it("says where sites differ", () => {
    const egress = `---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: orders, namespace: shop }
spec:
  podSelector: {}
  policyTypes: [Egress]
  egress: [{ to: [{ ipBlock: { cidr: 10.1.0.4/32 } }], ports: [{ port: 443 }] }]
`;
    const what = told(deployment({}) + egress, "network")?.what;
    for (const { name, backingServices } of sites) {
      expect(what).toContain(`DNS, ${String(backingServices["gateway"]?.cidrs)} (443) in ${name}`);
    }
  });

  it("says with how many dots a name is asked for as it is, and nothing where that is so already", () => {
    const { what, outcome } = told(deployment({}), "lookups of names") ?? {};
    expect(what).toBe("ndots: 5 -> 4");
    expect(outcome).toContain("musl");
    const same = 'dnsConfig: { options: [{ name: ndots, value: "4" }] }';
    expect(told(deployment({ pod: same }), "lookups of names")).toBeUndefined();
  });

  it("says that a memory limit is there now, and which heap follows", () => {
    const what = told(deployment({ container: sized }), "memory, CPU and disk")?.what;
    expect(what).toMatch(/^memory limit: none -> 512Mi; heap: 25 % of the node's memory -> 133 MiB; JAVA_TOOL_OPTIONS/);
  });

  it("says nothing of a limit that is stated, and which heap a JVM took of a small one", () => {
    const limit = "resources: { requests: { cpu: 1, memory: 256Mi }, limits: { memory: 256Mi } }";
    expect(told(deployment({ container: limit }), "memory, CPU and disk")?.what).toMatch(/^heap: 126 MiB -> 64 MiB;/);
  });

  it("knows a heap that stands in a ConfigMap, and says nothing of the options there, which have their row", () => {
    const container = `envFrom: [{ configMapRef: { name: options } }]\n          ${sized}`;
    const map =
      "---\napiVersion: v1\nkind: ConfigMap\nmetadata: { name: options }\ndata: { JAVA_TOOL_OPTIONS: -Xmx300m }\n";
    const what = told(deployment({ container }) + map, "memory, CPU and disk")?.what;
    expect(what).toMatch(/heap: 300 MiB -> 302 MiB; ephemeral/);
  });

  it("knows a start that nothing ended, and one that liveness ended", () => {
    expect(told(deployment({}), "probes")?.what).toMatch(
      /^start-up: killed by liveness after 30 s -> GET \/live on 8080, killed after 150 s /,
    );
    const without = deployment({}).replace(/ +livenessProbe.*\n/, "");
    expect(told(without, "probes")?.what).toMatch(/^start-up: never killed -> a connection to 8080, /);
  });

  it("says that requests are cut off where a short grace period leaves no time for them", () => {
    const stop = told(deployment({ pod: "terminationGracePeriodSeconds: 5" }), "stop");
    expect(stop?.what).toMatch(
      /^preStop 0 s, no graceful stop by its environment, killed after 5 s -> preStop 0 s, \d+s /,
    );
  });

  it("says that the token is mounted no more, though the account is the old one's", () => {
    expect(told(deployment({ pod: "serviceAccountName: orders" }), "account")?.what).toMatch(
      /^token mounted: true -> false/,
    );
    const account =
      "\n---\napiVersion: v1\nkind: ServiceAccount\nmetadata: { name: orders }\nautomountServiceAccountToken: false\n";
    expect(told(deployment({ pod: "serviceAccountName: orders" }) + account, "account")?.what).not.toContain("token");
  });

  it("asks for no user where one is stated for the whole pod", () => {
    const pod = "securityContext: { runAsNonRoot: true, runAsUser: 1000 }";
    const adopted = adoptText(deployment({ pod }));
    const rights = told(deployment({ pod }), "user and rights");
    expect(rights?.what).not.toMatch(/runAsNonRoot|runAsUser/);
    expect(rights?.outcome).not.toContain("root");
    expect(adopted.notes.join()).not.toContain("root");
    expect(told(deployment({}), "user and rights")?.what).toContain("runAsNonRoot: false -> true");
  });

  it("names each variable that Spring reads, and none that the manifests state", () => {
    const container = "env: [{ name: SERVER_PORT, value: '8080' }]";
    const what = told(deployment({ container }), "variables and scraping")?.what;
    expect(what).toBe("MANAGEMENT_SERVER_PORT=8080; scraped: no -> /actuator/prometheus on 8080");
  });

  it("says of an Ingress that it speaks TLS now, and with which Secret", () => {
    const ingress = `---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: { name: orders, namespace: shop }
spec:
  rules:
    - host: orders.tax.example
      http: { paths: [{ path: /, pathType: Prefix, backend: { service: { name: orders, port: { number: 8080 } } } }] }
---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 8080 }] }
`;
    const text = deployment({}) + ingress;
    expect(told(text, "exposure")?.what).toBe(
      "TLS with the Secret: none -> orders.tax.example-tls; class: the cluster's default -> haproxy",
    );
    // The port's number and its name are the same port.
    expect(told(text, "Service")).toBeUndefined();
  });

  it("leaves out a file system, a priority and a history that are as stated", () => {
    const container = "securityContext: { readOnlyRootFilesystem: true }";
    const text = deployment({ pod: "priorityClassName: standard", container }).replace(
      "  selector",
      "  revisionHistoryLimit: 5\n  selector",
    );
    expect(told(text, "files")?.what).not.toContain("read-only");
    expect(told(text, "placing")?.what).not.toContain("priorityClassName");
    expect(told(text, "rollout")?.what).not.toContain("revisionHistoryLimit");
  });

  it("names by its path what no subject knows, and shows no secret", () => {
    const adopted = adoptText(deployment({}));
    const { findings } = adopted.compare({
      ...adopted.service,
      transforms: {
        deployment: {
          transform: (manifest) => {
            Object.assign(manifest.spec?.template?.spec ?? {}, {
              hostname: "orders",
              hostAliases: [{ password: "planted" }],
            });
            return manifest;
          },
          securityExceptions: { nameResolution: { reason: "The old name is gone from the resolver" } },
        },
      },
    });
    const own = findings.filter(({ place }) => place.startsWith("Deployment spec.template.spec.host"));
    expect(own.map(({ place, what }) => `${place}: ${what}`)).toEqual([
      "Deployment spec.template.spec.hostname: none -> orders",
      "Deployment spec.template.spec.hostAliases[0].password: none -> [secret]",
    ]);
  });

  it("is no loss, and short: an ordinary service has some 25 lines", () => {
    const text = `${deployment({ container: sized })}---
apiVersion: v1
kind: Service
metadata: { name: orders, namespace: shop }
spec: { selector: { app: orders }, ports: [{ name: http, port: 8080 }] }
`;
    const adopted = adoptAs("orders", [{ file: "orders.yaml", text }]);
    const findings = adopted.compare(adopted.service).findings.filter(({ list }) => list.startsWith("set here"));
    expect(findings.some(({ isLoss }) => isLoss)).toBe(false);
    expect(formatFindings(findings).trim().split("\n").length).toBeLessThanOrEqual(27);
    for (const { what, outcome, remedy, place } of findings) {
      for (const said of [what, outcome, remedy]) expect(said, place).toMatch(/\S/);
    }
  });
});
