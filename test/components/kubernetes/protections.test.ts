import { describe, expect, test } from "vitest";
import { limitRangeManifest, namespaceManifest, resourceQuotaManifest } from "../../../components/cluster/index.ts";
import { allowDnsManifest, defaultDenyManifest } from "../../../components/cluster/networkPolicy.ts";
import type { Container, PodSpec } from "../../../components/kubernetes/manifests.ts";
import { liftedProtections } from "../../../components/kubernetes/protections.ts";
import { applyTransform } from "../../../components/kubernetes/transform.ts";
import { certificate, generated } from "../../../components/secrets.ts";
import {
  containerOf,
  gatewaySite,
  manifestsOf,
  microservice,
  podOf,
  resolved,
  sidecar,
} from "../../support/fixtures.ts";

/** A service with one object of each kind. */
const whole = microservice({
  exposure: { host: "api", path: "/receipts" },
  calls: () => [microservice({ name: "taxpayer-registry" })],
  backingServices: ["receipts-database"],
  secrets: { DB_PASSWORD: generated(), TLS: certificate() },
});
const made = manifestsOf(whole);
const byFiles = manifestsOf({ ...whole, secretDelivery: "files" });
const byGateway = manifestsOf(whole, gatewaySite);

/** The protections that a change of an object lifts, by name. */
function lifted<Manifest extends { kind: string }>(manifest: Manifest | undefined, change: (copy: Manifest) => void) {
  if (manifest === undefined) throw new Error("there is no such object");
  const copy = structuredClone(manifest);
  change(copy);
  return liftedProtections(manifest, copy).map(({ protection }) => protection);
}

