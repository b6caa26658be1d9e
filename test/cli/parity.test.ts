import { afterAll, describe, expect, it } from "vitest";
import { parseDocument } from "yaml";
import { withoutParts } from "../../components/monitoring/index.ts";
import { ProjectCopy } from "../support/projectCopy.ts";

const copies: ProjectCopy[] = [];
async function copy(): Promise<ProjectCopy> {
  const project = await ProjectCopy.create();
  copies.push(project);
  return project;
}
afterAll(() => Promise.all(copies.map((project) => project.dispose())));

describe("parity", () => {
  it("finds the example's sites identical; how many addresses a backing service has and which peak lasts is data", async () => {
    const project = await copy();
    await project.replace("Pulumi.dc1.yaml", "  gemelos:releases:", "  gemelos:peak: income-tax\n  gemelos:releases:");
    await project.replace(
      "Pulumi.dc2.yaml",
      "          - 10.2.30.10/32\n",
      "          - 10.2.30.10/32\n          - 10.2.30.13/32\n",
    );
    const { code, stdout } = await project.run("parity");
    expect(stdout).toMatch(/^parity: dc1 and dc2 are identical: \d+ resources each, \d+ fields .*site data\n$/);
    expect(code).toBe(0);
  });

  it("lets one site have in the cluster what the other has outside, since where it is is data", async () => {
    const project = await copy();
    await project.replace(
      "Pulumi.dc2.yaml",
      "        cidrs:\n          - 10.2.30.10/32\n          - 10.2.30.11/32\n",
      "        namespace: databases\n        podLabels: { app: declarations-db, tier: data }\n        podPort: 5433\n",
    );
    const { code, stdout } = await project.run("parity");
    expect(stdout).toMatch(/^parity: dc1 and dc2 are identical: \d+ resources each, \d+ fields .*site data\n$/);
    expect(code).toBe(0);
  });

  it("lets one site be as Kubespray makes it and the other as kubeadm does, since what its network is is data", async () => {
    const project = await copy();
    await watchedByOthers(project);
    const network =
      "    network:\n      podCidrs:\n        - 10.233.64.0/18\n      serviceCidrs:\n        - 10.233.0.0/18\n";
    const pods = "        namespace: ingress\n        podLabels:\n          app.kubernetes.io/name: haproxy-ingress\n";
    await project.replace("Pulumi.dc1.yaml", pods, "        nodeRoles: [worker]\n        cidrs: ['2001:db8::7/128']\n");
    await project.replace(
      "Pulumi.dc1.yaml",
      network,
      `${network}      tunnelCidrs: [10.233.70.0/32, 10.233.71.0/32]\n      dns: { cacheAddresses: [169.254.25.10, 'fd00::a'] }\n    monitoring: { cidrs: [10.1.50.7/32] }\n`,
    );
    // Pods' networks of two sites differ, since a rule of one could name the other's.
    const network2 = network.replaceAll("10.233.", "10.234.");
    await project.replace(
      "Pulumi.dc2.yaml",
      network2,
      `${network2}      dns: { namespace: kube-system, podLabels: { k8s-app: kube-dns } }\n    monitoring: { namespace: observability, podLabels: { app: prometheus } }\n`,
    );
    const { code, stdout } = await project.run("parity");
    expect(stdout).toMatch(/^parity: dc1 and dc2 are identical: \d+ resources each, \d+ fields .*site data\n$/);
    expect(code).toBe(0);
  });

  it("lets one site have more nodes than the other, and shows an alert that only one has switched off", async () => {
    const project = await copy();
    const worker =
      "      - name: worker4.dc2.tax.example\n        address: 10.2.10.24\n        role: worker\n        kind: metal\n        zone: rack-c\n";
    await project.replace(
      "Pulumi.dc2.yaml",
      worker,
      `${worker.replaceAll("24", "25").replace("worker4", "worker5")}        cpu: "32"\n        memory: 128Gi\n        disk: 1800Gi\n${worker}`,
    );
    expect((await project.run("parity")).stdout).toMatch(/^parity: dc1 and dc2 are identical/);
    await project.replace(
      "Pulumi.dc2.yaml",
      "      kind: prometheus\n",
      "      kind: prometheus\n      alerts:\n        NodeMajorPageFaults: off\n",
    );
    const { code, stdout } = await project.run("parity");
    expect(stdout).toContain("NodeMajorPageFaults");
    expect(code).toBe(1);
  });

  it("catches every way in which one site can become different from the other, by service and field", async () => {
    const project = await copy();
    // A component that branches on the site's name.
    await project.replace(
      "components/workload/podTemplate.ts",
      "    serviceAccountName: name,",
      '    serviceAccountName: name,\n    hostname: "name" in inputs.site && inputs.site.name === "dc1" ? "first" : "other",',
    );
    // A service that reads the peer.
    await project.replace(
      "services/receipts/index.ts",
      "export const receipts",
      'import * as pulumi from "@pulumi/pulumi";\nconst { peer } = new pulumi.Config("gemelos").requireObject<{ peer: string }>("site");\nexport const receipts',
    );
    await project.replace("services/receipts/index.ts", 'ARCHIVE_BUCKET: "receipts"', "ARCHIVE_BUCKET: peer");
    // A constant that is another one in one site.
    await project.replace(
      "services/notifications/index.ts",
      "export const notifications",
      'import * as pulumi from "@pulumi/pulumi";\nexport const notifications',
    );
    await project.replace(
      "services/notifications/index.ts",
      "maxReplicas: 2",
      'maxReplicas: pulumi.getStack() === "dc2" ? 3 : 2',
    );
    // A template that decides by the site's name.
    await project.replace(
      "services/card-payments/config/application.yaml",
      "payments:\n",
      'payments:\n  {% if site.name == "dc2" %}dry-run: true{% endif %}\n',
    );
    // An object that exists in one site only.
    await project.replace(
      "components/workload/podDisruptionBudget.ts",
      "if (autoscaling.minReplicas < 2 || paused)",
      'if (autoscaling.minReplicas < 2 || paused || (name === "taxpayer-registry" && onlyOnce()))',
    );
    await project.write(
      "components/workload/podDisruptionBudget.ts",
      `${await project.read("components/workload/podDisruptionBudget.ts")}\nimport { getStack } from "@pulumi/pulumi";\nfunction onlyOnce(): boolean {\n  return getStack() === "dc1";\n}\n`,
    );

    const { code, stdout } = await project.run("parity");

    expect(code).toBe(1);
    expect(stdout).toMatch(/^parity: dc1 and dc2 are not identical: \d+ differences\n/);
    const findings = sections(stdout);
    expect(findings.get("tax-declarations")).toMatch(
      /Deployment tax-declarations {2}spec\.template\.spec\.hostname\n {4}depends on .*site's data.*"first" in dc1, "other" /,
    );
    expect(findings.get("receipts")).toMatch(
      /Deployment receipts {2}spec\.template\.spec\.containers\[receipts\]\.env\[ARCHIVE_BUCKET\]\.value\n {4}.*dc1's peer.*/,
    );
    expect(findings.get("notifications")).toMatch(
      /HorizontalPodAutoscaler notifications {2}spec\.maxReplicas\n {4}depends on the stack's name: .*3.*2/,
    );
    expect(findings.get("card-payments")).toMatch(
      /ConfigMap card-payments-config-\S+ {2}data\.application\.yaml\n {4}depends on/,
    );
    expect(findings.get("taxpayer-registry")).toMatch(
      /PodDisruptionBudget taxpayer-registry\n {4}depends on the stack's name/,
    );
  });

  it("reports releases that differ apart, and fails for them only when asked", async () => {
    const project = await copy();
    await project.replace("Pulumi.dc2.yaml", "receipts: 2.0.7@", "receipts: 2.0.10@");
    await project.replace("Pulumi.dc1.yaml", "notifications: 1.9.4@sha256:ee", "notifications: 1.9.4@sha256:ff");
    const relaxed = await project.run("parity");
    expect(relaxed.stdout).toContain("dc1 is behind: receipts 2.0.7 (dc2 has 2.0.10)\n");
    expect(relaxed.stdout).toMatch(/^dc1 and dc2 run .* same tag: notifications 1\.9\.4$/m);
    expect(relaxed.stdout).toContain("are identical");
    expect(relaxed.code).toBe(0);
    const strict = await project.run("parity", "--releases");
    expect(strict.stdout).toBe(relaxed.stdout);
    expect(strict.code).toBe(1);
  });

  it("says what is missing where there is nothing to compare with", async () => {
    const project = await copy();
    await project.remove("Pulumi.dc2.yaml");
    const { code, stderr } = await project.run("parity");
    expect(stderr).toMatch(/only one site.*parity compares two/);
    expect(code).toBe(2);
  });
});

/** Takes the monitoring of their own from both sites. */
async function watchedByOthers(project: ProjectCopy): Promise<void> {
  for (const file of ["Pulumi.dc1.yaml", "Pulumi.dc2.yaml"]) {
    const document = parseDocument(await project.read(file));
    document.deleteIn(["config", "gemelos:site", "monitoring"]);
    const releases: Record<string, string> = document.toJS().config["gemelos:releases"];
    document.setIn(["config", "gemelos:releases"], withoutParts(releases));
    await project.write(file, document.toString({ lineWidth: 0 }));
  }
}

/** The findings below each service's name. */
function sections(text: string): Map<string, string> {
  const parts = text.split(/^(?=[a-z-]+$)/m);
  return new Map(parts.map((part) => [part.split("\n", 1)[0] ?? "", part]));
}
