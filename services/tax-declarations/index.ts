import type { Microservice } from "../../components/microservice.ts";
import { generated } from "../../components/secrets.ts";
import { notifications } from "../notifications/index.ts";
import { receipts } from "../receipts/index.ts";
import { taxpayerRegistry } from "../taxpayer-registry/index.ts";

export const taxDeclarations: Microservice = {
  name: "tax-declarations",
  namespace: "declarations",
  description: "Receives citizens' and companies' tax declarations",
  owner: "team-declarations@tax.example",
  priority: "citizen-facing",
  resources: { requests: { cpu: "200m", memory: "512Mi" }, limits: { cpu: "300m", memory: "1024Mi" } },
  probes: {
    liveness: { httpGet: { path: "/healthcheck" }, initialDelaySeconds: 50, periodSeconds: 50 },
    readiness: { httpGet: { path: "/healthcheck" }, initialDelaySeconds: 30, periodSeconds: 5 },
  },
  autoscaling: { minReplicas: 2, maxReplicas: 4, averageUtilization: 75 },
  exposure: { host: "api", path: "/declarations" },
  calls: () => [taxpayerRegistry, receipts, notifications],
  backingServices: ["declarations-database", "declarations-cache"],
  secrets: { DB_PASSWORD: generated(), REDIS_PASSWORD: generated({ length: 48 }) },
};
