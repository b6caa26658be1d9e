import type { Identity } from "../identity/index.ts";
import type { Calendar } from "./calendar.ts";

/** Whether the calendar lets somebody deploy in a freeze. Whoever is unknown never may. */
export function mayBreakGlass({ breakGlass }: Pick<Calendar, "breakGlass">, who: Identity): boolean {
  switch (who.kind) {
    case "vault-entity":
      return breakGlass.vaultEntities.includes(who.id);
    case "commit-signer":
      return breakGlass.signers.includes(who.fingerprint);
    case "unknown":
      return false;
  }
}
