import { expect, it } from "vitest";
import { tokenFault } from "../../vaultClient/token.ts";

it.each([
  ["hvs.planted\r", /^holds a carriage return, as in a file from Windows; export/],
  ["hvs.planted\nhvs.other", /^holds a line feed; /],
  ["\ufeffhvs.planted", /^holds a byte order mark/],
  ["hvs.planted ", /^holds a space; /],
  ["hvs.planted\u0007", /^holds a control character; /],
  ["hvs.plantéd", /^holds a character that is not ASCII; /],
])("a token that cannot be sent is named by what is wrong with it, never by itself", (token, says) => {
  expect(tokenFault(token)).toMatch(says);
  expect(tokenFault(token)).not.toContain("hvs");
});

it("any other token is Vault's to judge", () => {
  expect(tokenFault("hvs.CAESIJ-x_1=")).toBeUndefined();
});
