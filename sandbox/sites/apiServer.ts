import { type Answer, send } from "./request.ts";
import type { SiteRecord } from "./siteFolder.ts";

/** The URL of a site's API server. */
export function apiServerUrl({ ports }: SiteRecord): string {
  return `https://127.0.0.1:${ports.apiServer}`;
}

/**
 * Sends a request to a site's API server as its administrator. The body is sent as JSON unless `contentType` is given.
 */
export function askApiServer(
  record: SiteRecord,
  method: string,
  path: string,
  body?: unknown,
  contentType = "application/json",
): Promise<Answer> {
  return send({
    url: `${apiServerUrl(record)}/${path}`,
    ca: record.caCertificate,
    method,
    headers: {
      authorization: `Bearer ${record.adminToken}`,
      ...(body === undefined ? {} : { "content-type": contentType }),
    },
    ...(body === undefined ? {} : { body }),
  });
}

/**
 * Applies an object, or a subresource of one, with server-side apply.
 * @throws Error with the API server's response if it is rejected.
 */
export async function applyToApiServer(record: SiteRecord, path: string, object: unknown): Promise<void> {
  const place = `${path}?fieldManager=sandbox&force=true`;
  const { status, body } = await askApiServer(record, "PATCH", place, object, "application/apply-patch+yaml");
  if (status >= 300) throw new Error(`${path} could not be applied: ${status} ${JSON.stringify(body)}`);
}

/**
 * Whether a site's API server is ready.
 * @throws Error if it is unreachable.
 */
export async function isApiServerReady(record: SiteRecord): Promise<boolean> {
  return (await askApiServer(record, "GET", "readyz")).status === 200;
}
