import { expect, test } from "vitest";
import { mayBreakGlass } from "../../../delivery/calendar/breakGlass.ts";
import type { Identity } from "../../../delivery/identity/index.ts";

const id = "7d2e3179-f69b-450c-7179-ac8ee8bd8ca9";
const fingerprint = "SHA256:oKgs5Tmq1rSuzqpMcXc8yHTx5dPZDPlKdyDdfyHQtqo";
const breakGlass = { vaultEntities: [id], signers: [fingerprint] };

test.each<[string, Identity, boolean]>([
  ["an entity of the list", { kind: "vault-entity", name: "userpass-ana", id }, true],
  ["another entity", { kind: "vault-entity", name: "userpass-ana", id: "00000000-0000-4000-8000-000000000000" }, false],
  ["a signer of the list", { kind: "commit-signer", signer: "ana@tax.example", fingerprint }, true],
  ["another signer", { kind: "commit-signer", signer: "ana@tax.example", fingerprint: "SHA256:other" }, false],
  [
    "an entity that has a signer's fingerprint as its id",
    { kind: "vault-entity", name: "userpass-ana", id: fingerprint },
    false,
  ],
  ["whoever is unknown", { kind: "unknown" }, false],
])("%s", (_, who, passes) => {
  expect(mayBreakGlass({ breakGlass }, who)).toBe(passes);
});

test("where the calendar names nobody, nobody passes", () => {
  expect(
    mayBreakGlass(
      { breakGlass: { vaultEntities: [], signers: [] } },
      { kind: "vault-entity", name: "userpass-ana", id: "" },
    ),
  ).toBe(false);
});
