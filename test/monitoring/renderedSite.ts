import { mkdir, mkdtemp, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { monitoringContent, monitoringManifests } from "../../components/monitoring/index.ts";
import type { Site } from "../../components/siteData.ts";
import { at, isObject } from "../../recorder/registeredResource.ts";
import { readStackFiles } from "../../recorder/stackFile.ts";
import { loadCatalogue } from "../../services/index.ts";
import { parseSite } from "../../site.ts";

/**
 * The site of a stack file.
 * @param changes fields of its data that are different: `{ monitoring: { alerts: { HostDown: "off" } } }`
 */
export async function exampleSite(name: "dc1" | "dc2", changes: Readonly<Record<string, object>> = {}): Promise<Site> {
  const [stack] = await readStackFiles([name]);
  const { "gemelos:site": text = "{}", "gemelos:releases": releases } = stack?.config ?? {};
  const data: Record<string, object> = JSON.parse(text);
  for (const [field, changed] of Object.entries(changes)) data[field] = { ...data[field], ...changed };
  const parsed = parseSite(name, { site: JSON.stringify(data), releases });
  if (parsed.monitoring?.kind !== "prometheus") throw new Error(`${name} does not make its own monitoring`);
  return parsed;
}

/** What the parts of a site's monitoring are rendered with, on this machine. */
export interface RenderedSite {
  /** Folder with their files: `prometheus/config/prometheus.yml`. To be removed by the caller. */
  readonly folder: string;
  /** Arguments of a part's container, and its environment where it is stated; paths lead into the folder. */
  readonly part: (name: string) => RenderedPart;
}

interface RenderedPart {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

/** The password of each site's Prometheus here, and its hash as `web.yml` has it. */
export const password = "planted";
export const passwordHash = "$2b$04$abcdefghijklmnopqrstuu5hQ1hsLyB/x6rjC/rRRb9pzLB8xWV.G";

/**
 * Writes what the parts of a site's monitoring are rendered with into a folder of this machine.
 * @param secrets values of secrets by their files: `prometheus/secrets/PASSWORD`
 */
export async function renderSite(site: Site, secrets: Readonly<Record<string, string>>): Promise<RenderedSite> {
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
  const parts = new Map<string, RenderedPart>();
  for (const { name, manifest } of objects) {
    const place = /^(prometheus|alertmanager|blackbox-exporter)-(config|rules|authority)/.exec(name);
    if (place !== null && manifest.kind === "ConfigMap")
      for (const [file, text] of Object.entries(manifest.data ?? {}))
        await write(join(...place.slice(1), file), here(text));
    const web = at(manifest, "spec", "target", "template", "data", "web.yml");
    if (typeof web === "string")
      await write(
        "prometheus/web/web.yml",
        web.replace(/\{\{.*bcrypt \}\}/, () => passwordHash),
      );
    const containers = at(manifest, "spec", "template", "spec", "containers");
    const [container] = Array.isArray(containers) ? containers.filter(isObject) : [];
    const args = container?.["args"];
    const env = container?.["env"];
    const stated = (Array.isArray(env) ? env : []).flatMap((each): [string, string][] =>
      typeof at(each, "value") === "string" ? [[String(at(each, "name")), here(String(at(each, "value")))]] : [],
    );
    if (Array.isArray(args)) parts.set(name, { args: args.map(String).map(here), env: Object.fromEntries(stated) });
  }
  const account = { "account/token": "none", "account/ca.crt": site.vault.caCertificate };
  for (const [path, value] of Object.entries({ ...account, ...secrets })) await write(path, value);
  return {
    folder,
    part: (name) => {
      const found = parts.get(name);
      if (found === undefined) throw new Error(`nothing of ${site.name} is named ${name}`);
      return found;
    },
  };
}
