import { describe, expect, it } from "vitest";
import { adoptService, adoptServices, readAllDocuments } from "../../../../cli/adopt/adopt.ts";
import { listOf } from "../../../../cli/adopt/report/report.ts";
import { writeDescription } from "../../../../cli/adopt/writing/typescript.ts";
import type { CatalogueService } from "../../../../components/catalogue/index.ts";
import { at } from "../../../../recorder/registeredResource.ts";
import { microservice, resolved } from "../../../support/fixtures.ts";
import { plainDeployment, sites } from "../manifests.ts";

const receipts = microservice({ name: "receipts" });
const catalogue: readonly CatalogueService[] = [
  { service: { ...resolved({ name: "receipts" }), source: receipts }, folder: "services/receipts", templates: [] },
];

function adopt(text: string) {
  const wishes = { name: "orders", namespace: undefined, description: undefined, owner: undefined };
  const adopted = adoptService([{ file: "orders.yaml", text }], wishes, { catalogue, sites });
  return { ...adopted, ...adopted.compare(adopted.service) };
}

/** The plain Deployment with more in its container. */
function withContainer(fields: string): string {
  return plainDeployment.replace("          image:", `${fields}\n          image:`);
}

describe("what a service connects to", () => {
  it("is written as a call, imported from the catalogue, and the network is opened", () => {
    const {
      service,
      sites: rendered,
      rows,
      findings,
    } = adopt(
      withContainer(`
          env: [{ name: RECEIPTS, value: "http://receipts.declarations.svc.cluster.local:7137/api" }]
          args: ["--receipts=http://receipts.declarations:7137"]`),
    );
    const text = writeDescription(service);
    expect(text).toContain('import { receipts } from "../receipts/index.ts";');
    expect(text).toContain("calls: () => [receipts],");
    expect(text).toContain('env: { RECEIPTS: "$(RECEIPTS_URL)/api" }');
    for (const { objects } of rendered) {
      expect(JSON.stringify(at(objects, "NetworkPolicy", "spec", "egress"))).toContain("receipts");
    }
    expect(findings.filter(({ list, isLoss }) => list === "addresses" && isLoss)).toEqual([]);
    expect(listOf(rows, "not carried over")).toEqual([]);
    expect(listOf(rows, "replaced").map(({ verdict }) => JSON.stringify(verdict))).toEqual(
      expect.arrayContaining([
        expect.stringContaining("$(RECEIPTS_URL)/api"),
        expect.stringContaining("--receipts=$("),
      ]),
    );
  });

  it("is each site's own gateway, in variables of a ConfigMap and in its files", () => {
    const {
      service,
      templates,
      rows,
      sites: rendered,
    } = adopt(`${withContainer(`
          envFrom: [{ configMapRef: { name: orders } }]
          volumeMounts: [{ name: files, mountPath: /config }]`).trimEnd()}
      volumes: [{ name: files, configMap: { name: files } }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: orders }
data: { GATEWAY_ADDR: "gateway.dc1.tax.example:443" }
---
apiVersion: v1
kind: ConfigMap
metadata: { name: files }
data: { application.yaml: "gateway: https://gateway.dc1.tax.example\\n" }
`);
    expect(service.backingServices).toEqual(["gateway"]);
    expect(templates).toEqual({ "application.yaml": "gateway: https://{{ backingServices.gateway.host }}\n" });
    expect(rendered.map(({ objects }) => at(objects, "ConfigMap", "data", "application.yaml"))).toEqual([
      "gateway: https://gateway.dc1.tax.example\n",
      "gateway: https://gateway.dc2.tax.example\n",
    ]);
    const lost = listOf(rows, "not carried over").map(({ path }) => path);
    expect(lost).toEqual([]);
  });

  it("is proposed for the sites where neither has it, and holds the service up", () => {
    const { proposals, findings } = adopt(
      withContainer(
        '          env: [{ name: SPRING_DATASOURCE_URL, value: "jdbc:postgresql://orders-db:5432/orders" }]',
      ),
    );
    expect(proposals).toMatchObject([{ name: "orders-db", host: "orders-db", port: 5432 }]);
    expect(findings.filter(({ list, isLoss }) => list === "addresses" && isLoss)).toHaveLength(1);
  });
});

describe("services of one run", () => {
  const manifests = (name: string, other: string, port: number) => `
apiVersion: v1
kind: Service
metadata: { name: ${name}-api, namespace: shop }
spec: { selector: { app: ${name} }, ports: [{ port: 80, targetPort: http }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, namespace: shop }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec:
      containers:
        - name: ${name}
          image: registry.example.org/${name}:1
          env:
            - { name: OTHER, value: "http://${other}-api/v1" }
            - { name: DB_HOST, value: shop-db }
            - { name: DB_PORT, value: "5432" }
          ports: [{ name: http, containerPort: ${port} }]
          resources: { limits: { memory: 512Mi } }
`;
  const database = `
apiVersion: v1
kind: Service
metadata: { name: shop-db, namespace: shop }
spec: { selector: { app: db }, ports: [{ port: 5432 }] }
`;

  it("call each other by references, in a circle too, and share what the sites lack", () => {
    const texts = [manifests("orders", "stock", 8080), manifests("stock", "orders", 9000), database];
    const { documents } = readAllDocuments(texts.map((text, index) => ({ file: `${index}.yaml`, text })));
    const sources = ["orders", "stock"].map((name) => ({
      documents: documents.filter((document) => document.name.startsWith(name)),
      wishes: { name, namespace: undefined, description: undefined, owner: undefined },
    }));
    const { services, proposals, compare } = adoptServices(sources, documents, { catalogue, sites });
    const [orders, stock] = services.map(({ service }) => service);
    expect(orders?.calls?.()).toEqual([stock]);
    expect(stock?.calls?.()).toEqual([orders]);
    expect(orders?.env).toMatchObject({ OTHER: "$(STOCK_URL)/v1" });
    expect(proposals).toMatchObject([
      {
        name: "shop-db",
        host: "shop-db.shop.svc.cluster.local",
        pods: { namespace: "shop", podLabels: { app: "db" }, isClosed: true },
      },
    ]);
    const [compared] = compare(services.map(({ service }) => service));
    for (const { objects } of compared?.sites ?? []) {
      expect(at(objects, "NetworkPolicy", "spec", "egress", 0, "ports", 0, "port")).toBe(9000);
      expect(JSON.stringify(at(objects, "NetworkPolicy", "spec", "ingress"))).toContain("stock");
    }
    const missing = compared?.findings.find(({ what }) => what === "shop-db:5432");
    expect(missing?.remedy).toMatch(/^add shop-db .*choose another one for the services with --namespace$/);
  });
});
