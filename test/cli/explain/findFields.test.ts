import { describe, expect, it } from "vitest";
import { findFields, readFields } from "../../../cli/explain/findFields.ts";
import { formatFields, formatFieldsJson, formatList } from "../../../cli/explain/format.ts";

const known = await readFields();
const paths = (name: string) => findFields(known, name).found.map(({ of, path }) => `${of} ${path}`);

describe("a field is found", () => {
  it.each([
    ["resources.requests.cpu", ["service resources.requests.cpu"]],
    ["service.resources.requests.cpu", ["service resources.requests.cpu"]],
    ["exposure.host", ["service exposure.host"]],
    ["exposure", ["service exposure", "site exposure"]],
    ["site.exposure", ["site exposure"]],
    ["nodes.cpu", ["site nodes[].cpu"]],
    ["nodes[3].cpu", ["site nodes[].cpu"]],
    ["gemelos:site.nodes[].cpu", ["site nodes[].cpu"]],
    ["backingServices.mail-relay.port", ["site backingServices.<name>.port"]],
    ["backingServices.port", ["site backingServices.<name>.port"]],
    ["volumes./data.size", ["service volumes.<name>.size"]],
    ["env.POD_NAME.fieldPath", ["service env.<name>.fieldPath"]],
  ])("by %s", (name, expected) => {
    expect(paths(name)).toEqual(expected);
  });

  it.each([
    ["resorces.requests.cpu", /no such field; did you mean "resources.requests.cpu"\?/],
    ["site.timezone", /no such field; did you mean "timeZone"\?/],
    ["startupSecond", /did you mean "startupSeconds"\?/],
    ["colour", /no such field; npm run explain lists all/],
    ["", /no such field; npm run explain lists all/],
    ["constructor", /no such field/],
  ])("or not, by %s, with what was meant", (name, says) => {
    expect(() => findFields(known, name)).toThrow(says);
  });
});

describe("every field", () => {
  it.each(known.map((field) => [`${field.of}.${field.path}`, field] as const))(
    "%s is found by its name alone",
    (name, field) => {
      const plain = name.replaceAll("[]", "").replaceAll(".<name>", "");
      expect(findFields(known, plain).found).toContain(field);
      expect(formatFields([field], known, 80)).toContain(`\n  example   `);
    },
  );

  it("is in the list, in one line", () => {
    const lines = formatList(findFields(known, undefined).found, 100).split("\n");
    expect(lines.filter((line) => line.startsWith("  "))).toHaveLength(known.length);
    expect(lines.filter((line) => line.length > 100)).toEqual([]);
    expect(formatList(findFields(known, "site").found, undefined)).not.toContain("fields of a service");
  });
});

describe("explain", () => {
  it.each(["resources.requests.cpu", "service.exposure", "site.vault.cidrs"])("says of %s", (name) => {
    expect(formatFields(findFields(known, name).found, known, 100)).toMatchSnapshot();
  });

  it("has the same as JSON", () => {
    const { found } = findFields(known, "exposure.host");
    expect(JSON.parse(formatFieldsJson(found))).toEqual({ fields: found });
  });
});
