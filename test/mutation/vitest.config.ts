import { mergeConfig } from "vitest/config";
import unit from "../../vitest.unit.config.ts";

/** The unit tests for a mutation run: fewer values are drawn. */
export default mergeConfig(unit, {
  test: { env: { LONG_PROPERTY_RUNS: "10" } },
});
