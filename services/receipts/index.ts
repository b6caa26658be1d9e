import type { Microservice } from "../../components/microservice.ts";
import { supplied } from "../../components/secrets.ts";
import { taxpayerRegistry } from "../taxpayer-registry/index.ts";

export const receipts: Microservice = {
  name: "receipts",
  namespace: "declarations",
  description: "Issues, signs and archives receipts as PDF",
  owner: "team-receipts@tax.example",
  resources: { requests: { cpu: "1", memory: "4Gi" } },
  autoscaling: { minReplicas: 3, maxReplicas: 3 },
  startupSeconds: 240,
  calls: () => [taxpayerRegistry],
  backingServices: ["receipts-archive"],
  env: { ARCHIVE_BUCKET: "receipts" },
  secrets: {
    ARCHIVE_SECRET_KEY: supplied({ description: "Secret key of the archive's bucket, from the storage team" }),
  },
  temporaryStorage: "2Gi",
  rollout: { maxSurge: 1, minReadySeconds: 20 },
  securityExceptions: {
    writableRootFilesystem: { reason: "The PDF renderer unpacks its fonts beside its own jar" },
  },
};
