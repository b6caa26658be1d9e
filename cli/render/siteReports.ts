import { sitePlaceholders } from "../../components/catalogue/index.ts";
import { partServices } from "../../components/monitoring/index.ts";
import { exposedHosts } from "../../components/workload/index.ts";
import type { RunReport } from "../../recorder/renderSites.ts";
import type { SiteManifest } from "../../recorder/siteRun.ts";
import { siteOf } from "../../recorder/stackFile.ts";
import { monitoringNeeds } from "./monitoringNeeds.ts";
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
  of({ run, folder, objects, resources, services, placeholders }: RunReport, all: readonly RunReport[]): SiteReport {
    const site = siteOf(run);
    const workloads = this.#workloads.get(run.folder) ?? new RegisteredWorkloads();
    const released = services.filter(({ name }) => Object.hasOwn(site.releases, name));
    return {
      site: site.name,
      folder,
      objects,
      resources,
      services: released.map((service) => serviceRow(service, workloads.of(service.name))),
      nodes: site.nodes,
      monitoring: monitoringNeeds(site, services, workloads.monitoring),
      suppliedHosts: exposedHosts([...released, ...(released.length > 0 ? partServices(site, 0) : [])], site).flatMap(
        ({ host, certificate }) => (certificate.source === "supplied" ? [host] : []),
      ),
      warnings: [
        ...siteWarnings(site),
        ...workloads.siteWarnings(),
        ...sharedWarnings(
          site,
          all.map((each) => siteOf(each.run)),
        ),
        ...placeholderWarnings(placeholders.map(({ file, path }) => `${file}: ${path}`)),
        // Without the file's name, which differs between sites.
        ...placeholderWarnings(sitePlaceholders(site).map(({ path }) => path)),
      ],
    };
  }
}
