import { describe, expect, it } from "vitest";
import { command as deploy } from "../../cli/deploy.ts";
import { command as promote } from "../../cli/promote.ts";
import { reasonOf } from "../../cli/reason.ts";
import { command as rollback } from "../../cli/rollback.ts";

describe("a reason", () => {
  it("is taken as it is written, without the space around it", () => {
    expect(reasonOf("  declarations are lost \n")).toBe("declarations are lost");
  });

  it.each([
    ["", "at least 10 characters"],
    ["           ", "at least 10 characters"],
    ["urgent", "at least 10 characters"],
    ["declarations\nare lost", "in one line"],
    ["declarations\rare lost", "in one line"],
    ["declarations\u2028are lost", "in one line"],
    ["the clock \u001b[2J is wrong", "in one line"],
    ["login with password=Wq8sJd82kQz0fP1x", "without a secret"],
  ])("%j is refused", (text, says) => {
    expect(() => reasonOf(text)).toThrow(says);
  });
});

const reasons = [deploy, rollback, promote, ...promote.commands].flatMap((command) =>
  command.options.filter(({ flags }) => /<reason>|--reason/.test(flags)).map((option) => ({ command, option })),
);

it.each(reasons.map(({ command, option }) => [command.name(), option.flags, option] as const))(
  "%s %s takes it by the same rule",
  (_, __, option) => {
    expect(() => option.parseArg?.("short", undefined) ?? "taken").toThrow("at least 10 characters");
  },
);

it("is an option of each of them", () => {
  expect(reasons).toHaveLength(8);
});
