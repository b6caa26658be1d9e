import { defineConfig } from "vitest/config";

/** Rules, metrics and configuration of monitoring on the real tools, which are built where they are not there yet. */
export default defineConfig({
  test: {
    // Modules are loaded by Node, as for users.
    experimental: { viteModuleRunner: false },
    include: ["test/monitoring/**/*.test.ts"],
    // The live ones mostly wait for the intervals of what they run.
    maxWorkers: 4,
    testTimeout: 300_000,
    // The first run builds the tools.
    hookTimeout: 1_800_000,
  },
});
