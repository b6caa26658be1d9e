import { z } from "zod";
import {
  byteQuantity,
  canonicalQuantity,
  cpuQuantity,
  dnsLabel,
  duration,
  durationSeconds,
  type Fields,
  release,
} from "../kubernetes/index.ts";
import type { Microservice, Migration } from "../microservice.ts";
import { type ResolvedJvm, type ResolvedResources, resolveJvm } from "./jvm.ts";

/** A migration with its defaults. Meanings and units: {@link Migration}. */
export interface ResolvedMigration {
  /** Undefined where it is the service's own image and release. */
  readonly image: { readonly repository: string; readonly release: string } | undefined;
  readonly command: readonly string[];
  readonly phase: Migration["phase"];
  /** The release of which a change of phase `contract` waits until every site has verified it; undefined with `expand`. */
  readonly after: string | undefined;
  /** Names of the backing services that it changes. */
  readonly databases: readonly string[];
  /** Seconds that it may take. */
  readonly seconds: number;
  readonly resources: ResolvedResources;
  /** Sized for its own memory. */
  readonly jvm: ResolvedJvm;
}

/** Shape and ranges of `migration`. Rules across its fields are in `catalogue/migrationRules.ts`. */
export function migrationSchema(repository: z.ZodString) {
  return z.strictObject({
    image: repository.exactOptional(),
    release: release.exactOptional(),
    command: z.array(z.string()).min(1, "must name a command"),
    phase: z.enum(["expand", "contract"]),
    contract: z.strictObject({ after: release } satisfies Fields<NonNullable<Migration["contract"]>>).exactOptional(),
    databases: z.array(dnsLabel).min(1, "must name a backing service, or be left out").exactOptional(),
    timeout: duration("10s", "6h").exactOptional(),
    resources: z
      .strictObject({ cpu: cpuQuantity.exactOptional(), memory: byteQuantity.exactOptional() } satisfies Fields<
        NonNullable<Migration["resources"]>
      >)
      .exactOptional(),
  } satisfies Fields<Migration>);
}

/**
 * A service's migration with its defaults.
 * @param own what one replica of the service asks for
 * @param service names of the backing services that it uses, and the mebibytes of memory that its directories may fill
 */
export function resolveMigration(
  { migration, jvm = {}, cardholderData = false }: Microservice,
  own: ResolvedResources,
  service: { readonly backingServices: readonly string[]; readonly directoryMebibytes: number },
): ResolvedMigration | undefined {
  if (migration === undefined) return undefined;
  const { image, release: imageRelease, command, phase, contract, databases, timeout = "10m" } = migration;
  const cpu = canonicalQuantity(migration.resources?.cpu ?? own.requests.cpu);
  const memory = canonicalQuantity(migration.resources?.memory ?? own.limits.memory);
  const resources = { requests: { cpu, memory }, limits: { cpu: undefined, memory } };
  return {
    image: image === undefined || imageRelease === undefined ? undefined : { repository: image, release: imageRelease },
    command,
    phase,
    after: contract?.after,
    databases: databases ?? service.backingServices,
    seconds: durationSeconds(timeout),
    resources,
    jvm: resolveJvm(jvm, resources, cardholderData, service.directoryMebibytes),
  };
}
