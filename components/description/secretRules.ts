import { formatValue } from "../diagnostic.ts";
import type { ResolvedMicroservice } from "./resolve.ts";

/** Longest key: it is part of an annotation's name, of which Kubernetes allows 63 characters after the prefix. */
const longestKey = 40;

/** Reports fields about secrets that contradict each other: the field, and what is wrong with it. */
export function checkSecrets(
  { source, cardholderData, secrets, securityExceptions }: ResolvedMicroservice,
  report: (path: string, message: string) => void,
): void {
  const { stored, issued, existing, delivery, fromVault, agent } = secrets;
  if (cardholderData) {
    for (const { key } of existing) {
      report(
        `secrets.${key}`,
        "comes from a Kubernetes Secret, which rests in etcd, and this service handles cardholder data; make it generated() or supplied({ description })",
      );
    }
    if (fromVault && delivery !== "files") {
      report(
        "secretDelivery",
        `${formatValue(delivery)} puts secrets into etcd, and this service handles cardholder data; write secretDelivery: "files"`,
      );
    }
  }
  if (source.secretDelivery === "files" && !fromVault) {
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
      report(`secrets.${key}`, `is the SSL bundle ${formatValue(bundle)}, and so is ${twin.key}; rename one of them`);
    }
  }
  for (const { key, secret } of issued) {
    if (secret.keyStorePassword === undefined) continue;
    const field = `secrets.${key}.keyStorePassword`;
    if (delivery === "files") {
      report(field, 'does not go with secretDelivery "files": Vault Agent writes PEM; use the SSL bundle, or "env"');
    } else if (!stored.some((other) => other.key === secret.keyStorePassword)) {
      report(
        field,
        `${formatValue(secret.keyStorePassword)} is no generated() or supplied() key of secrets; add it there`,
      );
    }
  }
  if (securityExceptions.runAsRoot !== undefined && agent !== undefined) {
    report(
      "securityExceptions.runAsRoot",
      'does not go with secretDelivery "files": Vault Agent refuses to run as root beside it; use another user or "env"',
    );
  }
}
