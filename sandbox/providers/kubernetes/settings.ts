import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { KubeConfig } from "@kubernetes/client-node";
import { changesBetween, type Difference, type PropertyChange } from "../protocol/difference.ts";
import type { Failure } from "../protocol/provider.ts";
import { isSame, type Properties, textAt, unknownValue, type Value } from "../protocol/values.ts";

/** The provider's configuration. */
export interface Settings {
  readonly context?: string;
  readonly cluster?: string;
  /** Text or path of a kubeconfig; if undefined, the file that `KUBECONFIG` names. */
  readonly kubeconfig?: string;
  readonly clusterIdentifier?: string;
  /** Namespace for objects that do not set one. */
  readonly namespace?: string;
  readonly enableConfigMapMutable: boolean;
  readonly enableSecretMutable: boolean;
}

const texts = ["context", "cluster", "kubeconfig", "clusterIdentifier", "namespace"] as const;
const switches = ["enableServerSideApply", "enableConfigMapMutable", "enableSecretMutable"] as const;
/** Added by the engine and the SDK. */
const ignored: ReadonlySet<string> = new Set(["version", "pluginDownloadURL", "__internal"]);

/** Validates the configuration. */
export function settingsFailures(inputs: Properties): Failure[] {
  const failures: Failure[] = [];
  const known: ReadonlySet<string> = new Set([...texts, ...switches, ...ignored]);
  for (const property of Object.keys(inputs)) {
    if (!known.has(property)) {
      failures.push({
        property,
        reason: `is not handled by the stand-in for the kubernetes provider; handled are ${[...texts, ...switches].join(", ")}`,
      });
    }
  }
  for (const property of switches) {
    const value = inputs[property];
    const isSwitch = switchOf(value) !== undefined;
    if (value === undefined || value === unknownValue || isSwitch) continue;
    failures.push({ property, reason: `is ${JSON.stringify(value)}; write true or false` });
  }
  if (switchOf(inputs["enableServerSideApply"]) === false) {
    failures.push({
      property: "enableServerSideApply",
      reason: "is false; this stand-in supports only server-side apply",
    });
  }
  return failures;
}

/** Reads the validated configuration. */
export function readSettings(inputs: Properties): Settings {
  const stated = texts.flatMap((property): [string, string][] => {
    const text = textAt(inputs, property);
    return text === undefined || text === "" ? [] : [[property, text]];
  });
  return {
    ...Object.fromEntries(stated),
    enableConfigMapMutable: switchOf(inputs["enableConfigMapMutable"]) ?? false,
    enableSecretMutable: switchOf(inputs["enableSecretMutable"]) ?? false,
  };
}

/** The SDK sends a provider's booleans as JSON strings. */
function switchOf(value: Value | undefined): boolean | undefined {
  if (typeof value === "boolean") return value;
  return value === "true" ? true : value === "false" ? false : undefined;
}

/**
 * Decides what a change in the configuration means, as the official provider does: by the cluster identifiers if both
 * configurations have one, otherwise by the active clusters' addresses. A different cluster replaces every object.
 */
export function settingsDifference(olds: Properties, news: Properties): Difference {
  const changes = changesBetween(olds, news).filter(({ path }) => !ignored.has(String(path[0])));
  const isOther = isOtherCluster(olds, news);
  const marked = changes.map(
    (change): PropertyChange => ({ ...change, replace: isOther && decides(change, olds, news) }),
  );
  return { changes: marked, deleteBeforeReplace: false };
}

function decides({ path }: PropertyChange, olds: Properties, news: Properties): boolean {
  const field = String(path[0]);
  const byIdentifier = olds["clusterIdentifier"] !== undefined && news["clusterIdentifier"] !== undefined;
  return byIdentifier ? field === "clusterIdentifier" : ["context", "cluster", "kubeconfig"].includes(field);
}

function isOtherCluster(olds: Properties, news: Properties): boolean {
  const old = olds["clusterIdentifier"];
  const next = news["clusterIdentifier"];
  if (old !== undefined && next !== undefined) return !isSame(old, next);
  if (news["kubeconfig"] === unknownValue) return true;
  return activeServer(olds) !== activeServer(news);
}

function activeServer(inputs: Properties): string | undefined {
  try {
    return loadKubeConfig(readSettings(inputs)).getCurrentCluster()?.server;
  } catch {
    // The old file may be gone, and then nothing is known. Errors in the new file are reported by Configure.
    return undefined;
  }
}

/**
 * Loads the kubeconfig and selects the context.
 * @throws Error listing the existing contexts if the requested one is missing.
 */
export function loadKubeConfig(settings: Settings): KubeConfig {
  const config = new KubeConfig();
  const { kubeconfig, context, cluster } = settings;
  if (kubeconfig === undefined) {
    config.loadFromDefault({}, false);
  } else {
    const path = kubeconfig.replace(/^~(?=\/|$)/, homedir());
    if (!kubeconfig.includes("\n") && existsSync(path)) config.loadFromFile(path);
    else config.loadFromString(kubeconfig);
  }
  if (context !== undefined) {
    if (config.getContextObject(context) === null) {
      throw new Error(
        `context "${context}" is not in ${describeSource(kubeconfig)}; there ${listed(config.getContexts().map(({ name }) => name))}`,
      );
    }
    config.setCurrentContext(context);
  }
  if (cluster !== undefined) {
    const current = config.getContextObject(config.getCurrentContext());
    if (config.getCluster(cluster) === null || current === null) {
      throw new Error(
        `cluster "${cluster}" is not in ${describeSource(kubeconfig)}; there ${listed(config.getClusters().map(({ name }) => name))}`,
      );
    }
    config.addContext({ ...current, name: `${current.name} at ${cluster}`, cluster });
    config.setCurrentContext(`${current.name} at ${cluster}`);
  }
  return config;
}

function describeSource(kubeconfig: string | undefined): string {
  if (kubeconfig !== undefined) return "the kubeconfig of the provider's configuration";
  const path = process.env["KUBECONFIG"];
  return path === undefined
    ? `the kubeconfig ${join(homedir(), ".kube", "config")}`
    : `the kubeconfig ${path} (KUBECONFIG)`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "is none" : `${names.length === 1 ? "is" : "are"} ${names.join(", ")}`;
}
