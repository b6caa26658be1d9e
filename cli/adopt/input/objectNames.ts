/** What the API server takes as the name of an object of one kind, and how people say it. */
interface NameRule {
  readonly pattern: RegExp;
  /** In characters. */
  readonly longest: number;
  readonly words: string;
}

/** Kubernetes' `ValidatePathSegmentName`: roles are also named by people and by addresses, `system:Reader`. */
const pathSegment: NameRule = {
  pattern: /^(?!\.{1,2}$)[^/%]+$/,
  longest: Number.POSITIVE_INFINITY,
  words: "use anything but / and %, and neither . nor .. alone",
};

/** Kubernetes' `NameIsDNSLabel`. */
const label: NameRule = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/,
  longest: 63,
  words: "use at most 63 lower-case letters a-z, digits and hyphens",
};

/** Kubernetes' `NameIsDNSSubdomain`, which is also every custom resource's. */
const subdomain: NameRule = {
  pattern: /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/,
  longest: 253,
  words: "use lower-case letters a-z, digits, hyphens and dots",
};

const rules: Readonly<Record<string, NameRule>> = {
  Role: pathSegment,
  ClusterRole: pathSegment,
  RoleBinding: pathSegment,
  ClusterRoleBinding: pathSegment,
  Namespace: label,
  Service: label,
};

/** Why the API server refuses a name for an object of that kind, and what it takes; undefined where it takes it. */
export function nameProblem(kind: string, name: string): string | undefined {
  const { pattern, longest, words } = Object.hasOwn(rules, kind) ? (rules[kind] ?? subdomain) : subdomain;
  return pattern.test(name) && name.length <= longest ? undefined : `is refused by Kubernetes; ${words}`;
}

/**
 * Whether the API server takes a variable's name: printable ASCII but for `=`, since Kubernetes 1.34
 * (RelaxedEnvironmentVariableValidation); before that letters, digits, `-`, `_` and `.`, of which no digit is first.
 */
export function isVariableName(name: string): boolean {
  return /^[ -<>-~]+$/.test(name);
}
