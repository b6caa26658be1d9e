import { visibleLine } from "../../../command/visibleText.ts";
import { isNewSite } from "../../../components/catalogue/index.ts";
import type { CatalogueSite } from "../../../components/index.ts";
import { projectFolder } from "../../../recorder/stackFile.ts";
import type { Project } from "../adopt.ts";
import { type NewService, renderServices } from "../fields/renderedObjects.ts";
import type { ServiceOverrides } from "../reading/interpret.ts";
import { nextSteps } from "../report/nextSteps.ts";
import { NewFolders } from "./newFolders.ts";
import { scaffold } from "./scaffold.ts";

/** What a run says, for people and for programs. */
export interface Report {
  readonly text: string;
  readonly json: Record<string, unknown>;
}

/** Writes the folder of a service that nobody has run yet, with its releases, and reports. */
export async function addService(wishes: ServiceOverrides, around: Project): Promise<Report> {
  const made = scaffold(wishes);
  const folders = await NewFolders.write(projectFolder, [made]);
  try {
    const [service = made.service] = await folders.readBack();
    renderServices([{ ...made, service }], around.catalogue, around.sites);
    const { released, unreleased } = sitesToRelease(around);
    await folders.commit(released);
    const files = filesOf(made);
    const next = nextSteps([made], released, unreleased);
    return {
      text: [...bullets("Written", files), ...bullets("Next", next)].join("\n"),
      json: { service: service.name, written: true, files, next },
    };
  } finally {
    folders.discard();
  }
}

/** The names of the sites whose files get the releases of new services, and of those that stay without any. */
export function sitesToRelease({ catalogue, sites }: Project): {
  readonly released: readonly string[];
  readonly unreleased: readonly string[];
} {
  // A site is released as a whole: one release alone would leave all other services without one.
  const isReleased = (site: CatalogueSite) => catalogue.length === 0 || !isNewSite(site);
  const names = (of: readonly CatalogueSite[]) => of.map(({ name }) => name);
  return { released: names(sites.filter(isReleased)), unreleased: names(sites.filter((site) => !isReleased(site))) };
}

/** The files of a new service. */
export function filesOf({ service, templates }: NewService): string[] {
  return [
    `services/${service.name}/index.ts`,
    ...Object.keys(templates).map((file) => `services/${service.name}/config/${file}`),
  ];
}

/** A list with a title as text; nothing where it is empty. */
export function bullets(title: string, items: readonly string[]): string[] {
  return items.length === 0 ? [] : [`${title}\n${items.map((item) => `  - ${visibleLine(item)}`).join("\n")}\n`];
}
