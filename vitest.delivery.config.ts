import { defineConfig } from "vitest/config";

/** Deliveries on real registries, stores and a real Maven, whose tools are built where they are not there yet. */
export default defineConfig({
  test: {
    // Modules are loaded by Node, as for users.
    experimental: { viteModuleRunner: false },
    include: ["test/delivery/real/**/*.test.ts"],
    testTimeout: 300_000,
    // The first run builds the tools.
    hookTimeout: 1_800_000,
  },
});