describe("a pod", () => {
  test.each<[protection: string, change: (pod: PodSpec, container: Container) => void]>([
    ["privileged", (_, container) => Object.assign(container.securityContext ?? {}, { privileged: true })],
    ["hostNamespaces", (pod) => Object.assign(pod, { hostNetwork: true })],
    ["hostNamespaces", (pod) => Object.assign(pod, { hostPID: true })],
    ["hostNamespaces", (pod) => Object.assign(pod, { hostIPC: true })],
    ["hostNamespaces", (pod) => Object.assign(pod, { shareProcessNamespace: true })],
    ["hostPorts", (_, container) => Object.assign(container.ports?.[0] ?? {}, { hostPort: 80 })],
    ["volumes", (pod) => pod.volumes?.push({ name: "host", hostPath: { path: "/" } })],
    ["volumes", (pod) => pod.volumes?.push({ name: "share", nfs: { server: "nas", path: "/" } })],
    ["serviceAccountToken", (pod) => Object.assign(pod, { automountServiceAccountToken: true })],
    ["serviceAccountToken", (pod) => Reflect.deleteProperty(pod, "automountServiceAccountToken")],
    [
      "serviceAccountToken",
      (pod) => pod.volumes?.push({ name: "t", projected: { sources: [{ serviceAccountToken: { path: "t" } }] } }),
    ],
    ["serviceAccountName", (pod) => Object.assign(pod, { serviceAccountName: "tax-declarations" })],
    ["serviceAccountName", (pod) => Object.assign(pod, { serviceAccount: "tax-declarations" })],
    ["runAsRoot", (_, container) => Object.assign(container.securityContext ?? {}, { runAsUser: 0 })],
    ["runAsRoot", (_, container) => Object.assign(container.securityContext ?? {}, { runAsNonRoot: false })],
    ["runAsRoot", (pod) => Object.assign(pod.securityContext ?? {}, { runAsUser: 0 })],
    ["runAsRoot", (pod) => Object.assign(pod.securityContext ?? {}, { supplementalGroups: [0] })],
    ["runAsRoot", (pod) => Reflect.deleteProperty(pod.securityContext ?? {}, "runAsNonRoot")],
    ["allowPrivilegeEscalation", (_, c) => Reflect.deleteProperty(c.securityContext ?? {}, "allowPrivilegeEscalation")],
    [
      "capabilities",
      (_, c) => Object.assign(c.securityContext ?? {}, { capabilities: { drop: ["ALL"], add: ["NET_RAW"] } }),
    ],
    ["capabilities", (_, c) => Object.assign(c.securityContext ?? {}, { capabilities: { drop: ["NET_RAW"] } })],
    ["seccompProfile", (pod) => Object.assign(pod.securityContext ?? {}, { seccompProfile: { type: "Unconfined" } })],
    ["seccompProfile", (_, c) => Object.assign(c.securityContext ?? {}, { seccompProfile: { type: "Unconfined" } })],
    ["kernelSettings", (pod) => Object.assign(pod.securityContext ?? {}, { sysctls: [{ name: "a", value: "b" }] })],
    ["kernelSettings", (_, c) => Object.assign(c.securityContext ?? {}, { procMount: "Unmasked" })],
    ["writableRootFilesystem", (_, c) => Object.assign(c.securityContext ?? {}, { readOnlyRootFilesystem: false })],
    ["image", (_, container) => Object.assign(container, { image: "docker.io/evil:latest" })],
    ["image", (_, container) => Object.assign(container, { image: String(container.image).split("@")[0] })],
    ["image", (_, container) => Object.assign(container, { image: `x${String(container.image)}` })],
    [
      "foreignSecrets",
      (_, c) => c.env?.push({ name: "A", valueFrom: { secretKeyRef: { name: "tax-declarations-secrets", key: "A" } } }),
    ],
    ["foreignSecrets", (_, c) => Object.assign(c, { envFrom: [{ secretRef: { name: "registry" } }] })],
    ["foreignSecrets", (pod) => Object.assign(pod, { imagePullSecrets: [{ name: "other" }] })],
    ["foreignSecrets", (pod) => pod.volumes?.push({ name: "s", secret: { secretName: "by-hand" } })],
    ["volumes", (pod) => pod.volumes?.push({ name: "v", persistentVolumeClaim: { claimName: "other.dir-data" } })],
    ["volumes", (pod) => pod.volumes?.push({ name: "v", csi: { driver: "secrets-store.csi.k8s.io" } })],
    ["volumes", (pod) => pod.volumes?.push({ name: "v", image: { reference: "docker.io/evil" } })],
    [
      "serviceAccountToken",
      (pod) =>
        pod.volumes?.push({
          name: "t",
          projected: { sources: [{ podCertificate: { signerName: "a/b", keyType: "ED25519" } }] },
        }),
    ],
    ["probeHosts", (_, c) => Object.assign(c.readinessProbe?.httpGet ?? {}, { host: "169.254.169.254" })],
    ["probeHosts", (_, c) => Object.assign(c, { lifecycle: { preStop: { httpGet: { host: "10.0.0.1", port: 80 } } } })],
    [
      "volumes",
      (pod) => {
        const spec = {
          accessModes: ["ReadWriteOnce"],
          resources: {},
          dataSource: { kind: "A", name: "other.dir-data" },
        };
        pod.volumes?.push({ name: "v", ephemeral: { volumeClaimTemplate: { spec } } });
      },
    ],
    ["nameResolution", (pod) => Object.assign(pod, { hostAliases: [{ ip: "192.0.2.7", hostnames: ["db"] }] })],
    ["nameResolution", (pod) => Object.assign(pod, { dnsPolicy: "None" })],
    ["nameResolution", (pod) => Object.assign(pod, { dnsPolicy: "Default" })],
    ["nameResolution", (pod) => Object.assign(pod.dnsConfig ?? {}, { nameservers: ["192.0.2.7"] })],
    ["nameResolution", (pod) => Object.assign(pod.dnsConfig ?? {}, { searches: ["evil.example"] })],
    ["nodes", (pod) => Object.assign(pod, { nodeName: "control1" })],
    ["nodes", (pod) => Object.assign(pod, { runtimeClassName: "none" })],
    ["nodes", (pod) => Object.assign(pod, { resourceClaims: [{ name: "gpu" }] })],
    ["nodes", (pod) => Object.assign(pod, { tolerations: [{ operator: "Exists" }] })],
    ["nodes", (pod) => Object.assign(pod, { tolerations: [{ key: "node-role.kubernetes.io/control-plane" }] })],
    ["priorityClassName", (pod) => Object.assign(pod, { priorityClassName: "system-node-critical" })],
    ["priorityClassName", (pod) => Object.assign(pod, { priority: 2_000_000_000 })],
    ["limits", (_, c) => Reflect.deleteProperty(c.resources?.limits ?? {}, "memory")],
    ["limits", (_, c) => Reflect.deleteProperty(c, "resources")],
    ["limits", (pod) => Object.assign(pod.volumes?.[0] ?? {}, { emptyDir: {} })],
    ["probes", (_, c) => Reflect.deleteProperty(c, "readinessProbe")],
    ["probes", (_, c) => Object.assign(c, { livenessProbe: null })],
    ["foreignSecrets", (pod) => pod.volumes?.push({ name: "s", secret: { secretName: "other-pki-tls" } })],
    [
      "foreignSecrets",
      (pod) => pod.volumes?.push({ name: "s", projected: { sources: [{ secret: { name: "other-secrets" } }] } }),
    ],
  ])("%s (%#)", (protection, change) => {
    expect(lifted(made.deployment, (copy) => change(podOf(copy), containerOf(copy)))).toEqual([protection]);
  });

  test("containers that a transform adds keep the protections too, first ones and later ones", () => {
    const bare: Container = { name: "bare", image: sidecar({}).image ?? "" };
    const expected = ["allowPrivilegeEscalation", "capabilities", "writableRootFilesystem"];
    expect(lifted(made.deployment, (copy) => podOf(copy).containers.unshift(bare))).toEqual(expected);
    expect(lifted(made.deployment, (copy) => Object.assign(podOf(copy), { initContainers: [bare] }))).toEqual(expected);
    expect(lifted(made.deployment, (copy) => podOf(copy).containers.unshift(sidecar({})))).toEqual([]);
  });

  test("what makes it no less protected is nobody's harm", () => {
    const change = (spec: object) => lifted(made.deployment, (copy) => Object.assign(podOf(copy), spec));
    expect(change({ hostUsers: false })).toEqual([]);
    expect(change({ tolerations: [{ key: "disk", value: "ssd" }] })).toEqual([]);
    expect(change({ dnsPolicy: "ClusterFirst", hostAliases: [] })).toEqual([]);
    expect(lifted(made.deployment, (copy) => podOf(copy).volumes?.reverse())).toEqual([]);
  });

  test("networks beside the one that its rules are made for", () => {
    const annotated = (key: string) =>
      lifted(made.deployment, (copy) =>
        Object.assign(copy.spec?.template.metadata?.annotations ?? {}, { [key]: "default/storage" }),
      );
    expect(annotated("k8s.v1.cni.cncf.io/networks")).toEqual(["podNetwork"]);
    expect(annotated("traffic.sidecar.istio.io/excludeOutboundPorts")).toEqual(["podNetwork"]);
    expect(annotated("linkerd.io/inject")).toEqual([]);
  });

  test("one whose whole spec is replaced has lost what is not in the new one", () => {
    const bare = { containers: [{ name: "receipts", image: "docker.io/library/busybox" }] };
    const found = lifted(made.deployment, (copy) => Object.assign(copy.spec?.template ?? {}, { spec: bare }));
    expect(found).toEqual([
      ...["runAsRoot", "allowPrivilegeEscalation", "capabilities", "seccompProfile", "writableRootFilesystem", "image"],
      ...["serviceAccountToken", "limits", "probes"],
    ]);
  });

  test("what Vault Agent does in it, and the labels by which network rules know it", () => {
    const annotations = (copy: typeof byFiles.deployment) => copy.spec?.template.metadata?.annotations ?? {};
    const role = "vault.hashicorp.com/role";
    expect(annotations(byFiles.deployment)).toHaveProperty([role]);
    expect(lifted(byFiles.deployment, (copy) => Object.assign(annotations(copy), { [role]: "other" }))).toEqual([
      "vaultAgent",
    ]);
    expect(lifted(byFiles.deployment, (copy) => Reflect.deleteProperty(annotations(copy), role))).toEqual([
      "vaultAgent",
    ]);
    const labels = { "app.kubernetes.io/name": "tax-declarations" };
    expect(
      lifted(made.deployment, (copy) => Object.assign(copy.spec?.template.metadata?.labels ?? {}, labels)),
    ).toEqual(["podLabels"]);
  });
});

