import { defineConfig } from "vitest/config";

/**
 * Tests that need real components (API servers, Vaults and the Pulumi engine). Each file has a sandbox of its own on which
 * nothing ever ran, so that it means the same alone and among all others; two files run side by side.
 */
export default defineConfig({
  test: {
    // Modules are loaded by Node, as for users.
    experimental: { viteModuleRunner: false },
    include: ["test/sandbox/real/**/*.test.ts"],
    globalSetup: "test/support/sandboxTools.ts",
    setupFiles: "test/support/sandboxSetup.ts",
    maxWorkers: 2,
    testTimeout: 300_000,
    hookTimeout: 300_000,
    reporters: ["verbose"],
  },
});
