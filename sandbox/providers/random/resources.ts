import { randomBytes, randomUUID } from "node:crypto";
import type { Failure } from "../protocol/provider.ts";
import { numberAt, type Properties, textAt } from "../protocol/values.ts";
import { passwordDefaults, passwordFailures, randomText } from "./characters.ts";

/** Type of an input. */
type InputKind = "text" | "count" | "switch" | "texts";

/** A resource type of the random provider. */
export interface RandomResource {
  readonly inputs: Readonly<Record<string, InputKind>>;
  readonly required: readonly string[];
  /** Default values of inputs. */
  readonly defaults: Properties;
  /**
   * Additional validation.
   * @param inputs with defaults applied
   */
  readonly failures?: (inputs: Properties) => Failure[];
  /** Computed outputs. */
  readonly made: readonly string[];
  /** Outputs that are secret even if the program does not mark them. */
  readonly secret: readonly string[];
  /**
   * Generates the value.
   * @param inputs with defaults applied
   */
  readonly make: (inputs: Properties) => Drawn;
  /**
   * Parses an existing value from an import ID.
   * @throws RangeError if the ID is invalid.
   */
  readonly import: (id: string) => Drawn & { readonly inputs: Properties };
}

/** A generated value: its ID in the state, and its outputs. */
export interface Drawn {
  readonly id: string;
  readonly outputs: Properties;
}

const passwordInputs = {
  keepers: "texts",
  length: "count",
  lower: "switch",
  upper: "switch",
  numeric: "switch",
  special: "switch",
  minLower: "count",
  minUpper: "count",
  minNumeric: "count",
  minSpecial: "count",
  overrideSpecial: "text",
} as const;

function bytesOf(value: Buffer, prefix: string): Properties {
  const hex = value.toString("hex");
  return {
    b64Std: `${prefix}${value.toString("base64")}`,
    b64Url: `${prefix}${value.toString("base64url")}`,
    dec: `${prefix}${BigInt(`0x${hex}`)}`,
    hex: `${prefix}${hex}`,
  };
}

/** The supported resource types. `bcryptHash` of a RandomPassword is not implemented. */
export const randomResources: Readonly<Record<string, RandomResource>> = {
  "random:index/randomPassword:RandomPassword": {
    inputs: passwordInputs,
    required: ["length"],
    defaults: passwordDefaults,
    failures: passwordFailures,
    made: ["result"],
    secret: ["result"],
    // The ID is shown in plain text, so it must never be the password.
    make: (inputs) => ({ id: "none", outputs: { result: randomText(inputs) } }),
    import: (id) => ({ id: "none", outputs: { result: id }, inputs: { length: id.length } }),
  },
  "random:index/randomString:RandomString": {
    inputs: passwordInputs,
    required: ["length"],
    defaults: passwordDefaults,
    failures: passwordFailures,
    made: ["result"],
    secret: [],
    make: (inputs) => {
      const result = randomText(inputs);
      return { id: result, outputs: { result } };
    },
    import: (id) => ({ id, outputs: { result: id }, inputs: { length: id.length } }),
  },
  "random:index/randomId:RandomId": {
    inputs: { keepers: "texts", byteLength: "count", prefix: "text" },
    required: ["byteLength"],
    defaults: {},
    made: ["b64Std", "b64Url", "dec", "hex"],
    secret: [],
    make: (inputs) => {
      const value = randomBytes(numberAt(inputs, "byteLength") ?? 0);
      return { id: value.toString("base64url"), outputs: bytesOf(value, textAt(inputs, "prefix") ?? "") };
    },
    import: (id) => {
      const [encoded = "", prefix] = id.split(",").reverse();
      const value = Buffer.from(encoded, "base64url");
      if (value.length === 0) throw new RangeError("is not base64url, optionally preceded by the prefix and a comma");
      return {
        id: encoded,
        outputs: bytesOf(value, prefix ?? ""),
        inputs: { byteLength: value.length, ...(prefix === undefined ? {} : { prefix }) },
      };
    },
  },
  "random:index/randomBytes:RandomBytes": {
    inputs: { keepers: "texts", length: "count" },
    required: ["length"],
    defaults: {},
    made: ["base64", "hex"],
    secret: ["base64", "hex"],
    make: (inputs) => {
      const value = randomBytes(numberAt(inputs, "length") ?? 0);
      return { id: "none", outputs: { base64: value.toString("base64"), hex: value.toString("hex") } };
    },
    import: (id) => {
      const value = Buffer.from(id, "base64");
      if (value.length === 0) throw new RangeError("is no value in base64");
      return {
        id: "none",
        outputs: { base64: value.toString("base64"), hex: value.toString("hex") },
        inputs: { length: value.length },
      };
    },
  },
  "random:index/randomUuid:RandomUuid": {
    inputs: { keepers: "texts" },
    required: [],
    defaults: {},
    made: ["result"],
    secret: [],
    make: () => {
      const result = randomUUID();
      return { id: result, outputs: { result } };
    },
    import: (id) => {
      if (!/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(id)) throw new RangeError("is no UUID in lower case");
      return { id, outputs: { result: id }, inputs: {} };
    },
  },
};