describe("network rules", () => {
  const world = { ipBlock: { cidr: "0.0.0.0/0" } };
  test.each<[what: string, spec: object]>([
    ["everybody comes in", { ingress: [{}] }],
    ["everybody is reached", { egress: [{}] }],
    ["the whole world is reached", { egress: [{ to: [world] }] }],
    ["every namespace comes in", { ingress: [{ from: [{ namespaceSelector: {} }] }] }],
    ["one more address is reached", { egress: [{ to: [{ ipBlock: { cidr: "10.1.31.10/32" } }] }] }],
    ["the same peers on every port", { egress: made.networkPolicy.spec?.egress?.map(({ to = [] }) => ({ to })) }],
    ["other pods are opened", { podSelector: {} }],
    ["one direction is not closed", { policyTypes: ["Ingress"] }],
  ])("%s", (_, spec) => {
    expect(lifted(made.networkPolicy, (copy) => Object.assign(copy.spec ?? {}, spec))).toEqual(["networkRules"]);
  });

  test("rules that are fewer or narrower are nobody's harm", () => {
    const narrower = made.networkPolicy.spec?.egress?.map((rule) => ({ ...rule, to: rule.to?.slice(0, 1) ?? [] }));
    expect(
      lifted(made.networkPolicy, (copy) => Object.assign(copy.spec ?? {}, { ingress: [], egress: narrower })),
    ).toEqual([]);
  });

  test("those of a namespace", () => {
    for (const manifest of [defaultDenyManifest("payments"), allowDnsManifest("payments")]) {
      expect(lifted(manifest, (copy) => Object.assign(copy.spec ?? {}, { egress: [{ to: [world] }] }))).toEqual([
        "networkRules",
      ]);
      expect(lifted(manifest, (copy) => Object.assign(copy.spec ?? {}, { policyTypes: [] }))).toEqual(["networkRules"]);
    }
  });
});

