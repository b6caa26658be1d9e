/**
 * What a service that answers may say of a path that nobody stated. 5xx is what a controller says for services that are not
 * there.
 */
export const answeringStatuses: readonly number[] = [
  ...[200, 201, 202, 204, 301, 302, 303, 307, 308],
  ...[400, 401, 403, 404, 405],
];

/**
 * `blackbox.yml`: a host is well when something answers over TLS with a certificate that is good, whatever it says of a path
 * that nobody stated; the other site's Prometheus asks for a password, and that answer shows that its entrance works. So does
 * what an entrance says itself while no Prometheus is behind it (502 to 504): then the dead man's switch is what is missing.
 */
export function blackboxConfiguration() {
  const probe = (statuses: readonly number[]) => ({
    prober: "http",
    timeout: "10s",
    http: {
      method: "GET",
      fail_if_not_ssl: true,
      follow_redirects: false,
      valid_status_codes: statuses,
    },
  });
  return {
    modules: {
      hosts: probe(answeringStatuses),
      "peer-entrance": probe([200, 401, 502, 503, 504]),
    },
  };
}
