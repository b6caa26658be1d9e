/** Who does something: by Vault or by a signed commit. */
export { formatIdentity, type Identity } from "./identity.ts";
export { type Traces, whoAmI } from "./whoAmI.ts";
