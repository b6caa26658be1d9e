import { at } from "../../../recorder/registeredResource.ts";
import { sameQuantity } from "../reading/quantities.ts";
import {
  applyFieldRules,
  type FieldContext,
  type FieldOutcome,
  type FieldRule,
  kept,
  keptIf,
  notCarriedOver,
  replacedBy,
  showRendered,
  writtenByCluster,
} from "./fieldOutcome.ts";
import { metadataRules } from "./metadataFieldRules.ts";
import type { RenderedObjects } from "./renderedObjects.ts";

const kind = "PersistentVolumeClaim";
const here = (question: FieldContext) => (objects: RenderedObjects) => at(objects, kind, ...question.leaf.path);

/** Rules for a field of a claim, once it is known which claim is made instead. */
const rulesOfOne: readonly FieldRule[] = [
  ["metadata.annotations.*", byCluster],
  ["metadata.finalizers.[]", () => replacedBy(writtenByCluster)],
  ...metadataRules(() => kind, "persistentVolumeClaim"),
  [
    "spec.resources.requests.storage",
    (question) =>
      keptIf(question, here(question), replacedBy(showRendered(question, here(question))), (value, found) =>
        sameQuantity(String(value), String(found)),
      ),
  ],
  [
    "spec.accessModes.[]",
    (question) => {
      const find = (objects: RenderedObjects) => at(objects, kind, "spec", "accessModes", 0);
      return keptIf(question, find, replacedBy(`${showRendered(question, find)} alone`));
    },
  ],
  [
    "spec.storageClassName",
    (question) => keptIf(question, here(question), replacedBy("the class of the site, or the cluster's default")),
  ],
  ["spec.volumeMode", (question) => (question.leaf.value === "Filesystem" ? kept : undefined)],
  [
    "spec.volumeName",
    () => replacedBy("a volume of the new claim's own; the files stay in this one: see the references that move"),
  ],
];

/** Rules for a claim, each field of which is held against the claim that is made instead. */
export const claimRules: readonly FieldRule[] = [
  [
    "**",
    (question) => {
      const path = question.comparison.reading.files.claims.get(question.document.name);
      if (path === undefined)
        return notCarriedOver(
          "no volume of the description is this claim",
          "leave it under its own manifests: it stays where it is",
        );
      const withClaim = <Sites extends FieldContext["comparison"]["sites"]>(sites: Sites) =>
        sites.map((site) => {
          const claim = site.claims[path];
          return claim === undefined ? site : { ...site, objects: { ...site.objects, [kind]: claim } };
        });
      const comparison = { ...question.comparison, sites: withClaim(question.comparison.sites) };
      const asked = { ...question, comparison };
      return (
        applyFieldRules(rulesOfOne, asked) ??
        keptIf(
          asked,
          here(asked),
          notCarriedOver("the component has no field for it", "add it in transforms.persistentVolumeClaim"),
        )
      );
    },
  ],
];

/** The volume controller and the scheduler write about the volume that a claim is bound to. */
function byCluster({ leaf }: FieldContext): FieldOutcome | undefined {
  return /^(pv|volume|volume\.beta)\.kubernetes\.io\//.test(String(leaf.path.at(-1)))
    ? replacedBy(writtenByCluster)
    : undefined;
}
