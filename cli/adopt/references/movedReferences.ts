import { commonLabels, escapeReferences } from "../../../components/kubernetes/index.ts";
import { formatPlace, type TextPlace } from "../reading/sourceVariables.ts";
import type { Finding } from "../report/finding.ts";
import { type MovedPath, replaceMovedPaths } from "./movedPaths.ts";
import { mayName, replaceServiceLinks } from "./serviceLinks.ts";

/** What a service's texts may refer to and that is elsewhere, or has another value, once the component runs it. */
export interface Moved {
  readonly paths: readonly MovedPath[];
  /** Variable of a Service -> what it would hold. Undefined where the pods have no such variables today either. */
  readonly links: (() => ReadonlyMap<string, string>) | undefined;
  /** Names of the variables that the container sets itself. */
  readonly variables: { has(name: string): boolean };
  /** The pods' labels and annotations today. */
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Name and namespace of the new service. */
  readonly name: string;
  readonly namespace: string;
}

/** A text after its references were followed, and what there is to say of it. */
interface FollowedText {
  readonly text: string;
  readonly findings: readonly Finding[];
}

const list = "references that move";

/** Gives a text with what it refers to at its new place, where that is certain; a finding says each, certain or not. */
export function followReferences(text: string, place: TextPlace, moved: Moved): FollowedText {
  const found = replaceMovedPaths(text, moved.paths);
  const linked =
    moved.links === undefined || !mayName(found.text)
      ? { text: found.text, links: new Map<string, string | undefined>() }
      : replaceServiceLinks(found.text, moved.links(), moved.variables);
  const at = formatPlace(place);
  const findings = [
    ...[...found.moves].map(([path, to]): Finding => ({ list, place: at, what: path, ...movedPath(to) })),
    ...[...linked.links].map(([link, value]): Finding => ({ list, place: at, what: link, ...movedLink(value) })),
  ];
  return { text: linked.text, findings };
}

type Outcome = Pick<Finding, "outcome" | "remedy" | "isLoss">;

function movedPath(to: string | undefined): Outcome {
  return to === undefined
    ? {
        outcome: "not found there any more: the files of ConfigMaps are in /config, and this one is not among them",
        remedy: "put the file into config/ and write /config/FILE here, or bring it with the image",
        isLoss: true,
      }
    : { outcome: `${to}, where the file is now`, remedy: undefined, isLoss: false };
}

function movedLink(value: string | undefined): Outcome {
  return value === undefined
    ? {
        outcome: "stays as it is written, since the variables of Services are not injected (enableServiceLinks: false)",
        remedy: "give the Service's manifest too, or write its DNS name and port here: NAME.NAMESPACE.svc",
        isLoss: true,
      }
    : { outcome: `${value}, since the variables of Services are not injected`, remedy: undefined, isLoss: false };
}

/**
 * What a field of the pod holds today, as a text for `env`, where the component's pods hold something else there; and the
 * finding that says so. Undefined for every other field.
 */
export function fixField(fieldPath: string, place: TextPlace, moved: Moved): FollowedText | undefined {
  const [, kind, key = ""] = /^metadata\.(labels|annotations)\['(.+)'\]$/.exec(fieldPath) ?? [];
  const value = kind === "labels" ? moved.labels[key] : kind === "annotations" ? moved.annotations[key] : undefined;
  if (value === undefined) return undefined;
  if (kind === "labels" && commonLabels(moved.name, moved.namespace)[key] === value) return undefined;
  const finding: Finding = {
    list,
    place: formatPlace(place),
    what: fieldPath,
    outcome: `the text ${JSON.stringify(value)} under env, since the component's pods have no such ${kind === "labels" ? "label" : "annotation"}`,
    remedy: undefined,
    isLoss: false,
  };
  return { text: escapeReferences(value), findings: [finding] };
}
