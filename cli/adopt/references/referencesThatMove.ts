import { shellWord } from "../../../command/shellWord.ts";
import { referencesIn } from "../../../components/kubernetes/index.ts";
import { at } from "../../../recorder/registeredResource.ts";
import type { Comparison } from "../fields/fieldOutcome.ts";
import type { ManifestDocument } from "../input/documents.ts";
import { objectsOf } from "../landscape/objectIndex.ts";
import { formatPlace } from "../reading/sourceVariables.ts";
import type { Finding } from "../report/finding.ts";

const list = "references that move";

/** References that mean something else, or nothing, once the component runs the service. */
export function referencesThatMove(comparison: Comparison): Finding[] {
  return [
    ...comparison.reading.references,
    ...lostVariables(comparison),
    ...boundAccounts(comparison),
    ...volumesLeftBehind(comparison),
    ...secretsElsewhere(comparison),
  ];
}

/** `$(NAME)` of variables that are not set any more, or that Kubernetes does not resolve today either. */
function lostVariables({ originals, reading }: Comparison): Finding[] {
  const { document, content } = originals.deployment;
  const { container: index, environment, refused } = reading;
  const chosen = content.spec.template.spec.containers[index];
  const env = chosen?.env ?? [];
  const first = new Map(env.map(({ name }, number) => [name, number] as const).reverse());
  const isGone = (name: string) =>
    environment.hindrances.has(name) || [`env.${name}`, `secrets.${name}`].some((field) => refused.has(field));
  const texts = [
    ...env.map(({ value = "" }, number) => ({ value, path: ["env", number, "value"] as const, number })),
    ...(["command", "args"] as const).flatMap((field) =>
      (chosen?.[field] ?? []).map((value, number) => ({ value, path: [field, number] as const, number: env.length })),
    ),
  ];
  const sources = chosen?.envFrom?.length ?? 0;
  return texts.flatMap(({ value, path, number }) =>
    referencesIn(value).flatMap((name): Finding[] => {
      const place = formatPlace({
        kind: "Deployment",
        name: document.name,
        path: ["spec", "template", "spec", "containers", index, ...path],
      });
      const found = { list, place, what: `$(${name})` } as const;
      if (isGone(name)) {
        return [
          {
            ...found,
            outcome: `stays as it is written, since ${name} is not set any more`,
            remedy: `write the value here, or set ${name} under env`,
            isLoss: true,
          },
        ];
      }
      // A source of variables stands before the list.
      if (sources > 0 || (first.get(name) ?? -1) < number) return [];
      return [
        {
          ...found,
          outcome: `stays as it is written, as today: ${name} stands behind it, and Kubernetes looks only at what stands before`,
          remedy: `write $(${name}) in index.ts if the value was meant`,
          isLoss: false,
        },
      ];
    }),
  );
}

/** Roles that are bound to the account under which the service runs today. */
function boundAccounts({ originals, reading }: Comparison): Finding[] {
  const { content } = originals.deployment;
  const { spec } = content.spec.template;
  const { name, namespace } = reading.service;
  const account = spec.serviceAccountName ?? "default";
  const before = content.metadata.namespace;
  if (account === name && (before ?? namespace) === namespace) return [];
  const bindings = ["RoleBinding", "ClusterRoleBinding"].flatMap((kind) => objectsOf(originals.input, kind, ""));
  return bindings.flatMap((binding) => {
    const subjects = at(binding.object, "subjects");
    if (!Array.isArray(subjects)) return [];
    const home = at(binding.object, "metadata", "namespace") ?? before;
    const named = subjects.flatMap((subject: unknown, index) =>
      namesAccount(subject, account, before, home) ? [index] : [],
    );
    const isNew = subjects.some((subject: unknown) => namesAccount(subject, name, namespace, home));
    return isNew ? [] : named.map((index) => boundAccount(binding, index, { account, name, namespace, home }));
  });
}

