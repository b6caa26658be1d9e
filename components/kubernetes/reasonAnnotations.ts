import { contentHash } from "./configMap.ts";

/** Longest reason on an object, in characters: all annotations of one object may have 256 KiB. */
const longestReason = 1000;

/** Longest name part of an annotation's key in Kubernetes. */
const longestName = 63;

/** What a reason is given for: a call or a way in or out of the boundary, or a deviation from a secure default. */
type ReasonKind = "justification" | "security-exception";

/**
 * Annotations that tell whoever looks at an object in the cluster why it may do what it does:
 * `gemelos.dev/justification.calls.card-payments: ...`.
 * @param reasons name of the call or of the exception -> the reason; undefined ones are left out.
 */
export function reasonAnnotations(
  kind: ReasonKind,
  reasons: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(reasons).flatMap(([name, reason]) =>
      reason === undefined ? [] : [[`gemelos.dev/${annotationName(`${kind}.${name}`)}`, annotationText(reason)]],
    ),
  );
}

/** The name if it is short enough; otherwise its beginning and a hash of it, so that two names stay two. */
function annotationName(name: string): string {
  return name.length <= longestName ? name : `${name.slice(0, longestName - 11)}-${contentHash({ name })}`;
}

/** One line of text: what steers a terminal or turns the direction of writing is a space. */
function annotationText(reason: string): string {
  const text = reason.replaceAll(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\s]+/gu, " ").trim();
  const characters = [...text];
  return characters.length <= longestReason ? text : `${characters.slice(0, longestReason - 3).join("")}...`;
}
