import { expect, test } from "vitest";
import { allowDnsManifest, defaultDenyManifest } from "../../../components/cluster/networkPolicy.ts";
import { ownerOfName } from "../../../components/description/reservedNames.ts";
import { registryAccount } from "../../../components/vault/login.ts";

test("a service takes no name of what its namespace has already", () => {
  const names = [defaultDenyManifest("a"), allowDnsManifest("a")].map(({ metadata }) => metadata.name);
  for (const name of [...names, registryAccount, "default"]) expect(ownerOfName(name)).toBeDefined();
  for (const name of ["registry", "receipts", "constructor"]) expect(ownerOfName(name)).toBeUndefined();
});
