import type { ResolvedMicroservice } from "../description/index.ts";
import type { Microservice } from "../microservice.ts";
import type { Template } from "./templates.ts";

/** One folder of the catalogue: a description and its configuration templates. */
export interface CatalogueEntry {
  readonly service: Microservice;
  /** Folder that diagnostics name: `services/receipts`. */
  readonly folder: string;
  readonly templates: readonly Template[];
}

/** A service of the catalogue that passed its checks. */
export interface CatalogueService {
  readonly service: ResolvedMicroservice;
  /** Folder that diagnostics name: `services/receipts`. */
  readonly folder: string;
  readonly templates: readonly Template[];
}
