import { raiseReplicas, sitePlaceholders } from "../../components/catalogue/index.ts";
import { partServices } from "../../components/monitoring/index.ts";
import { exposedHosts } from "../../components/workload/index.ts";
import type { RunReport } from "../../recorder/renderSites.ts";
import type { SiteManifest } from "../../recorder/siteRun.ts";
import { projectFolder, siteOf } from "../../recorder/stackFile.ts";
import { readPeaks } from "../../site.ts";
import { historyWarnings } from "./historyWarnings.ts";
import { monitoringNeeds } from "./monitoringNeeds.ts";
import { peakWarnings } from "./peakWarnings.ts";
import { RegisteredWorkloads, serviceRow } from "./serviceRow.ts";
import { sharedWarnings } from "./sharedWarnings.ts";
import type { SiteReport } from "./table.ts";
import { placeholderWarnings, siteWarnings } from "./warnings.ts";

/** Builds the report of each site from its manifests and from the final message of its run. */
export class SiteReports {
  readonly #workloads = new Map<string, RegisteredWorkloads>();

  /** Adds a manifest of a site. */
  add(site: string, manifest: SiteManifest): void {
    const workloads = this.#workloads.get(site) ?? new RegisteredWorkloads();
    this.#workloads.set(site, workloads);
    workloads.add(manifest);
  }

  /**
   * The report of a site, once all its manifests have been added.
   * @param all the runs of all sites
   */
  async of(
    { run, folder, objects, resources, services, placeholders }: RunReport,
    all: readonly RunReport[],
  ): Promise<SiteReport> {
    const site = siteOf(run);
    const workloads = this.#workloads.get(run.folder) ?? new RegisteredWorkloads();
    const peaks = await readPeaks(projectFolder, site);
    const raised = services.map((service) => raiseReplicas(service, peaks.lasting));
    const sites = all.map((each) => siteOf(each.run));
    const released = services.filter(({ name }) => Object.hasOwn(site.releases, name));
    const rows = released.map((service) => serviceRow(service, workloads.of(service.name)));
    const monitoring = monitoringNeeds(site, raised, workloads.monitoring);
    return {
      site: site.name,
      folder,
      objects,
      resources,
      services: rows,
      nodes: site.nodes,
      monitoring,
      suppliedHosts: exposedHosts([...released, ...(released.length > 0 ? partServices(site, 0) : [])], site).flatMap(
        ({ host, certificate }) => (certificate.source === "supplied" ? [host] : []),
      ),
      warnings: [
        ...siteWarnings(site),
        ...workloads.siteWarnings(),
        ...peakWarnings(peaks, rows, site.nodes, monitoring),
        ...sharedWarnings(site, sites),
        ...historyWarnings(site, sites),
        ...placeholderWarnings(placeholders.map(({ file, path }) => `${file}: ${path}`)),
        // Without the file's name, which differs between sites.
        ...placeholderWarnings(sitePlaceholders(site).map(({ path }) => path)),
      ],
    };
  }
}
