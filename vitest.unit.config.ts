import { defineConfig } from "vitest/config";

/** The inner loop: every test that starts no process and no server. `npm test` runs these and all others. */
export default defineConfig({
  test: {
    // Modules are loaded by Node, as for users.
    experimental: { viteModuleRunner: false },
    include: ["test/**/*.test.ts"],
    exclude: [
      ...["test/delivery/real/**", "test/monitoring/**", "test/pipeline/**", "test/sandbox/real/**"],
      // A list and no pattern: `noProcesses.ts` says which file to add here, or which call to leave out there. Of the
      // others, `largeInput` takes as long as all that stay.
      ...[
        "test/badInputCommand",
        "test/badInputRuns",
        "test/bench",
        "test/bin/gemelos",
        "test/cli/completion",
        "test/cli/history",
        "test/cli/history/readHistories",
        "test/cli/renderWatch",
        "test/cli/wrongUses",
        // Renders two sites or services for each field.
        "test/cli/explain/becomes",
        "test/command/lock",
        "test/command/temporaryFolder",
        "test/command/worktree",
        "test/delivery/deployment/onlyLine",
        "test/delivery/history/gitHistory",
        "test/delivery/identity/whoAmI",
        "test/delivery/migration/tools",
        "test/delivery/siteFiles",
        "test/mistakes",
        "test/offline",
        "test/package",
      ].map(testFile),
      ...["test/site/editor", "test/suppliedSecrets", "test/types"].map(testFile),
      ...["adopt", "calendar", "clearText", "drift", "drift/heal", "newService", "parity", "preview", "render"].map(
        (name) => testFile(`test/cli/${name}`),
      ),
      ...["cases", "input/largeInput", "owner", "reading/heapInJava", "writing/typescript"].map((name) =>
        testFile(`test/cli/adopt/${name}`),
      ),
      "test/cli/secrets/**",
      ...["confinement", "outputFolder"].map((name) => testFile(`test/recorder/${name}`)),
      ...[
        "description/addressCache",
        "description/jvmOptionsInJava",
        "vault/setupScript",
        "workload/nameLookups",
        "workload/timeAndLanguageInJava",
      ].map((name) => testFile(`test/components/${name}`)),
      ...["command", "providers/main", "providers/protocol/server", "providers/random/provider"].map((name) =>
        testFile(`test/sandbox/${name}`),
      ),
      ...["test/clusterClient/**", testFile("test/delivery/gate/entrance"), "test/sandbox/toolchain/**"],
    ],
    setupFiles: ["test/support/noProcesses.ts", "test/support/drawnValues.ts"],
    // The two properties that take seconds are tried on fewer services here.
    env: { LONG_PROPERTY_RUNS: "40" },
    maxWorkers: "100%",
    testTimeout: 60_000,
    // Files share what they have imported: loading Pulumi anew for each would take longer than most tests.
    isolate: false,
  },
});

function testFile(path: string): string {
  return `${path}.test.ts`;
}
