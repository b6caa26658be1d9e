import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // Node loads the modules, as it does for users.
    experimental: { viteModuleRunner: false },
    include: ["test/**/*.test.ts"],
    exclude: ["test/pipeline/**", "test/sandbox/real/**"],
    // Files wait for the processes that they start; left to itself, vitest keeps one core for its own.
    maxWorkers: "100%",
    // Tests that run the command line start processes; on two busy cores that takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
