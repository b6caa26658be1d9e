/** What the service's pods say themselves. */
export const service = 'job="services", namespace="$namespace", service="$service"';
/** What is recorded of the service, once for all replicas. */
export const recorded = '{namespace="$namespace", service="$service"}';
/** What callers ask: the kubelet's and Prometheus' own requests are none of theirs. */
export const asked = `${service}, uri!~"/actuator.*"`;
/** What is counted and timed of requests. */
export const requests = "http_server_requests_seconds";
/** What the cluster says of the service's Deployment. */
export const deployment = 'job="kube-state-metrics", namespace="$namespace", deployment="$service"';
/** And of its autoscaler. */
export const autoscaler = 'job="kube-state-metrics", namespace="$namespace", horizontalpodautoscaler="$service"';
/** The service's pods: a Deployment's pods have its name, a hash of the template and five letters. */
export const pods = 'namespace="$namespace", pod=~"$service-[a-z0-9]+-[a-z0-9]{5}"';

/** One for each release or configuration that runs or ran. */
export const replicaSets =
  'kube_replicaset_spec_replicas{job="kube-state-metrics", namespace="$namespace", replicaset=~"$service-[a-z0-9]+"}';
