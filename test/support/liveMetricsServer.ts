import { type ChildProcess, spawn } from "node:child_process";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { monitoringManifests } from "../../components/monitoring/index.ts";
import { at, isObject } from "../../recorder/registeredResource.ts";
import { apiServerUrl, applyToApiServer } from "../../sandbox/sites/apiServer.ts";
import { formatKubeconfig } from "../../sandbox/sites/kubeconfig.ts";
import { freePorts } from "../../sandbox/sites/ports.ts";
import { monitoringTool } from "../monitoring/promtool.ts";
import { exampleSite } from "../monitoring/renderedSite.ts";
import { accountToken } from "./accountLogin.ts";
import type { LiveSite } from "./liveSites.ts";

const rbac = "apis/rbac.authorization.k8s.io/v1";

/** Where the API has what metrics-server needs to work; its pods are the process that is started here. */
const collections: Readonly<Record<string, string>> = {
  ServiceAccount: "api/v1/namespaces/monitoring/serviceaccounts",
  ClusterRole: `${rbac}/clusterroles`,
  ClusterRoleBinding: `${rbac}/clusterrolebindings`,
  RoleBinding: `${rbac}/namespaces/kube-system/rolebindings`,
  APIService: "apis/apiregistration.k8s.io/v1/apiservices",
};

/** The metrics-server of a site of the sandbox: as rendered, but for addresses; a process with the rights of its account. */
export class LiveMetricsServer {
  readonly #site: LiveSite;
  readonly #folder: string;
  readonly #paths: readonly string[];
  readonly #child: ChildProcess;
  readonly #said: Promise<string>;

  private constructor(site: LiveSite, folder: string, paths: readonly string[], child: ChildProcess) {
    this.#site = site;
    this.#folder = folder;
    this.#paths = paths;
    this.#child = child;
    this.#said = child.stderr === null ? Promise.resolve("") : text(child.stderr);
  }

  /** Registers the API and starts what answers it. */
  static async start(live: LiveSite): Promise<LiveMetricsServer> {
    const { record } = live.site;
    const site = await exampleSite("dc1");
    const { objects } = monitoringManifests(site, [], { ruleGroups: () => [], dashboards: () => [] });
    const [port = 0] = await freePorts(1);
    const namespace = { apiVersion: "v1", kind: "Namespace", metadata: { name: "monitoring" } };
    // An API of another server is behind a Service; that of this machine has a name instead of pods.
    const service = {
      ...{ apiVersion: "v1", kind: "Service", metadata: { name: "metrics-server" } },
      spec: { type: "ExternalName", externalName: "localhost", ports: [{ port }] },
    };
    const applied: [string, object][] = [
      ["api/v1/namespaces/monitoring", namespace],
      ["api/v1/namespaces/monitoring/services/metrics-server", service],
    ];
    let args: readonly string[] = [];
    for (const { name, manifest } of objects) {
      if (!name.startsWith("metrics-")) continue;
      const collection = collections[manifest.kind];
      if (collection !== undefined) applied.push([`${collection}/${manifest.metadata.name}`, atPort(manifest, port)]);
      const containers = at(manifest, "spec", "template", "spec", "containers");
      const [container] = Array.isArray(containers) ? containers.filter(isObject) : [];
      const own = container?.["args"];
      if (Array.isArray(own)) args = own.map(String);
    }
    for (const [path, object] of applied) await applyToApiServer(record, path, object);

    const folder = await mkdtemp(join(tmpdir(), "metrics-server-"));
    const kubeconfig = join(folder, "kubeconfig");
    const account = { name: "metrics-server", namespace: "monitoring" };
    const token = await accountToken(live, account, "https://kubernetes.default.svc.cluster.local");
    const entry = { context: "site", server: apiServerUrl(record), caCertificate: record.caCertificate, token };
    await writeFile(kubeconfig, formatKubeconfig([entry], "site"), { mode: 0o600 });
    await writeFile(join(folder, "ca.crt"), record.caCertificate);
    const local = args.map((arg) =>
      arg
        .replace(/(--secure-port=).*/, `$1${port}`)
        .replace(/(--cert-dir=).*/, `$1${folder}`)
        .replace("/var/run/secrets/kubernetes.io/serviceaccount", folder),
    );
    const access = ["kubeconfig", "authentication-kubeconfig", "authorization-kubeconfig"];
    const child = spawn(
      await monitoringTool("metricsServer"),
      [...local, "--bind-address=127.0.0.1", ...access.map((option) => `--${option}=${kubeconfig}`)],
      { stdio: ["ignore", "ignore", "pipe"] },
    );
    const paths = applied.map(([path]) => path).toReversed();
    return new LiveMetricsServer(live, folder, paths, child);
  }

  /** Stops answering; the API stays registered. */
  async stop(): Promise<void> {
    const { exitCode, signalCode } = this.#child;
    if (exitCode !== null || signalCode !== null) return;
    const ended = new Promise((resolve) => this.#child.once("exit", resolve));
    this.#child.kill("SIGKILL");
    await ended;
  }

  /** Stops it, and removes all that was made for it. Returns the end of its log. */
  async remove(): Promise<string> {
    await this.stop();
    for (const path of this.#paths) await this.#site.cluster.request("DELETE", path);
    await rm(this.#folder, { recursive: true });
    return (await this.#said).slice(-2000);
  }
}

/** An APIService with another port; other manifests as they are. */
function atPort(manifest: object, port: number): object {
  const spec = at(manifest, "spec");
  const service = at(spec, "service");
  return isObject(spec) && isObject(service)
    ? { ...manifest, spec: { ...spec, service: { ...service, port } } }
    : manifest;
}
