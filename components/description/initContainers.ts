import { z } from "zod";
import { byteQuantity, canonicalQuantity, cpuQuantity, dnsLabel, type Fields, release } from "../kubernetes/index.ts";
import type { InitContainer } from "../microservice.ts";
import { variableValue } from "./podSchema.ts";

/** An init container with its defaults. Meanings and units: {@link InitContainer}. */
export interface ResolvedInitContainer {
  readonly name: string;
  /** Undefined where it is the service's own image and release. */
  readonly image: { readonly repository: string; readonly release: string } | undefined;
  readonly command: readonly string[] | undefined;
  readonly args: readonly string[] | undefined;
  readonly env: NonNullable<InitContainer["env"]>;
  readonly secrets: readonly string[];
  readonly resources: { readonly cpu: string; readonly memory: string };
  readonly seconds: number;
}

/** Schemas that a service and its init containers share. */
interface Shared {
  readonly environmentVariable: z.ZodString;
  readonly repository: z.ZodString;
}

/** Shape and ranges of `initContainers`. */
export function initContainersSchema({ environmentVariable, repository }: Shared) {
  const secondsRule = "must be a whole number of seconds from 1 to 3600";
  return z.record(
    dnsLabel
      .max(40, "must be at most 40 characters")
      .regex(/^\D/, "must start with a letter, so that they run in the order in which they stand here"),
    z.strictObject({
      image: repository.exactOptional(),
      release: release.exactOptional(),
      command: z.array(z.string()).exactOptional(),
      args: z.array(z.string()).exactOptional(),
      env: z.record(environmentVariable, variableValue).exactOptional(),
      secrets: z.array(environmentVariable).exactOptional(),
      resources: z
        .strictObject({ cpu: cpuQuantity.exactOptional(), memory: byteQuantity.exactOptional() })
        .exactOptional(),
      seconds: z.int(secondsRule).min(1, secondsRule).max(3600, secondsRule).exactOptional(),
    } satisfies Fields<InitContainer>),
  );
}

/** The init containers with their defaults, in the order in which they run. */
export function resolveInitContainers(
  initContainers: Readonly<Record<string, InitContainer>>,
): readonly ResolvedInitContainer[] {
  return Object.entries(initContainers).map(([name, stated]) => ({
    name,
    image:
      stated.image === undefined || stated.release === undefined
        ? undefined
        : { repository: stated.image, release: stated.release },
    command: stated.command,
    args: stated.args,
    env: stated.env ?? {},
    secrets: stated.secrets ?? [],
    resources: {
      cpu: canonicalQuantity(stated.resources?.cpu ?? "100m"),
      memory: canonicalQuantity(stated.resources?.memory ?? "128Mi"),
    },
    seconds: stated.seconds ?? 60,
  }));
}
