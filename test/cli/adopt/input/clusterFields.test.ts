import { describe, expect, it } from "vitest";
import { formatLists, listOf } from "../../../../cli/adopt/report/report.ts";
import { adoptText, plainDeployment } from "../manifests.ts";

const service = `---
apiVersion: v1
kind: Service
metadata: { name: orders, uid: a, resourceVersion: "1", managedFields: [{ manager: kubectl, fieldsV1: { "f:spec": { "f:a": {} } } }] }
spec:
  allocateLoadBalancerNodePorts: true
  clusterIP: 10.96.1.1
  clusterIPs: [10.96.1.1]
  externalTrafficPolicy: Cluster
  internalTrafficPolicy: Cluster
  ipFamilies: [IPv4]
  ipFamilyPolicy: SingleStack
  ports: [{ port: 8080, protocol: TCP, targetPort: 8080, nodePort: 31000 }]
  selector: { app: orders }
  sessionAffinity: None
  type: LoadBalancer
status: { loadBalancer: { ingress: [{ ip: 10.0.0.1 }] } }
`;

describe("an object as kubectl get shows it", () => {
  const adopted = adoptText(plainDeployment + service);
  const { rows } = adopted.compare(adopted.service);

  it("loses none of what the cluster has set, only what somebody has chosen", () => {
    expect(listOf(rows, "not carried over").map(({ path }) => path)).toEqual(["spec.type"]);
  });

  it("has what the cluster writes in one line of the report", () => {
    const text = formatLists(rows);
    expect(text).toContain(
      "    metadata.uid, metadata.resourceVersion, metadata.managedFields, status: 5 fields\n      -> what the cluster writes itself\n",
    );
    expect(text.match(/managedFields/g)).toHaveLength(1);
  });
});
