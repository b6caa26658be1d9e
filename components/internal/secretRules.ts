import { type ResolvedMicroservice, readsFiles } from "./defaults.ts";
import { type Problem, show } from "./problems.ts";
import { secretsOf, usesVault } from "./secrets.ts";

/** A key is part of an annotation's name, of which Kubernetes allows 63 characters after the prefix. */
const longestKey = 40;

/** What a description's fields about secrets contradict in each other. */
export function secretProblems(service: ResolvedMicroservice): Pick<Problem, "path" | "message">[] {
  const { stored, issued, existing } = secretsOf(service);
  const { cardholderData, secretDelivery, securityExceptions = {} } = service;
  const problems: Pick<Problem, "path" | "message">[] = [];
  const report = (path: string, message: string) => problems.push({ path, message });
  if (cardholderData) {
    for (const { key } of existing) {
      report(
        `secrets.${key}`,
        "comes from a Kubernetes Secret, which rests in etcd, and this service handles cardholder data; make it generated() or supplied({ description })",
      );
    }
    if (usesVault(service) && secretDelivery !== "files") {
      report(
        "secretDelivery",
        `${show(secretDelivery)} puts secrets into etcd, and this service handles cardholder data; write secretDelivery: "files"`,
      );
    }
  }
  if (service.secretDelivery === "files" && !usesVault(service)) {
    report("secretDelivery", 'is "files", and no secret comes from Vault; remove it, or add secrets');
  }
  for (const { key } of [...stored, ...issued]) {
    if (key.length > longestKey) {
      report(`secrets.${key}`, `this name has ${key.length} characters; choose one of at most ${longestKey}`);
    }
  }
  for (const [index, { key, bundle }] of issued.entries()) {
    const twin = issued.slice(0, index).find((other) => other.bundle === bundle);
    if (twin !== undefined) {
      report(`secrets.${key}`, `is the SSL bundle ${show(bundle)}, and so is ${twin.key}; rename one of them`);
    }
  }
  for (const { key, secret } of issued) {
    if (secret.keyStorePassword === undefined) continue;
    const field = `secrets.${key}.keyStorePassword`;
    if (secretDelivery === "files") {
      report(field, 'does not go with secretDelivery "files": Vault Agent writes PEM; use the SSL bundle, or "env"');
    } else if (!stored.some((other) => other.key === secret.keyStorePassword)) {
      report(field, `${show(secret.keyStorePassword)} is no generated() or supplied() key of secrets; add it there`);
    }
  }
  if (securityExceptions.runAsRoot !== undefined && readsFiles(service)) {
    report(
      "securityExceptions.runAsRoot",
      'does not go with secretDelivery "files": Vault Agent refuses to run as root beside it; use another user or "env"',
    );
  }
  return problems;
}
