import { answeringStatuses } from "../../components/monitoring/index.ts";
import type { CertificateSource, MicroserviceSite } from "../../components/siteData.ts";
import { certificateSource, exposedHost } from "../../components/workload/index.ts";
import type { PlainMicroservice } from "../../recorder/plainServices.ts";

/** An exposed service as callers from outside reach it in a site. */
export interface ExpectedHost {
  readonly service: string;
  /** `api.tax.example`. */
  readonly host: string;
  /** Whether it is the citizens' host, or one of the administration's own network. */
  readonly domain: "public" | "internal";
  /** The path that is asked: of its readiness probe where callers reach that, else where it is exposed. */
  readonly path: string;
  /** Whether a status of HTTP says that it is well. */
  readonly statuses: (status: number) => boolean;
  /** Where the host's certificate comes from. */
  readonly certificate: CertificateSource["source"];
}

/** What decides how a service is reached from outside. */
export type ExposedService = Pick<PlainMicroservice, "name" | "exposure" | "probes" | "paused">;

/** The exposed services of a site, in their order. One that is paused answers nobody. */
export function expectedHosts(
  services: readonly ExposedService[],
  site: Pick<MicroserviceSite, "domains" | "exposure">,
): ExpectedHost[] {
  return services.flatMap((service): ExpectedHost[] => {
    const { name, exposure, paused } = service;
    const host = exposedHost(service, site);
    if (exposure === undefined || host === undefined || paused) return [];
    const { source: certificate } = certificateSource(exposure, site.exposure);
    const health = healthPath(service);
    const asked =
      health === undefined ? { path: exposure.path, statuses: isAnswer } : { path: health, statuses: isHealthy };
    return [{ service: name, host, domain: exposure.domain, ...asked, certificate }];
  });
}

/** As the kubelet takes the answer to a probe. */
function isHealthy(status: number): boolean {
  return status >= 200 && status < 400;
}

/** Nobody has said what is at the path, so whatever shows that the service answered is as good as another. */
function isAnswer(status: number): boolean {
  return answeringStatuses.includes(status);
}

/** The path of the readiness probe, where it is on the port that is exposed and below the path that is. */
function healthPath({ exposure, probes: { readiness } }: ExposedService): string | undefined {
  const { path = "", port } = readiness?.httpGet ?? {};
  const isCallers = port === "http" || port === "https";
  const prefix = exposure?.path.replace(/\/$/, "") ?? "";
  return isCallers && (path === prefix || path.startsWith(`${prefix}/`)) ? path : undefined;
}
