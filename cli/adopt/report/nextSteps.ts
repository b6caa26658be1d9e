import { placeholderTexts } from "../../../components/catalogue/index.ts";
import type { NewService } from "../fields/renderedObjects.ts";
import { openDigest } from "../reading/image.ts";

/** The most names in one step. */
const shownNames = 5;

/**
 * What a person does after new services have been written, each step once, however many services there are.
 * @param released sites whose files have the services' releases now
 * @param unreleased sites in which nothing is released yet
 */
export function nextSteps(
  services: readonly NewService[],
  released: readonly string[],
  unreleased: readonly string[],
): string[] {
  const files = (sites: readonly string[]) => sites.map((site) => `Pulumi.${site}.yaml`).join(" and ");
  const folders = (some: readonly NewService[], file: string) =>
    someOf(some.map(({ service }) => `services/${service.name}${file}`));
  const entries = someOf(services.map(({ service }) => `gemelos:releases.${service.name}`));
  const [first] = services;
  const open = services.filter(({ release }) => release.endsWith(openDigest));
  const configured = services.filter(({ templates }) => Object.keys(templates).length > 0);
  const unsaid = Object.entries(placeholderTexts).flatMap(([field, text]) => {
    const lacking = services.filter(({ service }) => Reflect.get(service, field) === text);
    return lacking.length === 0 ? [] : [`${folders(lacking, "/index.ts")}: state ${field}`];
  });
  const filled =
    services.length === 1 && first !== undefined
      ? `${entries} is ${first.release.replace(/0{60}$/, "...")}`
      : `${entries} are there`;
  const openNames = open.length === services.length ? "" : ` of ${someOf(open.map(({ service }) => service.name))}`;
  return [
    ...unsaid,
    ...(released.length === 0
      ? []
      : [
          open.length === 0
            ? `${files(released)}: ${filled}`
            : `${files(released)}: ${filled}; fill in the release${services.length === 1 ? ", which" : `s${openNames}, which`} no registry has yet`,
        ]),
    ...(unreleased.length === 0
      ? []
      : [`${files(unreleased)}: nothing is released there yet; add ${entries} together with the other services'`]),
    ...(configured.length === 0
      ? []
      : [`${folders(configured, "/config")}: the templates of what the pod sees in /config`]),
    "npm run check && npm run render",
  ];
}

/** Some names on one line, and how many more there are. */
export function someOf(names: readonly string[], shown = shownNames): string {
  const more = names.length - shown;
  return more <= 0 ? names.join(", ") : `${names.slice(0, shown).join(", ")} and ${more} more`;
}