describe("what leads to a service", () => {
  test.each<[protection: string, spec: object]>([
    ["serviceType", { type: "NodePort" }],
    ["serviceType", { type: "LoadBalancer" }],
    ["serviceType", { externalIPs: ["192.0.2.7"] }],
    ["serviceType", { type: "ExternalName", externalName: "evil.example" }],
    ["serviceType", { ports: [{ port: 80, nodePort: 30080 }] }],
    ["serviceSelector", { selector: { "app.kubernetes.io/name": "tax-declarations" } }],
  ])("a Service: %s (%#)", (protection, spec) => {
    expect(lifted(made.service, (copy) => Object.assign(copy.spec ?? {}, spec))).toEqual([protection]);
  });

  test("an Ingress: another path, host, backend or class, no TLS, a snippet", () => {
    const rules = made.ingress?.spec?.rules ?? [];
    const wider = rules.map((rule) => ({
      ...rule,
      http: { paths: rule.http?.paths.map((path) => ({ ...path, path: "/" })) ?? [] },
    }));
    const change = (spec: object) => lifted(made.ingress, (copy) => Object.assign(copy.spec ?? {}, spec));
    expect(change({ rules: wider })).toEqual(["exposure"]);
    expect(change({ rules: rules.map((rule) => ({ ...rule, host: "admin.tax.example" })) })).toEqual(["exposure"]);
    expect(change({ ingressClassName: "public" })).toEqual(["exposure"]);
    expect(change({ defaultBackend: { service: { name: "x", port: { number: 1 } } } })).toEqual(["exposure"]);
    expect(change({ tls: [] })).toEqual(["exposureTls"]);
    const annotated = (annotations: Record<string, string>) =>
      lifted(made.ingress, (copy) => Object.assign(copy.metadata, { annotations }));
    expect(annotated({ "nginx.ingress.kubernetes.io/configuration-snippet": "x" })).toEqual(["exposure"]);
    expect(annotated({ "haproxy-ingress.github.io/ssl-redirect": "false" })).toEqual(["exposure"]);
    expect(annotated({ "haproxy-ingress.github.io/timeout-client": "90s" })).toEqual([]);
    expect(annotated({ "nginx.ingress.kubernetes.io/server-alias": "admin.tax.example" })).toEqual(["exposure"]);
    expect(annotated({ "nginx.ingress.kubernetes.io/mirror-target": "https://evil.example" })).toEqual(["exposure"]);
    expect(annotated({ "haproxy-ingress.github.io/rewrite-target": "/actuator" })).toEqual(["exposure"]);
    const byTls = manifestsOf({ ...whole, tls: true }).ingress;
    expect(lifted(byTls, (copy) => Object.assign(copy.metadata, { annotations: {} }))).toEqual(["exposureTls"]);
  });

  test("an HTTPRoute: another host, parent or backend", () => {
    const change = (spec: object) => lifted(byGateway.httpRoute, (copy) => Object.assign(copy.spec, spec));
    expect(change({ hostnames: ["*.tax.example"] })).toEqual(["exposure"]);
    expect(change({ parentRefs: [{ namespace: "other", name: "other" }] })).toEqual(["exposure"]);
    expect(change({ rules: [{ backendRefs: [{ name: "other", port: 80 }] }] })).toEqual(["exposure"]);
  });
});

