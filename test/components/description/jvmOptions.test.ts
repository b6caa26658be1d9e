import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkMicroservice } from "../../../components/catalogue/serviceRules.ts";
import { isOneJvmOption, readJvmOption, splitJvmOptions } from "../../../components/description/jvmOptions.ts";
import { microservice, resolved } from "../../support/fixtures.ts";

const text = "-Dapp.title='My Shop' -Dapp.quote=\"it's\"'!'  -Dapp.none= \t-Dapp.slash='a\\' -Duser.timezone=UTC";

describe("the options in JAVA_TOOL_OPTIONS", () => {
  test("are parted at spaces, but not between quotes, and nothing escapes a quote", () => {
    expect(splitJvmOptions(text)?.map(({ read }) => read)).toEqual([
      "-Dapp.title=My Shop",
      "-Dapp.quote=it's!",
      "-Dapp.none=",
      "-Dapp.slash=a\\",
      "-Duser.timezone=UTC",
    ]);
    expect(splitJvmOptions("-Da='b")).toBeUndefined();
  });

  test("come back as they were from an option that is written with quotes", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom("a", " ", "'", '"', "=") }), (drawn) => {
        const options = splitJvmOptions(drawn);
        for (const { written, read } of options ?? []) {
          expect(isOneJvmOption(written)).toBe(true);
          expect(readJvmOption(written)).toBe(read);
        }
      }),
    );
  });
});

describe("an option of a description", () => {
  test("may hold a space between quotes, and reaches the JVM with them", () => {
    expect(resolved({ jvm: { options: ["-Dapp.title='My Shop'"] } }).jvm.options).toMatch(/ -Dapp\.title='My Shop'$/);
  });

  test.each(["-Da=b -Dc=d", "-Da='b", " -Da=b", "-X'mx1g'", "'-Da=b'"])("may not be %s", (option) => {
    const { diagnostics } = checkMicroservice(microservice({ jvm: { options: [option] } }), "services/receipts");
    expect(diagnostics.map(({ path }) => path)).toEqual(["jvm.options[0]"]);
  });
});
