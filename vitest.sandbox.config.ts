import { defineConfig } from "vitest/config";

/**
 * Tests that need real components (API servers, Vaults and the Pulumi engine), run one file at a time on one sandbox.
 */
export default defineConfig({
  test: {
    // Modules are loaded by Node, as for users.
    experimental: { viteModuleRunner: false },
    include: ["test/sandbox/real/**/*.test.ts"],
    globalSetup: "test/support/sandboxSetup.ts",
    fileParallelism: false,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ["verbose"],
  },
});
