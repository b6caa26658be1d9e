import { Command, Option } from "commander";
import { addExamples } from "../command/examples.ts";
import { addFormatOptions } from "../command/formatOptions.ts";
import { print, printError } from "../command/print.ts";
import { terminalWidth } from "../command/table.ts";
import type { ImageWishes } from "./promote/image.ts";
import type { ReleaseWishes } from "./promote/release.ts";
import { reasonOf } from "./reason.ts";

/** Brings what was built to where it runs, unchanged: images, libraries, and releases from one site to the other. */
export const command = new Command("promote").description(
  "Bring images, libraries and releases to where they run. Nothing is rebuilt on the way; every copy is compared. Exit code 1 if the promotion must not be, 2 if a part of it failed: run it again, and it goes on.",
);

interface Common {
  readonly reason?: string;
  readonly push?: true;
  readonly format: "text" | "json";
}

const reason = "why, for the commit and the history";
const push = "push the branch afterwards";
const registryConfig = "file with the registries' logins (default: that of oras login)";

addFormatOptions(command.command("image"), ["text", "json"])
  .description(
    "Copy a service's image, with its signatures and attestations, from the staging to the release repository and to every site's registry; then release it in the sites' files and commit.",
  )
  .argument("<service>", "the service, or what else a site releases, such as prometheus")
  .argument("<release>", "its tag in the staging repository, or tag@digest where it must be this one")
  .option("--site <name...>", "release it in these sites' files only; every registry gets it (default: all)")
  .option("--registry-config <file>", registryConfig)
  .option("--reason <reason>", reason, reasonOf)
  .option("--push", push)
  .action(async (service: string, release: string, { format, push: pushing, ...options }: Common & ImageWishes) => {
    await orRefuse(async () => {
      const [{ promoteServiceImage }, { formatImage, imageJson }, { recordPromotion }] = await Promise.all([
        import("./promote/image.ts"),
        import("./promote/report.ts"),
        import("./promote/record.ts"),
      ]);
      const report = await promoteServiceImage(service, release, { ...options, push: pushing === true });
      print(format === "json" ? json(imageJson(report)) : formatImage(report, terminalWidth()));
      if (report.released === undefined) {
        process.exitCode = 2;
        return;
      }
      const { before, commit } = report.released;
      const promoted = { releases: { [service]: report.release }, commit, why: options.reason };
      await recordPromotion(promoted, [...before.keys()]);
    });
  });

addFormatOptions(command.command("library"), ["text", "json"])
  .description(
    "Copy a Maven artifact from the staging to the release repository, unchanged: pom, jars, sources, signatures and checksums. Snapshots, wrong checksums and overwriting are refused.",
  )
  .argument("<library>", "group:artifact:version")
  .option("--classifier <name...>", "further files that must be there: client for a jar, dist.zip for another file")
  .option("--reason <reason>", "why, for the history", reasonOf)
  .action(async (library: string, { format, reason: why, classifier = [] }: Common & { classifier?: string[] }) => {
    await orRefuse(async () => {
      const [{ formatLibrary, libraryJson, promoteMavenArtifact }, { recordPromotion }] = await Promise.all([
        import("./promote/library.ts"),
        import("./promote/record.ts"),
      ]);
      const report = await promoteMavenArtifact(library, classifier);
      print(format === "json" ? json(libraryJson(report)) : formatLibrary(report));
      await recordPromotion({ releases: { [report.library]: report.release }, commit: undefined, why });
    });
  });

addFormatOptions(command.command("release"), ["text", "json"])
  .description(
    "Write the releases that one site has verified into the other's file, and commit. Refused where the other's registry lacks an image.",
  )
  .addOption(new Option("--from <site>", "the site whose history says what is verified").makeOptionMandatory())
  .addOption(new Option("--to <site>", "the site whose file gets it").makeOptionMandatory())
  .option("--registry-config <file>", registryConfig)
  .option("--reason <reason>", reason, reasonOf)
  .option("--push", push)
  .action(async ({ format, push: pushing, ...options }: Common & ReleaseWishes) => {
    await orRefuse(async () => {
      const [{ formatReleases, promoteReleases }, { recordPromotion }] = await Promise.all([
        import("./promote/release.ts"),
        import("./promote/record.ts"),
      ]);
      const report = await promoteReleases({ ...options, push: pushing === true });
      print(format === "json" ? json(report) : formatReleases(report));
      const releases = Object.fromEntries(report.changes.map(({ service, after }) => [service, after]));
      await recordPromotion({ releases, commit: report.commit, why: options.reason }, [report.to]);
    });
  });

addExamples(command, {
  "image card-payments 3.3.0": "release an image in both sites",
  "image card-payments 3.3.0 --site dc1 --push": "in dc1 alone, and push",
  "release --from dc1 --to dc2": "what dc1 has verified, in dc2, too",
  "library gov.tax:money:1.4.0": "a library for the builds of others",
});

/** A promotion that must not be is no wrong use: the check says no. */
async function orRefuse(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const { PromotionRefused } = await import("../delivery/promotion/index.ts");
    if (!(error instanceof PromotionRefused)) throw error;
    printError(`refused: ${error.message}\n`);
    process.exitCode = 1;
  }
}

function json(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
