import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { splitJvmOptions } from "../../../components/description/jvmOptions.ts";

const hasJava = spawnSync("java", ["-version"]).status === 0;

test.skipIf(!hasJava)("a JVM reads the options in JAVA_TOOL_OPTIONS as they are read here", () => {
  const text = "-Dapp.title='My Shop' -Dapp.quote=\"it's\"'!'  -Dapp.none= \t'-Dapp.slash=a\\' -Dapp.last=\"\"x\n";
  const { stderr } = spawnSync("java", ["-XshowSettings:properties", "-version"], {
    env: { ...process.env, JAVA_TOOL_OPTIONS: text },
    encoding: "utf8",
  });
  const properties = [...stderr.matchAll(/^ {4}(app\.\w+) = ?(.*)$/gm)].map(([, key, value]) => `-D${key}=${value}`);
  expect(properties.sort()).toEqual(
    splitJvmOptions(text)
      ?.map(({ read }) => read)
      .sort(),
  );
});

test.skipIf(!hasJava)("no JVM starts with a quote that has no partner", () => {
  const { status, stderr } = spawnSync("java", ["-version"], {
    env: { ...process.env, JAVA_TOOL_OPTIONS: "-Dapp.title='My Shop" },
    encoding: "utf8",
  });
  expect(splitJvmOptions("-Dapp.title='My Shop")).toBeUndefined();
  expect(status).not.toBe(0);
  expect(stderr).toContain("Unmatched quote in JAVA_TOOL_OPTIONS");
});
