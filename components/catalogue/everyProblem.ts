import { type Diagnostic, ValidationError } from "../diagnostic.ts";
import type { CatalogueSite } from "../siteData.ts";
import { type MicroserviceInputs, microserviceManifests } from "../workload/index.ts";
import type { CheckedCatalogue } from "./catalogueEntry.ts";
import { type AskingService, checkNodeRoom, type RoomySite } from "./nodeRoom.ts";
import { independentOf } from "./remainder.ts";
import { planServices, siteServices } from "./siteServices.ts";

/**
 * `siteServices` for a catalogue that may not be valid.
 * @param names of all services that have a folder, also of those that could not be read
 * @throws ValidationError with {@link everyProblem}.
 */
export function checkedInputs(
  catalogue: CheckedCatalogue,
  names: readonly string[],
  site: CatalogueSite & RoomySite,
): MicroserviceInputs[] {
  if (catalogue.diagnostics.length === 0) {
    try {
      return siteServices(catalogue.services, site);
    } catch (error) {
      if (!(error instanceof ValidationError)) throw error;
    }
  }
  throw new ValidationError(everyProblem(catalogue, names, site));
}

/**
 * Everything that is wrong with a catalogue in a site, of all stages that can be reached: also in the site, and in the
 * objects, of services whose descriptions are not valid. What would be a consequence is left out.
 */
function everyProblem(
  catalogue: CheckedCatalogue,
  names: readonly string[],
  site: CatalogueSite & RoomySite,
): Diagnostic[] {
  const { services, unfinished } = catalogue;
  const unread = names.length - services.length - unfinished.length;
  const planned = planServices([...services, ...unfinished], names, site);
  const made = planned.inputs.map(manifestsOf);
  const later = [
    ...planned.diagnostics,
    ...made.flatMap((each) => each.diagnostics),
    ...checkNodeRoom(
      made.flatMap((each) => each.asking),
      site,
    ),
  ];
  const kept = later.filter((diagnostic) => {
    const left = unfinished.find(({ folder }) => isInside(diagnostic.file, folder))?.left ?? [];
    if (independentOf(left, [diagnostic]).length === 0) return false;
    // Nobody knows which hosts the services have that could not be read.
    const exposureIsKnown = unread === 0 && !unfinished.some((each) => each.left.includes("exposure"));
    return exposureIsKnown || !diagnostic.path.startsWith("gemelos:site.exposure.tls.");
  });
  return [...catalogue.diagnostics, ...kept];
}

function isInside(file: string, folder: string): boolean {
  return file === folder || file.startsWith(`${folder}/`);
}

const anyRelease = `0.0.0@sha256:${"0".repeat(64)}`;

/** The manifests of a service as far as they can be made, or what is wrong with them. */
function manifestsOf(inputs: MicroserviceInputs): { diagnostics: readonly Diagnostic[]; asking: AskingService[] } {
  try {
    // That the release is missing has been said.
    const manifests = microserviceManifests({
      ...inputs,
      release: inputs.release === "" ? anyRelease : inputs.release,
    });
    return { diagnostics: [], asking: [{ ...manifests, file: inputs.file ?? inputs.service.name }] };
  } catch (error) {
    if (error instanceof ValidationError) return { diagnostics: error.diagnostics, asking: [] };
    throw error;
  }
}
