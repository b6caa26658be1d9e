import type { ResolvedMicroservice } from "../components/description/index.ts";
import type { Diagnostic } from "../components/diagnostic.ts";

/** A resolved service of the catalogue, reduced to plain data. */
export type PlainMicroservice = Omit<ResolvedMicroservice, "source" | "calls" | "transforms"> & {
  /** Names of the services that this service calls. */
  readonly calls: readonly string[];
};

/** The catalogue as plain data, for the processes that run none of its code. */
export interface PlainCatalogue {
  readonly services: readonly PlainMicroservice[];
  /** What is still to be filled in of its descriptions. */
  readonly placeholders: readonly Diagnostic[];
}

/** The catalogue as the program resolves it. Runs the code of its services, so only a confined process may call it. */
export async function readPlainServices(): Promise<PlainCatalogue> {
  const [{ loadCatalogue }, { servicePlaceholders }] = await Promise.all([
    import("../services/index.ts"),
    import("../components/catalogue/index.ts"),
  ]);
  const catalogue = await loadCatalogue();
  const services = catalogue.map(({ service: { source: _, transforms: __, calls, ...service } }) => ({
    ...service,
    calls: calls.map(({ name }) => name),
  }));
  return { services, placeholders: servicePlaceholders(catalogue) };
}
