/** Who does something: by Vault or by a signed commit. */
export { formatIdentity, type Identity } from "./identity.ts";
export { whoAmI } from "./whoAmI.ts";
