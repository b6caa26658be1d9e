import * as kubernetes from "@pulumi/kubernetes";
import * as pulumi from "@pulumi/pulumi";
import { expect, test } from "vitest";
import { record } from "../support/record.ts";

/** Everything that an input may be: nested, empty, false, zero, text that looks like something else, Outputs. */
function program(): void {
  const provider = new kubernetes.Provider("cluster", { context: "tax-dc1" });
  const labels = { "app.kubernetes.io/name": "ñandú", empty: "", number: "007" };
  new kubernetes.core.v1.ConfigMap(
    "everything",
    {
      immutable: false,
      metadata: { name: pulumi.output("every").apply((text) => `${text}thing`), labels, annotations: {} },
      data: { zero: "0", lines: "a\nb\n", braces: "{{ }}" },
    },
    { provider },
  );
  new kubernetes.core.v1.Service(
    "numbers",
    {
      metadata: { name: "numbers" },
      spec: { ports: [{ port: 80, targetPort: "http" }, { port: 0 }], externalIPs: [] },
    },
    { provider },
  );
}

test("the recorder sees of every input what the SDK's own mocks see", async () => {
  // The mocks go first: they run the SDK as it comes, before the recorder takes its shortcut.
  const mocked = new Map<string, unknown>();
  await pulumi.runtime.setMocks(
    {
      newResource: ({ type, name, inputs }) => {
        mocked.set(`${type} ${name}`, inputs);
        return { id: name, state: inputs };
      },
      call: ({ inputs }) => inputs,
    },
    "gemelos",
    "dc1",
  );
  program();
  await pulumi.runtime.disconnect();
  const recorded = await record(program);
  const objects = recorded.registrations.filter(({ type }) => type.startsWith("kubernetes:"));
  expect(objects).toHaveLength(2);
  for (const { type, name, inputs } of objects) expect(inputs).toEqual(mocked.get(`${type} ${name}`));
});

test("the order in which a program writes its keys does not show", async () => {
  const written = async (metadata: { name: string; namespace: string }) =>
    JSON.stringify((await record(() => new kubernetes.core.v1.ConfigMap("a", { metadata }))).manifest("ConfigMap"));
  expect(await written({ name: "a", namespace: "b" })).toBe(await written({ namespace: "b", name: "a" }));
});

test("a secret is a mark, and where it was is noted; what only a deployment knows is a mark too", async () => {
  const { registrations } = await record(() => {
    const first = new kubernetes.core.v1.Namespace("first", { metadata: { name: "first" } });
    new kubernetes.core.v1.ConfigMap("second", {
      metadata: { name: "second", annotations: { planted: pulumi.secret("planted-in-a-test") } },
      data: { phase: first.status.phase },
    });
  });
  const second = registrations.find(({ name }) => name === "second");
  expect(second?.secrets).toEqual(["metadata.annotations.planted"]);
  expect(second?.inputs).toMatchObject({
    metadata: { annotations: { planted: "[secret]" } },
    data: { phase: "[unknown]" },
  });
  expect(JSON.stringify(registrations)).not.toContain("planted-in-a-test");
});