test("what acts on a service's pods acts on no other's", () => {
  const other = { apiVersion: "apps/v1", kind: "Deployment", name: "tax-declarations" };
  expect(
    lifted(made.horizontalPodAutoscaler, (copy) => Object.assign(copy.spec ?? {}, { scaleTargetRef: other })),
  ).toEqual(["target"]);
  expect(lifted(made.podDisruptionBudget, (copy) => Object.assign(copy.spec ?? {}, { selector: {} }))).toEqual([
    "target",
  ]);
  const policy = manifestsOf({ ...whole, tls: true }, gatewaySite).backendTlsPolicy;
  expect(lifted(policy, (copy) => Object.assign(copy.spec.validation, { hostname: "evil.example" }))).toEqual([
    "exposureTls",
  ]);
});

test("the reasons at an object are the program's to note", () => {
  const justification = "Refunds are paid to the card that was charged";
  const justified = manifestsOf({
    ...whole,
    calls: () => [{ service: microservice({ name: "refunds" }), justification }],
  });
  const change = (annotations: object) =>
    lifted(justified.networkPolicy, (copy) => Object.assign(copy.metadata, { annotations }));
  expect(justified.networkPolicy.metadata.annotations).toHaveProperty(["gemelos.dev/justification.calls.refunds"]);
  expect(change({})).toEqual(["reasons"]);
  expect(
    change({ ...justified.networkPolicy.metadata.annotations, "gemelos.dev/justification.exposure": "x" }),
  ).toEqual(["reasons"]);
});

