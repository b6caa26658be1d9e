import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { monitoringContent, monitoringManifests } from "../../components/monitoring/index.ts";
import type { Site } from "../../components/siteData.ts";
import type { PrometheusMonitoring } from "../../components/siteMonitoring.ts";
import { at, isObject } from "../../recorder/registeredResource.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";
import { loadCatalogue } from "../../services/index.ts";
import { parseSite } from "../../site.ts";

/** What a site's pods of monitoring have, in a folder of this machine: the files that are rendered, and their arguments. */
export interface RenderedSite {
  readonly folder: string;
  /** The arguments of a part's container, with paths of the folder. */
  readonly args: (part: "prometheus" | "alertmanager" | "node-exporter") => readonly string[];
}

/** The site of a stack file, with other monitoring. */
export async function exampleSite(name: "dc1" | "dc2", stated: Partial<PrometheusMonitoring> = {}): Promise<Site> {
  const [stack] = await readStackFiles([name]);
  const { "gemelos:site": site, "gemelos:releases": releases } = stack?.config ?? {};
  const parsed = parseSite(name, { site, releases });
  if (parsed.monitoring?.kind !== "prometheus") throw new Error(`${name} does not make its own monitoring`);
  return { ...parsed, monitoring: { ...parsed.monitoring, ...stated } };
}

/**
 * Writes what a site's Prometheus and Alertmanager are rendered with.
 * @param inText what becomes of each file's text, such as addresses of this machine
 * @param secrets values of secrets by their files: `prometheus/secrets/PASSWORD`
 */
export async function renderSite(
  site: Site,
  secrets: Readonly<Record<string, string>>,
  inText: (text: string) => string = (text) => text,
): Promise<RenderedSite> {
  const services = (await loadCatalogue()).map(({ service }) => service);
  const { ruleGroups } = await monitoringContent();
  const { objects } = monitoringManifests(site, services, { ruleGroups, dashboards: () => [] });
  const folder = await mkdtemp(join(tmpdir(), "monitoring-"));
  const here = (text: string) =>
    inText(text)
      .replaceAll("/etc/", `${folder}/`)
      .replaceAll(`${folder}/ssl/`, "/etc/ssl/")
      .replaceAll("/var/run/secrets/kubernetes.io/serviceaccount", `${folder}/account`);
  const write = async (path: string, text: string) => {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text, { mode: 0o600 });
  };
  for (const { name, manifest } of objects) {
    const place = /^(prometheus|alertmanager)-(config|rules)/.exec(name);
    if (place === null || manifest.kind !== "ConfigMap") continue;
    for (const [file, text] of Object.entries(manifest.data ?? {}))
      await write(join(...place.slice(1), file), here(text));
  }
  const account = { "account/token": "none", "account/ca.crt": site.vault.caCertificate };
  for (const [path, value] of Object.entries({ ...account, ...secrets })) await write(path, value);
  return {
    folder,
    args: (part) => {
      const found = objects.find(({ name }) => name === part)?.manifest;
      const args = found === undefined ? [] : at(found, "spec", "template", "spec", "containers", "0", "args");
      if (!Array.isArray(args) || args.some(isObject)) throw new Error(`${part} has no arguments`);
      return args.map((each) => here(String(each)).replace(/=\/(prometheus|alertmanager)$/, `=${folder}/$1-data`));
    },
  };
}
