import { z } from "zod";
import type { Fields } from "../kubernetes/index.ts";
import type { SecretFile } from "../microservice.ts";

/** The name of a Kubernetes Secret. */
export const secretName = z
  .string()
  .regex(/^[a-z0-9]([-a-z0-9.]*[a-z0-9])?$/, "must be the name of a Kubernetes Secret: a-z, digits, - and .");

/** A key of a Kubernetes Secret. */
export const secretKey = z
  .string()
  .regex(/^(?!\.{1,2}$)[-._a-zA-Z0-9]+$/, "must be a key of a Secret: letters, digits, - _ .");

/** A path at which no other volume of the pod is. */
export const secretPath = z
  .string()
  .regex(
    /^(\/(?!\.{1,2}(\/|$))[A-Za-z0-9._-]+)+$/,
    "must be an absolute path of letters, digits, - _ and ., without a slash at its end, such as /etc/keys/keystore.p12",
  )
  .refine(
    (path) => !/^\/(tmp|dumps|etc|bin|lib|usr|opt|app)$|^\/(config|certificates|vault|proc|sys|dev)(\/|$)/.test(path),
    "must be another path, such as /etc/keys/keystore.p12: this one is the image's own, the kernel's, or holds what other fields bring",
  );

/** What is at such a path. */
export const secretFile = z.strictObject({
  secretName: secretName.max(56, "must be at most 56 characters: a volume is named after it"),
  key: secretKey.exactOptional(),
} satisfies Fields<SecretFile>);