test("accounts, secrets, and what a namespace bounds", () => {
  expect(lifted(made.serviceAccount, (copy) => Reflect.deleteProperty(copy, "automountServiceAccountToken"))).toEqual([
    "serviceAccountToken",
  ]);
  expect(
    lifted(made.vault?.secretStore, (copy) =>
      Object.assign(copy.spec.provider.vault, { server: "https://evil.example" }),
    ),
  ).toEqual(["secretSource"]);
  expect(
    lifted(made.vault?.externalSecret, (copy) => Object.assign(copy.spec.target, { name: "other-secrets" })),
  ).toEqual(["secretSource"]);
  const label = (value: string) => ({ "pod-security.kubernetes.io/enforce": value });
  const namespace = namespaceManifest("payments", [resolved()]);
  expect(lifted(namespace, (copy) => Object.assign(copy.metadata.labels ?? {}, label("baseline")))).toEqual([
    "podSecurity",
  ]);
  expect(lifted(namespace, (copy) => Object.assign(copy.metadata, { labels: {} }))).toEqual(["podSecurity"]);
  const old = { "pod-security.kubernetes.io/enforce-version": "v1.0" };
  expect(lifted(namespace, (copy) => Object.assign(copy.metadata.labels ?? {}, old))).toEqual(["podSecurity"]);
  expect(lifted(made.serviceAccount, (copy) => Object.assign(copy, { secrets: [{ name: "other" }] }))).toEqual([
    "foreignSecrets",
  ]);
  const root = resolved({ securityExceptions: { runAsRoot: { reason: "The image knows no other user" } } });
  const lower = namespaceManifest("payments", [root]);
  expect(lifted(lower, (copy) => Object.assign(copy.metadata.labels ?? {}, label("restricted")))).toEqual([]);
  const quota = resourceQuotaManifest("payments", [made.resources]);
  expect(lifted(quota, (copy) => Object.assign(copy.spec ?? {}, { hard: {} }))).toEqual(["resourceQuota"]);
  expect(lifted(quota, (copy) => Object.assign(copy.spec?.hard ?? {}, { "services.nodeports": "9" }))).toEqual([
    "resourceQuota",
  ]);
  expect(lifted(quota, (copy) => Object.assign(copy.spec ?? {}, { scopes: ["BestEffort"] }))).toEqual([
    "resourceQuota",
  ]);
  expect(lifted(quota, (copy) => Object.assign(copy.spec?.hard ?? {}, { pods: "900" }))).toEqual([]);
  const limits = limitRangeManifest("payments", [made.resources]);
  expect(lifted(limits, (copy) => Object.assign(copy.spec ?? {}, { limits: [] }))).toEqual(["limitRange"]);
});

test("an object keeps its name, since another one may be somebody else's", () => {
  const named = <Manifest extends { kind: string; metadata: { name: string } }>(
    manifest: Manifest | undefined,
    name: string,
  ) => lifted(manifest, (copy) => Object.assign(copy.metadata, { name }));
  expect(named(made.networkPolicy, "default-deny")).toEqual(["name"]);
  expect(named(made.serviceAccount, "registry-credentials")).toEqual(["name"]);
  expect(named(made.service, "tax-declarations")).toEqual(["name"]);
  const [claim] = manifestsOf({ ...whole, volumes: { "/data": { size: "1Gi" } } }).persistentVolumeClaims.values();
  expect(named(claim, "tax-declarations.dir-data")).toEqual(["name"]);
  expect(named(claim, "old-data")).toEqual([]);
  const filled = (spec: object) => lifted(claim, (copy) => Object.assign(copy.spec ?? {}, spec));
  expect(filled({ dataSource: { kind: "PersistentVolumeClaim", name: "tax-declarations.dir-data" } })).toEqual([
    "volumes",
  ]);
  expect(filled({ volumeName: "pvc-of-somebody" })).toEqual(["volumes"]);
});

test("an object that is moved leaves the closed network of its namespace", () => {
  for (const manifest of [made.deployment, made.service, made.serviceAccount]) {
    if (manifest === undefined) throw new Error("this service has all three");
    const moved = { ...manifest, metadata: { ...manifest.metadata, namespace: "kube-system" } };
    expect(liftedProtections(manifest, moved).map(({ protection }) => protection)).toEqual(["namespace"]);
  }
});

test("what the description excepts, its transforms need not say again", () => {
  const excepted = manifestsOf({
    ...whole,
    securityExceptions: { runAsRoot: { reason: "The image knows no other user" } },
  });
  expect(lifted(excepted.deployment, (copy) => podOf(copy).containers.push(sidecar({})))).toEqual(["runAsRoot"]);
  const reason = { reason: "The image knows no other user" };
  const add = (manifest: typeof made.deployment) => {
    podOf(manifest).containers.push(sidecar({}));
    return manifest;
  };
  expect(applyTransform(add, excepted.deployment, "f", { runAsRoot: reason }).metadata.annotations).toMatchObject({
    "gemelos.dev/security-exception.runAsRoot": reason.reason,
  });
});
