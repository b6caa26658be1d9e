import { mergeConfig } from "vitest/config";
import unit from "../../vitest.unit.config.ts";

/** The unit tests for a mutation run: drawn values are the same for each mutant, and fewer. */
export default mergeConfig(unit, {
  test: { setupFiles: "test/mutation/sameDraws.ts", env: { LONG_PROPERTY_RUNS: "10" } },
});
