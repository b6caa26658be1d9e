import { Command } from "commander";
import { afterEach, describe, expect, it, vi } from "vitest";
import { typedLine } from "../../command/typedLine.ts";

const put = new Command("put");
const secrets = new Command("secrets").addCommand(put);
const program = new Command("gemelos").addCommand(secrets);

afterEach(() => vi.unstubAllEnvs());

describe("typedLine", () => {
  it.each([
    [undefined, "npx gemelos", "npx gemelos secrets --help", "npx gemelos secrets put --help"],
    ["secrets", "npx gemelos", "npm run secrets -- --help", "npm run secrets -- put --help"],
    ["test", "npx gemelos", "npx gemelos secrets --help", "npx gemelos secrets put --help"],
  ])("under npm's script %s", (script, ...lines) => {
    vi.stubEnv("npm_lifecycle_event", script);
    expect([typedLine(program, ""), typedLine(secrets, "--help"), typedLine(put, "--help")]).toEqual(lines);
  });

  it("needs no -- where nothing follows", () => {
    vi.stubEnv("npm_lifecycle_event", "secrets");
    expect(typedLine(secrets, "")).toBe("npm run secrets");
  });
});
