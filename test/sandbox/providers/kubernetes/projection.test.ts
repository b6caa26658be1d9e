import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { liveInputs } from "../../../../sandbox/providers/kubernetes/projection.ts";
import type { Properties } from "../../../../sandbox/providers/protocol/values.ts";

const container = {
  name: "receipts",
  image: "receipts:1",
  env: [{ name: "A", value: "1" }],
  resources: { limits: { memory: "1024Mi" } },
};
const inputs = {
  metadata: { name: "receipts", labels: {} },
  spec: {
    selector: { matchLabels: { app: "receipts" } },
    template: { spec: { hostNetwork: false, containers: [container] } },
  },
};
const live = {
  metadata: { name: "receipts", uid: "u", generation: 1 },
  spec: {
    replicas: 1,
    selector: { matchLabels: { app: "receipts" } },
    template: {
      spec: {
        dnsPolicy: "ClusterFirst",
        containers: [{ ...container, imagePullPolicy: "IfNotPresent", resources: { limits: { memory: "1Gi" } } }],
      },
    },
  },
  status: { replicas: 1 },
};

/** The live object with its only container changed. */
function withContainer(change: (container: Properties) => Properties[]): Properties {
  const [only] = live.spec.template.spec.containers;
  const spec = { ...live.spec.template.spec, containers: only === undefined ? [] : change(only) };
  return { ...live, spec: { ...live.spec, template: { spec } } };
}

test("what the API server normalises, fills in or drops is no drift", () => {
  expect(liveInputs(inputs, live, live)).toEqual(inputs);
});

test("whatever the API server answers an apply with, an object that nobody touched has no drift", () => {
  const properties = fc.dictionary(fc.stringMatching(/^[a-z]{1,3}$/), fc.jsonValue({ maxDepth: 3 }));
  const object = properties.map((value): Properties => JSON.parse(JSON.stringify(value)));
  fc.assert(
    fc.property(object, object, (stated, answer) => {
      expect(liveInputs(stated, answer, answer)).toEqual(stated);
    }),
  );
});

test("a changed image shows with its live value, and nothing else does", () => {
  const edited = withContainer((only) => [{ ...only, image: "evil:1" }]);
  expect(liveInputs(inputs, live, edited)).toEqual({
    ...inputs,
    spec: {
      ...inputs.spec,
      template: { spec: { hostNetwork: false, containers: [{ ...container, image: "evil:1" }] } },
    },
  });
});

test("a sidecar that is injected before our container is not ours, and hides no change of ours", () => {
  const injected = withContainer((only) => [{ name: "proxy", image: "proxy" }, only]);
  expect(liveInputs(inputs, live, injected)).toEqual(inputs);
  const both = withContainer((only) => [
    { name: "proxy", image: "proxy" },
    { ...only, env: [{ name: "B" }, { name: "A", value: "2" }] },
  ]);
  expect(liveInputs(inputs, live, both)).toMatchObject({
    spec: { template: { spec: { containers: [{ image: "receipts:1", env: [{ name: "A", value: "2" }] }] } } },
  });
});

test("a container or a variable that is taken away is missing", () => {
  expect(
    liveInputs(
      inputs,
      live,
      withContainer(() => []),
    ),
  ).toMatchObject({ spec: { template: { spec: { containers: [] } } } });
  expect(
    liveInputs(
      inputs,
      live,
      withContainer((only) => [{ ...only, env: [] }]),
    ),
  ).toMatchObject({
    spec: { template: { spec: { containers: [{ env: [] }] } } },
  });
});

test("a field that is taken away is missing, although false or empty would mean the same to the API server", () => {
  const stated = { spec: { automountServiceAccountToken: false, paused: true } };
  expect(liveInputs(stated, stated, { spec: {} })).toEqual({ spec: {} });
});

describe("a value that has one owner is compared as a whole", () => {
  const policy = {
    spec: { podSelector: { matchLabels: { app: "a" } }, ingress: [{ ports: [{ port: 80, protocol: "TCP" }] }] },
  };

  test("a peer that somebody adds to a rule is drift", () => {
    const opened = {
      spec: { ...policy.spec, ingress: [{ ports: [{ port: 80, protocol: "TCP" }], from: [{ podSelector: {} }] }] },
    };
    expect(liveInputs(policy, policy, opened)).toEqual(opened);
  });

  test("a rule that somebody adds is drift", () => {
    const opened = { spec: { ...policy.spec, ingress: [...policy.spec.ingress, {}] } };
    expect(liveInputs(policy, policy, opened)).toEqual(opened);
  });

  test("a rule that somebody adds where none was stated on purpose is drift", () => {
    const closed = { spec: { podSelector: {}, policyTypes: ["Ingress"], ingress: [] } };
    const applied = { spec: { podSelector: {}, policyTypes: ["Ingress"] } };
    expect(liveInputs(closed, applied, applied)).toEqual(closed);
    const opened = { spec: { ...applied.spec, ingress: [{}] } };
    expect(liveInputs(closed, applied, opened)).toEqual(opened);
  });

  test("a label that somebody adds to a selector is drift, one on the object is not", () => {
    const stated = { metadata: { labels: { a: "1" } }, spec: { selector: { app: "a" } } };
    const edited = { metadata: { labels: { a: "1", theirs: "2" } }, spec: { selector: { app: "a", extra: "b" } } };
    expect(liveInputs(stated, stated, edited)).toEqual({ metadata: stated.metadata, spec: edited.spec });
  });
});

test("ports are matched by number, where their protocol is left to the default", () => {
  const service = { spec: { ports: [{ port: 80 }, { port: 443, targetPort: 8443 }] } };
  const applied = {
    spec: {
      ports: [
        { port: 80, protocol: "TCP", targetPort: 80 },
        { port: 443, protocol: "TCP", targetPort: 8443 },
      ],
    },
  };
  const [http, https] = applied.spec.ports;
  const edited = { spec: { ports: [{ ...https, targetPort: 9 }, { port: 1, protocol: "TCP" }, { ...http }] } };
  expect(liveInputs(service, applied, edited)).toEqual({
    spec: { ports: [{ port: 80 }, { port: 443, targetPort: 9 }] },
  });
});

test("a Secret's stringData is compared with the data that it became", () => {
  const stated = { stringData: { password: "a", user: "u" } };
  const applied = { data: { password: btoa("a"), user: btoa("u") } };
  expect(liveInputs(stated, applied, applied)).toEqual(stated);
  expect(liveInputs(stated, applied, { data: { password: btoa("b") } })).toEqual({ stringData: { password: "b" } });
});
