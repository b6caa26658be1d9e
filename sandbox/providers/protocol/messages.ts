import providerProto from "@pulumi/pulumi/proto/provider_pb.js";
import type { Struct } from "google-protobuf/google/protobuf/struct_pb.js";
import type { Difference, PropertyChange } from "./difference.ts";
import type { ChangeOptions, Checked, Known, Subject } from "./provider.ts";
import { decode, encode } from "./structs.ts";
import { formatPath } from "./values.ts";

const { DiffResponse, PropertyDiff } = providerProto;

/** The resource that a request refers to. Engines before 3.130 send no type, so it is taken from the URN. */
export function subjectOf(request: { getUrn(): string; getType(): string }): Subject {
  const urn = request.getUrn();
  const type = request.getType();
  return { urn, type: type === "" ? (urn.split("::")[2]?.split("$").at(-1) ?? "") : type };
}

/** A resource as recorded in the engine's state. */
export function known(id: string, inputs: Struct | undefined, outputs: Struct | undefined): Known {
  return { id, inputs: decode(inputs), outputs: decode(outputs) };
}

/** The options of a Create or Update request. */
export function changeOptions(request: { getPreview(): boolean }): ChangeOptions {
  return { preview: request.getPreview() };
}

/** Response to Check and CheckConfig. */
export function checkResponse({ inputs, failures }: Checked): providerProto.CheckResponse {
  return new providerProto.CheckResponse()
    .setInputs(encode(inputs))
    .setFailuresList(
      failures.map(({ property, reason }) => new providerProto.CheckFailure().setProperty(property).setReason(reason)),
    );
}

/** Response to Diff and DiffConfig. */
export function diffResponse({ changes, deleteBeforeReplace }: Difference): providerProto.DiffResponse {
  const { DIFF_NONE, DIFF_SOME } = DiffResponse.DiffChanges;
  const response = new DiffResponse()
    .setChanges(changes.length === 0 ? DIFF_NONE : DIFF_SOME)
    .setDiffsList([...new Set(changes.map(({ path }) => String(path[0])))])
    .setReplacesList(changes.filter(({ replace }) => replace).map(({ path }) => formatPath(path)))
    .setDeletebeforereplace(deleteBeforeReplace)
    .setHasdetaileddiff(true);
  const details = response.getDetaileddiffMap();
  for (const change of changes) {
    details.set(formatPath(change.path), new PropertyDiff().setKind(kindOf(change)).setInputdiff(true));
  }
  return response;
}

function kindOf({ kind, replace }: PropertyChange): providerProto.PropertyDiff.Kind {
  const kinds = PropertyDiff.Kind;
  if (kind === "add") return replace ? kinds.ADD_REPLACE : kinds.ADD;
  if (kind === "delete") return replace ? kinds.DELETE_REPLACE : kinds.DELETE;
  return replace ? kinds.UPDATE_REPLACE : kinds.UPDATE;
}
