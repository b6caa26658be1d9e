import { visibleLine } from "../../command/visibleText.ts";
import { isNewSite } from "../../components/catalogue/index.ts";
import type { CatalogueSite } from "../../components/index.ts";
import type { Microservice } from "../../components/microservice.ts";
import { projectFolder } from "../../recorder/stackFile.ts";
import { adoptService, type Project } from "./adopt.ts";
import type { Row } from "./compare.ts";
import type { Finding } from "./finding.ts";
import { openDigest } from "./image.ts";
import { placeholders, type ServiceOverrides } from "./interpret.ts";
import type { ManifestFiles } from "./manifestFiles.ts";
import { NewFolder } from "./newFolder.ts";
import { formatLost, type PassedOver, passedOverNotes } from "./passedOver.ts";
import { renderInSites } from "./renderedObjects.ts";
import { formatFindings, formatLists, listOf, listsAsJson } from "./report.ts";
import { scaffold } from "./scaffold.ts";

/** What is asked for. Without manifests a service is scaffolded. */
export interface NewService {
  readonly wishes: ServiceOverrides;
  readonly manifests: ManifestFiles | undefined;
  readonly acceptLosses: boolean;
}

/** What came of it. Where nothing was written, the report says why and what to do. */
export interface Added {
  readonly written: boolean;
  readonly report: { readonly text: string; readonly json: Record<string, unknown> };
}

/**
 * Writes a service's folder and its releases, and reports. The folder is read back and planned in every site before it
 * gets its place; with losses that nobody accepted, nothing is written.
 */
export async function addService({ wishes, manifests, acceptLosses }: NewService, around: Project): Promise<Added> {
  const made =
    manifests === undefined
      ? { ...scaffold(wishes), notes: [], compare: undefined }
      : adoptService(manifests.files, wishes, around);
  const { service, templates, release } = made;
  const passedOver = manifests?.passedOver ?? [];
  const notes = [...made.notes, ...passedOverNotes(passedOver)];
  const folder = await NewFolder.write(projectFolder, service, templates);
  try {
    const written = await folder.readBack();
    // The comparison is of what the written file says, not of what was meant.
    const { rows, findings } = made.compare?.(written) ?? { rows: [], findings: [] };
    if (made.compare === undefined) renderInSites(written, templates, release, around.catalogue, around.sites);
    const isLossy =
      listOf(rows, "not carried over").length > 0 || [...findings, ...passedOver].some(({ isLoss }) => isLoss);
    const refused = isLossy && !acceptLosses;
    // A site is released as a whole: one release alone would leave all other services without one.
    const isReleased = (site: CatalogueSite) => around.catalogue.length === 0 || !isNewSite(site);
    const [released, unreleased] = [around.sites.filter(isReleased), around.sites.filter((site) => !isReleased(site))];
    const names = (sites: readonly CatalogueSite[]) => sites.map(({ name }) => name);
    if (!refused) await folder.commit(names(released), release);
    const steps = refused ? [] : nextSteps(written, release, names(released), names(unreleased), templates);
    return {
      written: !refused,
      report: report(written, { rows, findings, passedOver }, notes, steps, templates, manifests !== undefined),
    };
  } finally {
    folder.discard();
  }
}

/** What there is to say of a service that was taken in. */
interface Found {
  readonly rows: readonly Row[];
  readonly findings: readonly Finding[];
  readonly passedOver: readonly PassedOver[];
}

function report(
  service: Microservice,
  { rows, findings, passedOver }: Found,
  notes: readonly string[],
  steps: readonly string[],
  templates: Readonly<Record<string, string>>,
  takenIn: boolean,
): Added["report"] {
  const written = steps.length > 0;
  const files = [
    `services/${service.name}/index.ts`,
    ...Object.keys(templates).map((file) => `services/${service.name}/config/${file}`),
  ];
  const bullets = (title: string, items: readonly string[]) =>
    items.length === 0 ? [] : [`${title}\n${items.map((item) => `  - ${visibleLine(item)}`).join("\n")}\n`];
  const losses = listOf(rows, "not carried over").length;
  const open = findings.filter(({ isLoss }) => isLoss).length;
  const unread = passedOver.filter(({ isLoss }) => isLoss);
  const notRead = unread.length === 1 ? "1 file was not read" : `${unread.length} files were not read`;
  const lost = formatLost(passedOver);
  const text = [
    ...(takenIn ? [formatLists(rows)] : []),
    ...(findings.length === 0 ? [] : [formatFindings(findings)]),
    ...(lost === "" ? [] : [lost]),
    ...bullets("Worth a look", notes),
    ...bullets("Written", written ? files : []),
    ...bullets("Next", steps),
    ...(written
      ? []
      : [
          `Nothing was written: ${losses} fields are not carried over${open === 0 ? "" : `, ${open} findings are open`}${unread.length === 0 ? "" : `, and ${notRead}`}. Add --accept-losses to write the service without them.\n`,
        ]),
  ].join("\n");
  const json = {
    service: service.name,
    written,
    files: written ? files : [],
    ...(takenIn
      ? { ...listsAsJson(rows), findings, notRead: unread.map(({ file, reason }) => ({ file, reason })) }
      : {}),
    notes,
    next: steps,
  };
  return { text, json };
}

function nextSteps(
  service: Microservice,
  release: string,
  released: readonly string[],
  unreleased: readonly string[],
  templates: Readonly<Record<string, string>>,
): string[] {
  const open = Object.entries(placeholders).filter(([field, text]) => Reflect.get(service, field) === text);
  const files = (sites: readonly string[]) => sites.map((site) => `Pulumi.${site}.yaml`).join(" and ");
  const entry = `gemelos:releases.${service.name}`;
  return [
    ...open.map(([field]) => `services/${service.name}/index.ts: state ${field}`),
    ...(released.length === 0
      ? []
      : [
          release.endsWith(openDigest)
            ? `${files(released)}: ${entry} is ${release.replace(/0{60}$/, "...")}; fill in the release, which no registry has yet`
            : `${files(released)}: ${entry} is ${release}`,
        ]),
    ...(unreleased.length === 0
      ? []
      : [`${files(unreleased)}: nothing is released there yet; add ${entry} together with the other services'`]),
    ...(Object.keys(templates).length > 0
      ? [`services/${service.name}/config: the templates of what the pod sees in /config`]
      : []),
    "npm run check && npm run render",
  ];
}
