import { readFile } from "node:fs/promises";
import { at } from "../../recorder/registeredResource.ts";
import type { StackConfiguration } from "../../recorder/stackFile.ts";
import type { Toolchain } from "../toolchain/build.ts";
import { askApiServer, isApiServerReady } from "./apiServer.ts";
import { startControlPlane } from "./controlPlane.ts";
import { installCustomResources } from "./customResources.ts";
import { createNodes } from "./nodes.ts";
import { areFree, freePorts } from "./ports.ts";
import { type ServerProcess, Servers, stateOf } from "./processes.ts";
import { describedSite } from "./siteConfiguration.ts";
import { SiteFolder, type SitePorts, type SiteRecord } from "./siteFolder.ts";
import { askVault, startVault } from "./vault.ts";
import { until } from "./waiting.ts";

/** Number of attempts to start a site, in case another process takes one of its ports at the same moment. */
const attempts = 3;

/** One data centre of the sandbox: a control plane with the site's nodes, and a Vault. */
export class SandboxSite {
  readonly name: string;
  readonly servers: Servers;
  readonly #stack: StackConfiguration;
  readonly #folder: SiteFolder;

  constructor(state: string, stack: StackConfiguration) {
    this.name = stack.stack;
    this.#stack = stack;
    this.#folder = new SiteFolder(state, stack.stack);
    this.servers = new Servers(this.#folder.path);
  }

  /** The site's record, or undefined if the site was never fully started. */
  async record(): Promise<SiteRecord | undefined> {
    const record = await this.#folder.read();
    return record?.clusterUid === undefined ? undefined : record;
  }

  /** Whether all servers of the site are running and responding. */
  async isUp(): Promise<boolean> {
    const record = await this.record();
    const processes = await this.servers.recorded();
    if (record?.vault === undefined || processes.length === 0) return false;
    if (processes.some((server) => stateOf(server) === undefined)) return false;
    const answers = await Promise.allSettled([
      isApiServerReady(record),
      askVault(record, "GET", "sys/health").then(({ status }) => status === 200),
    ]);
    return answers.every((answer) => answer.status === "fulfilled" && answer.value);
  }

  /**
   * Starts the site with its existing data, whatever state its servers are in. Does nothing if all are running. After a
   * failure or an interruption, none of its servers is left running.
   * @param definitions files of the CustomResourceDefinitions to install
   */
  async up(tools: Toolchain, definitions: readonly string[], signal: AbortSignal): Promise<void> {
    if (await this.isUp()) return;
    for (let attempt = 1; ; attempt += 1) {
      await this.servers.stop();
      try {
        return await this.#start(await this.#prepare(), tools, definitions, signal);
      } catch (error) {
        const portTaken = await this.#portWasTaken();
        await this.servers.stop();
        if (!portTaken || attempt === attempts || signal.aborted) throw error;
      }
    }
  }

  /** The record to start with, whose ports are free now. */
  async #prepare(): Promise<SiteRecord> {
    const record = await this.#folder.read();
    if (record === undefined) return this.#folder.create(this.name, await newPorts());
    const ports = await newPorts();
    // A folder of an older version may know fewer of them.
    const isWhole = Object.keys(ports).every((name) => Object.hasOwn(record.ports, name));
    if (isWhole && (await areFree(Object.values(record.ports)))) return record;
    const moved = { ...record, ports };
    await this.#folder.write(moved);
    return moved;
  }

  async #start(
    prepared: SiteRecord,
    tools: Toolchain,
    definitions: readonly string[],
    signal: AbortSignal,
  ): Promise<void> {
    const [controlPlane, vault] = await Promise.all([
      startControlPlane(this.#folder, prepared, this.servers, tools, signal),
      startVault(this.#folder, prepared, this.servers, tools, signal),
    ]);
    const { nodes } = describedSite(this.#stack);
    await Promise.all([
      createNodes(vault.record, nodes),
      installCustomResources(vault.record, definitions, { servers: controlPlane, signal }),
    ]);
    const clusterUid = await settled(vault.record, nodes.length, controlPlane, signal);
    await this.#folder.write({ ...vault.record, clusterUid });
  }

  async #portWasTaken(): Promise<boolean> {
    const logs = (await this.servers.recorded()).map(({ log }) => readFile(log, "utf8").catch(() => ""));
    return (await Promise.all(logs)).some((log) => /address already in use/.test(log));
  }
}

async function newPorts(): Promise<SitePorts> {
  const [etcd = 0, etcdPeer = 0, apiServer = 0, kubelet = 0, vault = 0, vaultCluster = 0] = await freePorts(6);
  return { etcd, etcdPeer, apiServer, kubelet, vault, vaultCluster };
}

/** Waits until nodes are ready and pods could be created, and returns the cluster's UID. */
async function settled(
  record: SiteRecord,
  nodeCount: number,
  servers: readonly ServerProcess[],
  signal: AbortSignal,
): Promise<string> {
  const get = async (path: string): Promise<unknown> => {
    const { status, body } = await askApiServer(record, "GET", path);
    if (status !== 200) throw new Error(`${path}: ${status}`);
    return body;
  };
  const waiting = { servers, seconds: 120, signal };
  await until(
    "the controllers have made the default service account",
    async () => (await get("api/v1/namespaces/default/serviceaccounts/default")) !== undefined || undefined,
    waiting,
  );
  await until(
    `${nodeCount} nodes are ready`,
    async () => {
      const nodes = at(await get("api/v1/nodes"), "items");
      const ready = Array.isArray(nodes) ? nodes.filter(isReady) : [];
      return ready.length >= nodeCount || undefined;
    },
    waiting,
  );
  const uid = at(await get("api/v1/namespaces/kube-system"), "metadata", "uid");
  if (typeof uid !== "string") throw new Error("the namespace kube-system has no UID");
  return uid;
}

function isReady(node: unknown): boolean {
  const conditions = at(node, "status", "conditions");
  const taints = JSON.stringify(at(node, "spec", "taints") ?? []);
  return (
    Array.isArray(conditions) &&
    conditions.some((each) => at(each, "type") === "Ready" && at(each, "status") === "True") &&
    !taints.includes("node.kubernetes.io/not-ready")
  );
}
