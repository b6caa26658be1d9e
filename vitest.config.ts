import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Modules are loaded by Node, as for users.
    experimental: { viteModuleRunner: false },
    include: ["test/**/*.test.ts"],
    exclude: ["test/delivery/real/**", "test/monitoring/**", "test/pipeline/**", "test/sandbox/real/**"],
    setupFiles: "test/support/drawnValues.ts",
    // Test files mostly wait for the processes that they start; by default vitest would reserve one core for itself.
    maxWorkers: "100%",
    // Command line tests start processes, which is slow on two busy cores.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
