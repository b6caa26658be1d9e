import { describe, expect, test } from "vitest";
import { z } from "zod";
import {
  byteQuantity,
  cpuQuantity,
  diagnosticsOf,
  dnsLabel,
  dnsName,
  line,
  port,
  release,
} from "../../../components/kubernetes/validators.ts";

const digest = `sha256:${"0f".repeat(32)}`;

test.each<[string, z.ZodType, readonly unknown[], readonly unknown[]]>([
  ["a DNS label", dnsLabel, ["a", "1a", "a-b", "a".repeat(63)], ["", "A", "-a", "a-", "a.b", "a_b", "a".repeat(64), 1]],
  [
    "a DNS name",
    dnsName,
    ["a", "db.dc1.tax.example", "xn--a.b"],
    ["", ".a", "a.", "a..b", "A.b", "a b", "á.b", `${"a".repeat(64)}.b`],
  ],
  ["a port", port, [1, 65_535], [0, 65_536, 1.5, "80", null]],
  ["a CPU quantity", cpuQuantity, ["2", "0.5", "200m"], ["0", "0m", "-1", "2k", "1Gi", "", 2]],
  [
    "a quantity of bytes",
    byteQuantity,
    ["512Mi", "1.5Gi", "1Ki", "1Ti"],
    ["0Mi", "512", "512M", "1GB", "1Pi", "-1Mi", 512],
  ],
  ["a line", line, ["a", " a "], ["", "  ", "a\nb", "a\r", 1]],
  [
    "a release",
    release,
    [`1.4.2@${digest}`, `_a@${digest}`],
    ["1.4.2", `1.4.2${digest}`, `@${digest}`, `-a@${digest}`, `1@${digest}0`, `1@${digest.toUpperCase()}`, 1],
  ],
])("%s", (_, schema, sound, unsound) => {
  for (const value of sound) expect([value, schema.safeParse(value).success]).toEqual([value, true]);
  for (const value of unsound) expect([value, schema.safeParse(value).success]).toEqual([value, false]);
});

describe("problems", () => {
  const schema = z.strictObject({
    size: byteQuantity,
    ports: z.array(port),
    kind: z.enum(["a", "b"]),
    count: z.int("must be a whole number"),
    map: z.record(dnsLabel, z.string()).optional(),
  });
  const sound = { size: "1Gi", ports: [1], kind: "a", count: 1 };

  test.each<[Record<string, unknown>, string, RegExp]>([
    [{ size: "1GB" }, "root.size", /^"1GB" .*bytes above zero/],
    [{ size: undefined }, "root.size", /^is missing; add it .*bytes/],
    [{ ports: [80, 0] }, "root.ports[1]", /^0 .*port/],
    [{ ports: "80" }, "root.ports", /^"80" .*must be a/],
    [{ kind: "c" }, "root.kind", /^"c" .*one of a, b/],
    [{ kind: undefined }, "root.kind", /^is missing; add it .*one of a, b/],
    [{ count: "1" }, "root.count", /^"1" .*whole number/],
    [{ other: 1 }, "root.other", /^unknown/],
    [{ map: { A: "x" } }, "root.map.A", /^this name .*DNS label/],
  ])("%j says where, what stands there and what is allowed", (stated, path, message) => {
    const input = { ...sound, ...stated };
    const { error } = schema.safeParse(input);
    expect.assert(error !== undefined);
    expect(diagnosticsOf(error, input, "Pulumi.dc1.yaml", "root")).toEqual([
      { file: "Pulumi.dc1.yaml", path, message: expect.stringMatching(message) },
    ]);
  });

  test("without a root the path starts at the field", () => {
    const { error } = schema.safeParse({ ...sound, count: "1" });
    expect.assert(error !== undefined);
    expect(diagnosticsOf(error, {}, "f", "").map(({ path }) => path)).toEqual(["count"]);
  });
});
