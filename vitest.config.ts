import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/pipeline/**", "test/sandbox/real/**"],
    // Tests that run the command line start processes; on two busy cores that takes its time.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