function namesAccount(subject: unknown, account: string, namespace: string | undefined, home: unknown): boolean {
  const [kind, name] = [at(subject, "kind"), at(subject, "name")];
  if (kind === "User") return name === `system:serviceaccount:${namespace}:${account}`;
  return kind === "ServiceAccount" && name === account && (at(subject, "namespace") ?? home) === namespace;
}

function boundAccount(
  binding: ManifestDocument,
  index: number,
  { account, name, namespace, home }: { account: string; name: string; namespace: string; home: unknown },
): Finding {
  const where = binding.kind === "RoleBinding" && typeof home === "string" ? ["--namespace", home] : [];
  const command = ["kubectl", "set", "subject", binding.kind.toLowerCase(), binding.name, ...where];
  return {
    list,
    place: formatPlace({ kind: binding.kind, name: binding.name, path: ["subjects", index, "name"] }),
    what: account,
    outcome: `binds nothing of the service any more, whose pods run as ServiceAccount ${name} in namespace ${namespace}`,
    remedy: `name that account in it: ${[...command, `--serviceaccount=${namespace}:${name}`].map(shellWord).join(" ")}; and securityExceptions.serviceAccountToken mounts its token`,
    isLoss: true,
  };
}

/** Volumes of another namespace's claims and Secrets; of claims that are taken in, claimFindings.ts speaks. */
function volumesLeftBehind({ originals, reading }: Comparison): Finding[] {
  const { document, content } = originals.deployment;
  const { namespace } = reading.service;
  const before = content.metadata.namespace;
  if (before === namespace) return [];
  const volumes = at(document.object, "spec", "template", "spec", "volumes");
  return (Array.isArray(volumes) ? volumes : []).flatMap((volume: unknown, index): Finding[] =>
    (
      [
        ["persistentVolumeClaim", "claimName"],
        ["secret", "secretName"],
      ] as const
    ).flatMap(([source, field]) => {
      const name = at(volume, source, field);
      if (typeof name !== "string") return [];
      if (source === "persistentVolumeClaim" && reading.files.claims.has(name)) return [];
      const kind = source === "secret" ? "Secret" : "PersistentVolumeClaim";
      return [
        {
          list,
          place: formatPlace({
            kind: "Deployment",
            name: document.name,
            path: ["spec", "template", "spec", "volumes", index, source, field],
          }),
          what: name,
          outcome: `stays behind in ${before === undefined ? "the namespace of before" : `namespace ${before}`}: no pod of namespace ${namespace} can mount it`,
          remedy:
            kind === "Secret"
              ? `copy it while the deployment waits for it: ${copyOf(name, before, namespace)}; values that can be variables belong into Vault, under secrets`
              : `move its data into a claim in namespace ${namespace}, or keep the namespace: --namespace ${before ?? "NAME"}`,
          isLoss: true,
        },
      ];
    }),
  );
}

/** The command that makes a Secret anew in another namespace, and shows nothing of it. */
function copyOf(name: string, before: string | undefined, namespace: string): string {
  const identity = JSON.stringify({
    metadata: { namespace, uid: null, resourceVersion: null, creationTimestamp: null, ownerReferences: null },
  });
  return `kubectl get secret ${name} --namespace ${before ?? "NAMESPACE"} --output json | kubectl patch --local --filename - --type merge --patch '${identity}' --output json | kubectl create --filename -`;
}

/** Secrets that the service refers to by name, where nothing says in which namespace they are today. */
function secretsElsewhere({ originals, reading }: Comparison): Finding[] {
  const { document, content } = originals.deployment;
  const { name: service, namespace, secrets = {} } = reading.service;
  if (content.metadata.namespace !== undefined) return [];
  const names = new Set(
    Object.values(secrets).flatMap((secret) => ("secretName" in secret ? [secret.secretName] : [])),
  );
  return [...names].map((name) => ({
    list,
    place: `${formatPlace({ kind: document.kind, name: document.name, path: ["spec", "template", "spec"] })}`,
    what: `Secret ${name}`,
    outcome: `is looked for in namespace ${namespace}, since the manifests name none`,
    remedy: `if it is in another one, declare its keys in services/${service}/index.ts with supplied(), and put them into Vault`,
    isLoss: false,
  }));
}
