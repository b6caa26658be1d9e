import type { Microservice } from "../../components/microservice.ts";
import { generated, privateKey, supplied } from "../../components/secrets.ts";
import { receipts } from "../receipts/index.ts";
import { taxpayerRegistry } from "../taxpayer-registry/index.ts";

export const cardPayments: Microservice = {
  name: "card-payments",
  namespace: "payments",
  description: "Takes online payments by credit card through the acquirer's gateway",
  owner: "team-payments@tax.example",
  image: "payments/card-payments",
  cardholderData: true,
  priority: "citizen-facing",
  resources: { requests: { cpu: "500m", memory: "1Gi" }, limits: { cpu: "2" } },
  jvm: { options: ["-XX:+UseG1GC"] },
  startupSeconds: 120,
  probes: { readiness: { httpGet: { path: "/health/readiness", port: "http" }, periodSeconds: 5 } },
  autoscaling: { minReplicas: 2, maxReplicas: 6, averageUtilization: 60 },
  exposure: { host: "payments", justification: "Citizens enter their card in this service's own payment page" },
  calls: () => [
    {
      service: taxpayerRegistry,
      justification: "Checks whose debt is paid; sends the taxpayer's number, no card data",
    },
    { service: receipts, justification: "Orders the receipt; sends amount and authorisation code, no card data" },
  ],
  backingServices: ["payment-gateway", "payments-database"],
  env: { POD_NAME: { fieldPath: "metadata.name" } },
  secrets: {
    DB_PASSWORD: generated(),
    GATEWAY_API_KEY: supplied({ description: "Merchant's API key, from the acquirer's portal" }),
    SIGNING_KEY: privateKey(),
  },
  shutdown: { preStopSeconds: 15, gracefulSeconds: 60 },
};
