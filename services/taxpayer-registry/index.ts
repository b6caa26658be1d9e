import type { Microservice } from "../../components/microservice.ts";
import { certificate, generated } from "../../components/secrets.ts";

export const taxpayerRegistry: Microservice = {
  name: "taxpayer-registry",
  namespace: "taxpayers",
  description: "Knows every taxpayer: identity, address, obligations",
  owner: "team-taxpayers@tax.example",
  tls: true,
  priority: "citizen-facing",
  resources: { requests: { cpu: "500m", memory: "1536Mi" } },
  autoscaling: {
    minReplicas: 3,
    maxReplicas: 8,
    averageUtilization: 70,
    metrics: [{ type: "Pods", name: "http_server_requests_active", averageValue: "40" }],
  },
  exposure: { host: "taxpayers", domain: "internal" },
  backingServices: ["taxpayers-database"],
  secrets: {
    DB_PASSWORD: generated(),
    TLS: certificate({ keyStorePassword: "TLS_PASSWORD" }),
    TLS_PASSWORD: generated(),
  },
  spread: "require",
};
