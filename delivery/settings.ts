import { z } from "zod";
import { dnsLabel, type Fields } from "../components/kubernetes/index.ts";
import { projectFolder } from "../recorder/stackFile.ts";
import { readDataFile } from "./dataFile.ts";
import { duration } from "./duration.ts";
import { type ImageSettings, imageSettings, type LibrarySettings, librarySettings } from "./promotion/index.ts";

/** How releases reach the sites: what `delivery.yaml` states, the same for all sites. */
export interface DeliverySettings {
  /**
   * How long a site must be well after a deployment before the deployment counts as verified, in seconds.
   * @default 600
   */
  readonly soak: number;
  /**
   * Where images are before and after their promotion.
   * @default none: no image is promoted
   */
  readonly images?: ImageSettings;
  /**
   * Where Maven artifacts are before and after their promotion.
   * @default none: no library is promoted
   */
  readonly libraries?: LibrarySettings;
  /**
   * The sites in the order in which a commit reaches them: each only after those before it have verified the commit.
   * @default all sites, by name
   */
  readonly order?: readonly string[];
}

const schema: z.ZodType<DeliverySettings> = z.strictObject(
  {
    soak: duration
      .refine((seconds) => seconds > 0, "would verify a deployment by a single look; write at least 1s, such as 10m")
      .default(600),
    images: imageSettings.exactOptional(),
    libraries: librarySettings.exactOptional(),
    order: z.array(dnsLabel).superRefine(namesOnce).exactOptional(),
  } satisfies Fields<DeliverySettings>,
  { error: ({ code }) => (code === "invalid_type" ? "must be a map, such as soak: 10m" : undefined) },
);

function namesOnce(order: readonly string[], context: z.RefinementCtx): void {
  for (const [index, site] of order.entries()) {
    if (order.indexOf(site) === index) continue;
    context.addIssue({ code: "custom", path: [index], message: "stands there before; name each site once" });
  }
}

/**
 * Reads `delivery.yaml`. A key that is not stated has its default, and so has every key where there is no file.
 * @param folder where it is, beside `Pulumi.yaml`
 * @throws ValidationError with all problems of the file.
 */
export async function readSettings(folder: string = projectFolder): Promise<DeliverySettings> {
  const words = { missing: "correct its permissions", belongs: "how releases reach the sites" };
  // Where names of variables stand, somebody may have written what the variables hold.
  const hidden = ["username", "password"];
  return (await readDataFile(folder, { file: "delivery.yaml", schema, words, hidden })) ?? schema.parse({});
}
