import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { deploymentOf, environmentOf, microservice } from "../../support/fixtures.ts";
import { compile, installedJavas, mayUnshare } from "../../support/java.ts";

const run = promisify(execFile);
const resolver = join(import.meta.dirname, "..", "..", "support", "changingResolver.ts");
const javas = installedJavas();

/** An answer of the resolver, and when the program first saw it. */
interface Seen {
  readonly milliseconds: number;
  readonly address: string;
}

describe.skipIf(javas.length === 0 || !mayUnshare())(
  "an address that changes after 1 s, and a resolver that fails after 9 s",
  () => {
    let program: Awaited<ReturnType<typeof compile>>;
    beforeAll(async () => {
      program = await compile("Resolve");
    });
    afterAll(() => program.remove());

    async function seenBy(java: string, options: string, seconds: number): Promise<Seen[]> {
      const namespaces = ["--map-root-user", "--mount", "--net"];
      const { stdout } = await run(
        "unshare",
        [...namespaces, process.execPath, resolver, java, program.folder, String(seconds)],
        { env: { PATH: process.env.PATH, JAVA_TOOL_OPTIONS: options } },
      );
      return stdout.split("\n").flatMap((line) => {
        const [milliseconds, address] = line.split(" ");
        return address === undefined ? [] : [{ milliseconds: Number(milliseconds), address }];
      });
    }

    test.concurrent.each(javas)("are seen by Java $version within seconds", async ({ command, version }) => {
      const { JAVA_TOOL_OPTIONS } = environmentOf(deploymentOf(microservice({ jvm: { heapPercentage: 10 } })));
      const [first, second, ...others] = await seenBy(command, String(JAVA_TOOL_OPTIONS), 17);
      expect(first?.address).toBe("10.0.0.1");
      expect(second?.address).toBe("10.0.0.2");
      expect(second?.milliseconds).toBeLessThan(8000);
      // Java 17 knows no stale answers.
      expect(others.map(({ address }) => address)).toEqual(version < 21 ? ["unknown"] : []);
    });

    test.concurrent("stay unseen by a JVM without these options", async () => {
      const seen = await seenBy(javas[0]?.command ?? "", "", 12);
      expect(seen.map(({ address }) => address)).toEqual(["10.0.0.1"]);
    });
  },
);

test("a service may keep addresses longer: the last of two options counts", () => {
  const options = ["-Dsun.net.inetaddr.ttl=30"];
  const { JAVA_TOOL_OPTIONS } = environmentOf(deploymentOf(microservice({ jvm: { options } })));
  expect(
    String(JAVA_TOOL_OPTIONS)
      .split(" ")
      .findLast((each) => each.startsWith("-Dsun.net.inetaddr.ttl=")),
  ).toBe(options[0]);
});
