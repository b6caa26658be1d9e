import { defineConfig } from "vitest/config";

/** Runs the pipeline's own scripts in clean clones; one of them runs all other tests. */
export default defineConfig({
  test: { include: ["test/pipeline/**/*.test.ts"], testTimeout: 1_800_000, hookTimeout: 600_000 },
});
