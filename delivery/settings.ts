import { z } from "zod";
import type { Fields } from "../components/kubernetes/index.ts";
import { projectFolder } from "../recorder/stackFile.ts";
import { readDataFile } from "./dataFile.ts";
import { duration } from "./duration.ts";

/** How releases reach the sites: what `delivery.yaml` states, the same for all sites. */
export interface DeliverySettings {
  /**
   * How long a site must be well after a deployment before the deployment counts as verified, in seconds.
   * @default 600
   */
  readonly soak: number;
}

const schema: z.ZodType<DeliverySettings> = z.strictObject(
  { soak: duration.default(600) } satisfies Fields<DeliverySettings>,
  { error: ({ code }) => (code === "invalid_type" ? "must be a map, such as soak: 10m" : undefined) },
);

/**
 * Reads `delivery.yaml`. A key that is not stated has its default, and so has every key where there is no file.
 * @param folder where it is, beside `Pulumi.yaml`
 * @throws ValidationError with all problems of the file.
 */
export async function readSettings(folder: string = projectFolder): Promise<DeliverySettings> {
  const words = { missing: "correct its permissions", belongs: "how releases reach the sites" };
  return (await readDataFile(folder, { file: "delivery.yaml", schema, words })) ?? schema.parse({});
}
