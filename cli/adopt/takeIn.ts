import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { UsageError } from "../../command/errors.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { adoptServices, readAllDocuments } from "./adopt.ts";
import type { ManifestFiles } from "./input/manifestFiles.ts";
import { passedOverNotes } from "./input/passedOver.ts";
import { chooseServices, overruledNotes, passedOver } from "./landscape/chooseServices.ts";
import { groupDocuments } from "./landscape/landscape.ts";
import { leftInPlace } from "./landscape/leftInPlace.ts";
import type { WholeProject } from "./project.ts";
import { moveSteps } from "./references/awaitedSecrets.ts";
import { cutOver } from "./report/cutOver.ts";
import { cutOverServices } from "./report/cutOverServices.ts";
import { nextSteps } from "./report/nextSteps.ts";
import { isLossy, type ServiceReport } from "./report/report.ts";
import { formatRun, type RunReport, runAsJson } from "./report/runReport.ts";
import { filesOf, type Report, sitesToRelease } from "./writing/addService.ts";
import { NewFolders } from "./writing/newFolders.ts";

/** What a person asks for on the command line. */
export interface Wishes {
  /** Deployments to take in; undefined for all that may be Java. */
  readonly service: readonly string[] | undefined;
  /** Of all services; undefined for that of the manifests. */
  readonly namespace: string | undefined;
  readonly owner: string | undefined;
  readonly description: string | undefined;
  readonly acceptLosses: boolean;
  /** Whether the report shows every field with its value. */
  readonly details: boolean;
  /** Columns of the terminal; undefined for any width. */
  readonly width: number | undefined;
}

/** What came of a run. Where nothing was written, the report says why and what to do. */
interface TakenIn {
  readonly written: boolean;
  readonly report: Report;
}

/**
 * Takes in the services that run from some manifests, all of them or none. The folders are read back and planned in every
 * site before they get their places; with losses that nobody accepted, nothing is written.
 * @throws ValidationError or UsageError for manifests and wishes from which no service can be made.
 */
export async function takeIn(manifests: ManifestFiles, wishes: Wishes, around: WholeProject): Promise<TakenIn> {
  const { documents, passedOver: ofCluster } = readAllDocuments(manifests.files);
  const unread = [...manifests.passedOver, ...ofCluster];
  const landscape = groupDocuments(documents.filter(({ kind }) => kind !== "List"));
  const occupied = new Set(await readdir(join(projectFolder, "services")));
  const candidates = chooseServices(landscape.groups, wishes.service, occupied);
  const chosen = candidates.flatMap(({ group, service }) => (service === undefined ? [] : [{ group, name: service }]));
  const { namespace, owner, description } = wishes;
  if (description !== undefined && chosen.length > 1) {
    throw new UsageError(`--description is of one service, and ${chosen.length} are taken in; name one with --service`);
  }
  const sources = chosen.map(({ group, name }) => ({
    documents: group.documents,
    wishes: { name, namespace, owner, description },
  }));
  const { services, proposals, compare } = adoptServices(sources, documents, around);
  const folders = await NewFolders.write(projectFolder, services, around.constants);
  try {
    // The comparison is of what the written files say, not of what was meant.
    const compared = compare(await folders.readBack());
    const reports = services.map((made, index): ServiceReport => {
      const { rows = [], findings = [] } = compared[index] ?? {};
      const { name, namespace: place } = made.service;
      return { name, namespace: place, files: filesOf(made), rows, findings, notes: made.notes };
    });
    const losesSomething = unread.some(({ isLoss }) => isLoss) || reports.some(isLossy);
    const written = wishes.acceptLosses || !losesSomething;
    const { released, unreleased } = sitesToRelease(around);
    const siteNames = around.sites.map((site) => site.name);
    if (written) await folders.commit(released);
    const run: RunReport = {
      candidates,
      services: reports,
      left: leftInPlace(
        documents,
        landscape,
        chosen.map(({ group }) => group),
        passedOver(candidates),
      ),
      passedOver: unread,
      proposals: { entries: proposals, files: around.sites.map(({ file }) => file) },
      notes: [...overruledNotes(candidates), ...passedOverNotes(unread)],
      written,
      next: written
        ? [
            ...services.flatMap(({ service, awaited }) => moveSteps(service.name, awaited, siteNames)),
            ...nextSteps(services, released, unreleased),
          ]
        : [],
      cutOver: cutOver(
        cutOverServices(
          chosen.map(({ group, name }, index) => ({
            name,
            namespace: services[index]?.service.namespace ?? "",
            group,
            objects: compared[index]?.sites[0]?.objects ?? {},
          })),
          landscape,
          documents,
        ),
        around.sites.map((site) => ({
          name: site.name,
          context: site.kubernetes.context,
          refusesSecondEntrance: site.exposure.kind === "ingress" && site.exposure.implementation === "ingress-nginx",
        })),
      ),
    };
    return { written, report: { text: formatRun(run, wishes), json: runAsJson(run) } };
  } finally {
    folders.discard();
  }
}
