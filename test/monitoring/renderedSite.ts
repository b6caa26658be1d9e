import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { monitoringContent, monitoringManifests } from "../../components/monitoring/index.ts";
import type { Site } from "../../components/siteData.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";
import { loadCatalogue } from "../../services/index.ts";
import { parseSite } from "../../site.ts";

/** The site of a stack file. */
export async function exampleSite(name: "dc1" | "dc2"): Promise<Site> {
  const [stack] = await readStackFiles([name]);
  const { "gemelos:site": site, "gemelos:releases": releases } = stack?.config ?? {};
  const parsed = parseSite(name, { site, releases });
  if (parsed.monitoring?.kind !== "prometheus") throw new Error(`${name} does not make its own monitoring`);
  return parsed;
}

/**
 * Writes what a site's Prometheus and Alertmanager are rendered with into a folder of this machine.
 * @param secrets values of secrets by their files: `prometheus/secrets/PASSWORD`
 */
export async function renderSite(site: Site, secrets: Readonly<Record<string, string>>): Promise<string> {
  const services = (await loadCatalogue()).map(({ service }) => service);
  const { ruleGroups } = await monitoringContent();
  const { objects } = monitoringManifests(site, services, { ruleGroups, dashboards: () => [] });
  const folder = await mkdtemp(join(tmpdir(), "monitoring-"));
  const here = (text: string) =>
    text
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
  return folder;
}
