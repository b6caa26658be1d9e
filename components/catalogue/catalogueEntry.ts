import type { ResolvedMicroservice } from "../description/index.ts";
import type { Diagnostic } from "../diagnostic.ts";
import type { Microservice } from "../microservice.ts";
import type { Template } from "./templates.ts";

/** One folder of the catalogue: a description and its configuration templates. */
export interface CatalogueEntry {
  readonly service: Microservice;
  /** Folder that diagnostics name: `services/receipts`. */
  readonly folder: string;
  readonly templates: readonly Template[];
}

/** A catalogue after its checks: what is wrong with it, and all that can be checked further in the same run. */
export interface CheckedCatalogue {
  readonly diagnostics: readonly Diagnostic[];
  /** The services that passed. */
  readonly services: readonly CatalogueService[];
  /** What is left of the others. */
  readonly unfinished: readonly UnfinishedService[];
}

/** A service that did not pass its checks, without the fields that are wrong. Only for finding what else is wrong. */
interface UnfinishedService extends CatalogueService {
  /** The fields that are left out. */
  readonly left: readonly string[];
}

/** A service of the catalogue that passed its checks. */
export interface CatalogueService {
  readonly service: ResolvedMicroservice;
  /** Folder that diagnostics name: `services/receipts`. */
  readonly folder: string;
  readonly templates: readonly Template[];
}
