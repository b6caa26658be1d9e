import { atOnce, type CauseKind, denied, type Patience, retried } from "./kinds.ts";

/** Why no pod is created, before it names a service. */
export interface Refusal {
  readonly kind: CauseKind;
  /** The cause in a few words. */
  readonly title: string;
  readonly patience: Patience;
}

/** How the API server's admission words its refusals, the first that fits counts. */
const refusals: readonly (Refusal & { readonly says: RegExp })[] = [
  {
    says: /exceeded quota|failed quota/,
    kind: "quota",
    title: "the namespace's quota is used up",
    patience: retried,
  },
  {
    says: /violates PodSecurity/,
    kind: "refused",
    title: "Pod Security refuses its pods",
    patience: atOnce,
  },
  // The admission plugin LimitRanger has no name in its messages.
  {
    says: /\b(?:maximum|minimum) \S+ usage per (?:Container|Pod)\b|max limit to request ratio per/,
    kind: "refused",
    title: "a LimitRange refuses its pods",
    patience: atOnce,
  },
  {
    says: /admission webhook .* denied the request|ValidatingAdmissionPolicy .* denied request/,
    kind: "refused",
    title: "an admission webhook or policy refuses its pods",
    patience: denied,
  },
  {
    says: /failed calling webhook/,
    kind: "refused",
    title: "an admission webhook does not answer",
    patience: retried,
  },
];

/** Any other refusal, such as an account or a priority class that is not there yet. */
const other: Refusal = { kind: "refused", title: "the API server refuses its pods", patience: retried };

/** What a message of the API server about a pod that it did not create means. */
export function refusalOf(message: string): Refusal {
  return refusals.find(({ says }) => says.test(message)) ?? other;
}
