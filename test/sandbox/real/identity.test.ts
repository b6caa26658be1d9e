import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, it } from "vitest";
import { whoAmI } from "../../../delivery/identity/whoAmI.ts";
import { at } from "../../../recorder/registeredResource.ts";
import { VaultClient } from "../../../vaultClient/vaultClient.ts";
import { askVault } from "../../support/askVault.ts";

// What Vault itself says of the tokens of a person, of an agent and of an operator.
const address = process.env["GEMELOS_SANDBOX_VAULT_ADDR"] ?? "";
const root = process.env["VAULT_TOKEN"] ?? "";
const ca = await readFile(process.env["VAULT_CACERT"] ?? "", "utf8");
const ask = (method: "GET" | "POST" | "DELETE", path: string, body?: unknown) =>
  askVault({ address, ca, token: root }, method, path, body);

const mount = "auth/deployments";
beforeAll(() => ask("POST", "sys/auth/deployments", { type: "approle" }));
afterAll(() => ask("DELETE", "sys/auth/deployments"));

const site = {
  name: "dc1",
  file: "Pulumi.dc1.yaml",
  vault: { address, caCertificate: ca, authMount: "kubernetes-dc1", cidrs: [], auditLog: "stdout" },
};
const holder = (token: string) =>
  whoAmI({
    site,
    vault: new VaultClient({ site: "dc1", file: site.file, address, caCertificate: ca, token, remedyWhenDenied: "" }),
  });

/** A token of an agent that has logged in by AppRole. */
async function agentToken(type: "service" | "batch"): Promise<string> {
  await ask("POST", `${mount}/role/deploy-dc1`, { token_type: type, token_policies: ["default"] });
  const role_id = at((await ask("GET", `${mount}/role/deploy-dc1/role-id`)).body, "data", "role_id");
  const secret_id = at((await ask("POST", `${mount}/role/deploy-dc1/secret-id`)).body, "data", "secret_id");
  return String(at((await ask("POST", `${mount}/login`, { role_id, secret_id })).body, "auth", "client_token"));
}

it.each(["service", "batch"] as const)(
  "an agent's %s token has the entity of its role, the same at each login",
  async (type) => {
    const [first, second] = [await holder(await agentToken(type)), await holder(await agentToken(type))];
    expect(first).toMatchObject({ kind: "vault-entity", name: "deployments-deploy-dc1" });
    expect(first).toEqual(second);
    const id = first.kind === "vault-entity" ? first.id : "";
    expect(at((await ask("GET", `identity/entity/id/${id}`)).body, "data", "aliases", 0, "mount_path")).toBe(
      `${mount}/`,
    );
  },
);

it("a root token, and one that was made with a name of its own choice, have no entity", async () => {
  expect(await holder(root)).toEqual({ kind: "unknown" });
  const made = await ask("POST", "auth/token/create", { display_name: "ana", policies: ["default"] });
  expect(await holder(String(at(made.body, "auth", "client_token")))).toEqual({ kind: "unknown" });
});

it("a token that Vault does not know is nobody's", async () => {
  expect(await holder("hvs.unknown")).toEqual({ kind: "unknown" });
});
