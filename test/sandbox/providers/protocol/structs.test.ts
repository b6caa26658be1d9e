import * as fc from "fast-check";
import structProto from "google-protobuf/google/protobuf/struct_pb.js";
import { expect, test } from "vitest";
import { decode, encode } from "../../../../sandbox/providers/protocol/structs.ts";
import {
  type Path,
  type Properties,
  unknownValue,
  type Value,
  valueAt,
} from "../../../../sandbox/providers/protocol/values.ts";

const { value: anyValue } = fc.letrec<{ value: Value }>((tie) => ({
  value: fc.oneof(
    { maxDepth: 3 },
    fc.constantFrom<Value>(null, true, false, "", "text", 0, 1.5, unknownValue),
    fc.array(tie("value"), { maxLength: 3 }),
    fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), tie("value"), { maxKeys: 3 }),
  ),
}));
const properties: fc.Arbitrary<Properties> = fc.dictionary(fc.stringMatching(/^[a-z]{1,4}$/), anyValue, { maxKeys: 4 });

function pathsOf(value: Value, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null) return [path];
  return [
    path,
    ...Object.entries(value).flatMap(([key, item]) =>
      pathsOf(item, [...path, Array.isArray(value) ? Number(key) : key]),
    ),
  ];
}

test("what is sent comes back, with values that are not known yet", () => {
  fc.assert(
    fc.property(properties, (value) => {
      expect(decode(encode({ value, secrets: [] }))).toEqual({ value, secrets: [] });
    }),
  );
});

test("a secret stays a secret on the wire, wherever it stands", () => {
  const withPath = properties.chain((value) => {
    const paths = pathsOf(value).filter((path) => path.length > 0);
    return fc.record({
      value: fc.constant(value),
      path: paths.length === 0 ? fc.constant<Path>([]) : fc.constantFrom(...paths),
    });
  });
  fc.assert(
    fc.property(withPath, ({ value, path }) => {
      fc.pre(path.length > 0);
      const back = decode(encode({ value, secrets: [path] }));
      expect(back).toEqual({ value, secrets: [path] });
    }),
  );
});

test("a secret whose place is gone makes what is above it secret, so that a value that moved is not shown", () => {
  const { secrets } = decode(
    encode({ value: { env: [{ name: "A", value: "moved" }] }, secrets: [["env", 3, "value"]] }),
  );
  expect(secrets).toEqual([["env"]]);
});

test("a secret property that is gone altogether marks nothing", () => {
  expect(decode(encode({ value: { other: 1 }, secrets: [["gone"]] })).secrets).toEqual([]);
});

test("a secret in a secret is one secret", () => {
  const struct = structProto.Struct.fromJavaScript({
    outer: {
      "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270",
      value: { inner: { "4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", value: "x" } },
    },
  });
  const { value, secrets } = decode(struct);
  expect(valueAt(value, ["outer", "inner"])).toBe("x");
  expect(secrets).toEqual([["outer"]]);
});

test("an asset is refused by its path", () => {
  const struct = structProto.Struct.fromJavaScript({
    data: { file: { "4dabf18193072939515e22adb298388d": "c44067f5952c0a294b673a41bacd8c17", text: "x" } },
  });
  expect(() => decode(struct)).toThrow(/^data\.file is an asset/);
});
