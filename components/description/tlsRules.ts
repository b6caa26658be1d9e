import { formatValue } from "../diagnostic.ts";
import type { ResolvedMicroservice } from "./resolve.ts";
import { speaksTls, tlsKey, trustBundle } from "./tls.ts";

/** Reports fields about TLS that contradict each other: the field, and what is wrong with it. */
export function checkTls(service: ResolvedMicroservice, report: (path: string, message: string) => void): void {
  const { source, cardholderData, tls, ports, secrets, securityExceptions } = service;
  const { withoutTls } = securityExceptions;
  if (ports !== undefined && cardholderData && !tls && withoutTls === undefined) {
    report(
      "tls",
      "is false, and this service handles cardholder data (PCI DSS 4.2.1); remove it, or add securityExceptions: { withoutTls: { reason } }",
    );
  }
  if (withoutTls !== undefined && (tls || !cardholderData || ports === undefined)) {
    report(
      "securityExceptions.withoutTls",
      tls
        ? "contradicts tls, which is on; state tls: false too, or remove the exception"
        : "is not needed: only a service with cardholder data and a port must speak TLS; remove it",
    );
  }
  const stated = source.secrets?.[tlsKey];
  if (tls && stated !== undefined && !("kind" in stated && stated.kind === "certificate")) {
    report(
      `secrets.${tlsKey}`,
      `is the key of the server's certificate, because the service speaks TLS; make it certificate(), or rename it`,
    );
  }
  for (const { key, bundle } of secrets.issued) {
    if (bundle !== trustBundle) continue;
    report(
      `secrets.${key}`,
      `would be the SSL bundle ${formatValue(bundle)}, which holds the authority of the services that it calls; rename it`,
    );
  }
  for (const [name, probe] of Object.entries(source.probes ?? {})) {
    if (typeof probe === "string" || probe.grpc === undefined || !speaksTls(service, probe.grpc.port)) continue;
    report(
      `probes.${name}.grpc`,
      "the port speaks TLS, and the kubelet's gRPC check does not; check management, or use tcpSocket",
    );
  }
}
