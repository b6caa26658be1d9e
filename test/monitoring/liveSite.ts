import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync } from "node:fs";
import { readdir, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { vi } from "vitest";
import type { AlertmanagerConfiguration } from "../../components/monitoring/alertmanagerConfiguration.ts";
import type { PrometheusConfiguration } from "../../components/monitoring/prometheusConfiguration.ts";
import type { RuleGroup } from "../../components/monitoring/rules/index.ts";
import { at, isObject } from "../../recorder/registeredResource.ts";
import type { ServerIdentity } from "../../sandbox/sites/certificates.ts";
import { freePorts } from "../../sandbox/sites/ports.ts";
import { Entrance } from "./entrance.ts";
import { localConfiguration, localRules } from "./localConfiguration.ts";
import { monitoringTool } from "./promtool.ts";
import { exampleSite, password, type RenderedSite, renderSite } from "./renderedSite.ts";
import { Webhook } from "./webhook.ts";

/** How a site of this machine differs from its file. */
interface LiveSiteOptions {
  /** Certificate and authority of both sites' entrances. */
  readonly identity: ServerIdentity;
  /** What the site changes of alerts, as in its file. */
  readonly alerts: Readonly<Record<string, { readonly for: string }>>;
  /**
   * Time between scrapes, between evaluations, and for which Alertmanager waits for more of a kind.
   * @default as rendered
   */
  readonly interval?: string;
  /**
   * A node with a node-exporter of its own, behind this port.
   * @default all nodes have the one of this machine
   */
  readonly ownNode?: { readonly name: string; readonly port: number };
}

/** A sample as Prometheus answers it. */
interface Sample {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** The replicas of a site, by their names. */
export const replicas = {
  prometheus: ["prometheus-0", "prometheus-1"],
  alertmanager: [0, 1, 2].map((n) => `alertmanager-${n}`),
};

/** Prometheus, Alertmanager and the exporters of a site on this machine: as rendered, but for addresses. */
export class LiveSite {
  readonly name: "dc1" | "dc2";
  /** What who is on call has been sent. */
  readonly webhook: Webhook;
  /** The way to the site's hosts and its Prometheus. */
  readonly entrance: Entrance;
  /** Ports of the replicas, by their names. */
  readonly ports: Readonly<Record<string, number>>;
  readonly rendered: RenderedSite;
  #jobs: readonly string[] = [];
  readonly #children = new Map<string, ChildProcess>();

  private constructor(name: "dc1" | "dc2", parts: Pick<LiveSite, "webhook" | "entrance" | "ports" | "rendered">) {
    this.name = name;
    ({ webhook: this.webhook, entrance: this.entrance, ports: this.ports, rendered: this.rendered } = parts);
  }

  /** Renders a site, and opens its entrance and the webhook. Nothing runs behind it yet. */
  static async open(name: "dc1" | "dc2", { identity, alerts }: LiveSiteOptions): Promise<LiveSite> {
    const vault = { caCertificate: identity.caCertificate };
    const webhook = await Webhook.listen();
    const rendered = await renderSite(await exampleSite(name, { vault, monitoring: { alerts } }), {
      "prometheus/secrets/PASSWORD": password,
      "prometheus/secrets/PEER_PASSWORD": password,
      "alertmanager/secrets/WEBHOOK_URL": webhook.url,
    });
    const names = [...replicas.prometheus, ...replicas.alertmanager];
    const free = await freePorts(names.length);
    const ports = Object.fromEntries(names.map((each, index) => [each, free[index] ?? 0]));
    const entrance = await Entrance.listen(
      identity,
      replicas.prometheus.map((each) => ports[each] ?? 0),
    );
    return new LiveSite(name, { webhook, entrance, ports, rendered });
  }

  /** Starts all that is rendered: two of Prometheus, three of Alertmanager, and the exporters. */
  async start(peer: LiveSite, { ownNode, interval }: LiveSiteOptions): Promise<void> {
    const { folder, part } = this.rendered;
    const [blackboxExporter = 0, nodeExporter = 0, ...cluster] = await freePorts(5);
    const local = {
      ...{ replicas: this.ports, blackboxExporter, entrance: this.entrance.ports.own, peer: peer.entrance.ports.peer },
      nodeExporter: (node: string) => (node === ownNode?.name ? ownNode.port : nodeExporter),
    };
    await this.#rewrite("prometheus/config/prometheus.yml", (rendered: PrometheusConfiguration) => {
      this.#jobs = rendered.scrape_configs.map(({ job_name: job }) => job);
      const own = interval === undefined ? {} : { scrape_interval: interval, evaluation_interval: interval };
      return localConfiguration({ ...rendered, global: { ...rendered.global, ...own } }, local);
    });
    await this.#rewrite("alertmanager/config/alertmanager.yml", (rendered: AlertmanagerConfiguration) => ({
      ...rendered,
      route: { ...rendered.route, ...(interval === undefined ? {} : { group_wait: interval }) },
    }));
    for (const file of await readdir(join(folder, "prometheus", "rules")))
      await this.#rewrite(`prometheus/rules/${file}`, ({ groups }: { groups: RuleGroup[] }) => ({
        groups: groups.map(localRules),
      }));

    const members = new Map(replicas.alertmanager.map((each, index) => [each, `127.0.0.1:${cluster[index]}`]));
    const alertmanager = (each: string, own: string) =>
      part("alertmanager").args.map((arg) =>
        arg
          .replace("--storage.path=/", `--storage.path=${folder}/data-${each}/`)
          .replace(/(0\.0\.0\.0|\$\(POD_IP\)):\d+/, own)
          .replace(/(alertmanager-\d)\..*/, (_, name: string) => members.get(name) ?? ""),
      );
    const prometheus = (each: string) =>
      part("prometheus").args.map((arg) => arg.replace("tsdb.path=/", `tsdb.path=${folder}/data-${each}/`));
    await Promise.all([
      this.#run("node-exporter", "nodeExporter", nodeExporterArgs(part("node-exporter").args, nodeExporter)),
      this.#run(
        "blackbox-exporter",
        "blackboxExporter",
        [...part("blackbox-exporter").args, listenAt(blackboxExporter)],
        part("blackbox-exporter").env,
      ),
      ...[...members].map(([each, own]) =>
        this.#run(each, "alertmanager", [...alertmanager(each, own), listenAt(this.ports[each])]),
      ),
      ...replicas.prometheus.map((each) =>
        this.#run(each, "prometheus", [...prometheus(each), listenAt(this.ports[each])], {
          ...part("prometheus").env,
          POD_NAME: each,
        }),
      ),
    ]);
  }

  /** The jobs of `prometheus.yml` as it is rendered. */
  get renderedJobs(): readonly string[] {
    return this.#jobs;
  }

  /** What an Alertmanager makes of each alert that it has, by the alert's name: `active`, `suppressed`. */
  async alertStates(replica: string): Promise<Readonly<Record<string, unknown>>> {
    const alerts = await this.alertmanager("alerts", replica);
    return Object.fromEntries(
      (Array.isArray(alerts) ? alerts : []).map((each) => [
        String(at(each, "labels", "alertname")),
        at(each, "status", "state"),
      ]),
    );
  }

  /** Kills every replica of Prometheus: nothing in this site notices anything any more. */
  killPrometheus(): void {
    for (const each of replicas.prometheus) this.#children.get(each)?.kill("SIGKILL");
  }

  /** What a replica of Prometheus answers. */
  async query(expr: string, replica = "prometheus-0"): Promise<readonly Sample[]> {
    const result = at(await this.prometheus(`query?query=${encodeURIComponent(expr)}`, replica), "data", "result");
    return (Array.isArray(result) ? result.filter(isObject) : []).map(({ metric, value }) => ({
      labels: metric as Readonly<Record<string, string>>,
      value: Number(Array.isArray(value) ? value[1] : undefined),
    }));
  }

  /** What the API of a replica of Prometheus answers to a path: `rules`. */
  async prometheus(path: string, replica = "prometheus-0"): Promise<unknown> {
    const authorization = `Basic ${Buffer.from(`gemelos:${password}`).toString("base64")}`;
    const answer = await fetch(`http://127.0.0.1:${this.ports[replica]}/api/v1/${path}`, {
      headers: { authorization },
    });
    if (!answer.ok) throw new Error(`${replica} answers ${path} with ${answer.status}`);
    return answer.json();
  }

  /** What the API of a replica of Alertmanager answers to a path, such as `alerts`, or to what is sent there. */
  async alertmanager(path: string, replica: string, sent?: unknown): Promise<unknown> {
    const answer = await fetch(`http://127.0.0.1:${this.ports[replica]}/api/v2/${path}`, {
      ...(sent === undefined ? {} : { method: "POST", body: JSON.stringify(sent) }),
      headers: { "content-type": "application/json" },
    });
    if (!answer.ok) throw new Error(`${replica} answers ${path} with ${answer.status}: ${await answer.text()}`);
    const body = await answer.text();
    return body === "" ? undefined : JSON.parse(body);
  }

  async close(): Promise<void> {
    const ended = [...this.#children.values()].map(
      (child) => child.exitCode ?? child.signalCode ?? new Promise((resolve) => child.once("exit", resolve)),
    );
    for (const child of this.#children.values()) child.kill("SIGKILL");
    await Promise.all(ended);
    this.webhook.close();
    this.entrance.close();
    await rm(this.rendered.folder, { recursive: true });
  }

  async #rewrite<Content>(path: string, change: (content: Content) => Content): Promise<void> {
    const file = join(this.rendered.folder, path);
    const text = await readFile(file, "utf8");
    if (text.startsWith("{")) await writeFile(file, JSON.stringify(change(JSON.parse(text))));
  }

  async #run(
    name: string,
    tool: Parameters<typeof monitoringTool>[0],
    args: readonly string[],
    env: Readonly<Record<string, string>> = {},
  ): Promise<void> {
    const log = join(this.rendered.folder, `${name}.log`);
    const output = openSync(log, "w");
    const child = spawn(await monitoringTool(tool), [...args], {
      ...{ cwd: this.rendered.folder, env: { ...process.env, ...env }, stdio: ["ignore", output, output] },
    });
    closeSync(output);
    this.#children.set(name, child);
    const port = args.at(-1)?.replace("--web.listen-address=", "");
    await vi.waitFor(
      async () => {
        if (child.exitCode !== null) throw new Error(`${name} ended:\n${(await readFile(log, "utf8")).slice(-2000)}`);
        await fetch(`http://${port}/metrics`);
      },
      { timeout: 30_000, interval: 100 },
    );
  }
}

/** Arguments of node-exporter for this machine: its root is the machine's own. */
export function nodeExporterArgs(rendered: readonly string[], port: number): string[] {
  return [
    ...rendered
      .filter((arg) => !arg.startsWith("--web.listen-address="))
      .map((arg) => arg.replace(/=\/host\/root(?=$|\/)/, "=").replace(/rootfs=$/, "rootfs=/")),
    listenAt(port),
  ];
}

function listenAt(port: number | undefined): string {
  return `--web.listen-address=127.0.0.1:${port}`;
}
