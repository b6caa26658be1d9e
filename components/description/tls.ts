import type { Microservice, PortName } from "../microservice.ts";
import type { IssuedSecret, Secret } from "../secrets.ts";
import type { ResolvedPorts } from "./ports.ts";

/** The key in `secrets` of the certificate with which a service speaks TLS to its callers. */
export const tlsKey = "TLS";

/** Name of the SSL bundle, and of the folder, with the authority that a service trusts that calls others by TLS. */
export const trustBundle = "services";

/** What a service that states no certificate has, as `certificate()` makes it. */
const serverCertificate: IssuedSecret = { kind: "certificate", validityDays: 30 };

/**
 * Whether a service's `http` port speaks TLS: as it states, or because it handles cardholder data (PCI DSS 4.2.1). Never where
 * there is no port.
 */
export function usesTls({ tls, cardholderData = false, ports }: Microservice): boolean {
  return ports !== "none" && (tls ?? cardholderData);
}

/** The secrets of a description, with the server's certificate where it speaks TLS and does not state one. */
export function secretsWithTls(service: Microservice): Readonly<Record<string, Secret>> {
  return usesTls(service) ? { [tlsKey]: serverCertificate, ...service.secrets } : (service.secrets ?? {});
}

/** Name of the port on which callers reach a service, in its pods and in its Service. */
export function callersPort(service: { readonly tls: boolean }): "http" | "https" {
  return service.tls ? "https" : "http";
}

/**
 * Whether one of a service's ports speaks TLS. Management does only where it has the number of `http`; on `grpc` the service
 * must by its own settings.
 */
export function speaksTls(
  { tls, ports }: { readonly tls: boolean; readonly ports: ResolvedPorts | undefined },
  port: PortName = "management",
): boolean {
  return tls && (port !== "management" || ports?.http === ports?.management);
}
