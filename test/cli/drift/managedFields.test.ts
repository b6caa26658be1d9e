import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { decodeFields, type FieldTree, innerTree, isWhole, managedFields } from "../../../cli/drift/managedFields.ts";
import type { PlainObject } from "../../../recorder/registeredResource.ts";

/** Encodes a tree as the API server does. */
function encode(tree: FieldTree): PlainObject {
  const whole = isWhole(tree);
  return {
    ...(tree.owned && !whole ? { ".": {} } : {}),
    ...Object.fromEntries([...tree.fields].map(([name, inner]) => [`f:${name}`, encode(inner)])),
    ...Object.fromEntries(tree.items.map(({ key, tree: inner }) => [`k:${JSON.stringify(key)}`, encode(inner)])),
    ...Object.fromEntries(tree.values.map(({ value, tree: inner }) => [`v:${JSON.stringify(value)}`, encode(inner)])),
    ...Object.fromEntries([...tree.indexes].map(([index, inner]) => [`i:${index}`, encode(inner)])),
  };
}

const leaf: FieldTree = { owned: true, fields: new Map(), items: [], values: [], indexes: new Map() };

const { tree } = fc.letrec<{ tree: FieldTree }>((tie) => {
  const name = fc.string({ minLength: 1, maxLength: 5 });
  const inner = fc.option(tie("tree"), { maxDepth: 3, nil: leaf });
  return {
    tree: fc
      .record({
        owned: fc.boolean(),
        fields: fc.dictionary(name, inner, { maxKeys: 3 }).map((fields) => new Map(Object.entries(fields))),
        items: fc.uniqueArray(fc.record({ key: fc.record({ name }), tree: inner }), {
          maxLength: 2,
          selector: ({ key }) => key.name,
        }),
        values: fc.uniqueArray(fc.record({ value: fc.oneof(name, fc.integer()), tree: inner }), {
          maxLength: 2,
          selector: ({ value }) => JSON.stringify(value),
        }),
        indexes: fc.uniqueArray(fc.nat(9), { maxLength: 2 }).map((found) => new Map(found.map((each) => [each, leaf]))),
      })
      .map((made) => (isWhole(made) ? leaf : made)),
  };
});

describe("fieldsV1", () => {
  test("comes back as it was encoded, whatever the names, keys, values and positions are", () => {
    fc.assert(
      fc.property(tree, (made) => {
        const decoded = decodeFields(encode(made));
        expect(encode(decoded)).toEqual(encode(made));
        expect(decoded.owned).toBe(made.owned || isWhole(made));
      }),
    );
  });

  test("is never an error, whatever is in it", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => void decodeFields(value)));
    expect(decodeFields({ "k:{broken": {}, "v:": {}, "i:x": {}, "x:y": {}, "f:ñ": {} }).fields.has("ñ")).toBe(true);
  });

  test("finds the item of a list by its key, its value or its position, and owns what is below a whole field", () => {
    const decoded = decodeFields({
      "f:ports": { 'k:{"containerPort":8080,"protocol":"TCP"}': { ".": {}, "f:name": {} } },
      "f:finalizers": { 'v:"one"': {} },
      "f:args": { "i:1": {} },
      "f:ingress": {},
    });
    const inside = (field: string, item: string | PlainObject, index = 0) => {
      const list = innerTree(decoded, { name: field });
      return list === undefined ? undefined : innerTree(list, { item, index });
    };
    expect(inside("ports", { protocol: "TCP", containerPort: 8080, name: "http" })?.fields.has("name")).toBe(true);
    expect(inside("ports", { protocol: "UDP", containerPort: 8080 })).toBeUndefined();
    expect(inside("finalizers", "one")).toBeDefined();
    expect(inside("finalizers", "two")).toBeUndefined();
    expect(inside("args", "any", 1)).toBeDefined();
    expect(inside("ingress", {}, 7)?.owned).toBe(true);
  });
});

test("managers are read with operation, subresource and time", () => {
  const entry = {
    manager: "kubectl-edit",
    operation: "Update",
    time: "2026-11-26T05:00:00Z",
    fieldsV1: { "f:spec": {} },
  };
  const [first, second] = managedFields({
    metadata: { managedFields: [entry, { ...entry, manager: "kube-controller-manager", subresource: "scale" }] },
  });
  expect(first?.manager).toEqual({
    name: "kubectl-edit",
    operation: "Update",
    subresource: "",
    time: "2026-11-26T05:00:00Z",
  });
  expect(second?.manager.subresource).toBe("scale");
  expect(managedFields({ metadata: {} })).toEqual([]);
});
