import type { ResolvedMicroservice } from "../components/description/index.ts";

/** A resolved service of the catalogue, reduced to plain data. */
export type PlainMicroservice = Omit<ResolvedMicroservice, "source" | "calls" | "transforms"> & {
  /** Names of the services that this service calls. */
  readonly calls: readonly string[];
};

/** The catalogue as the program resolves it. Runs the code of its services, so only a confined process may call it. */
export async function readPlainServices(): Promise<readonly PlainMicroservice[]> {
  const { loadCatalogue } = await import("../services/index.ts");
  const catalogue = await loadCatalogue();
  return catalogue.map(({ service: { source: _, transforms: __, calls, ...service } }) => ({
    ...service,
    calls: calls.map(({ name }) => name),
  }));
}
