import { defineConfig } from "vitest/config";

/** What only real parts can show: API servers, Vaults and the Pulumi engine, one file after the other on one sandbox. */
export default defineConfig({
  test: {
    // Node loads the modules, as it does for users.
    experimental: { viteModuleRunner: false },
    include: ["test/sandbox/real/**/*.test.ts"],
    globalSetup: "test/support/sandboxSetup.ts",
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ["verbose"],
  },
});
