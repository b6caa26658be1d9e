import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { allowDnsManifest, defaultDenyManifest } from "../../../components/cluster/networkPolicy.ts";
import { type ResolvedMicroservice, resolveMicroservice } from "../../../components/description/resolve.ts";
import { cidrOf } from "../../../components/kubernetes/cidr.ts";
import type { NetworkPolicyManifest } from "../../../components/kubernetes/manifests.ts";
import type { Microservice } from "../../../components/microservice.ts";
import { generated } from "../../../components/secrets.ts";
import type { MicroserviceSite, TrafficSource } from "../../../components/siteData.ts";
import { networkPolicyManifest } from "../../../components/workload/networkPolicy.ts";
import { scrapersOf } from "../../../components/workload/scrapers.ts";
import { catalogueArbitrary, siteArbitrary } from "../../support/arbitraries.ts";
import { deploymentOf, kubespraySite, microservice, resolved, site, vault } from "../../support/fixtures.ts";
import { type Pod, passes } from "../../support/networkRules.ts";

const prometheus: Pod = { namespace: "monitoring", labels: { "app.kubernetes.io/name": "prometheus" } };
const resolver: Pod = { namespace: "kube-system", labels: { "k8s-app": "kube-dns" } };

/** What scrapes where a site says nothing else. */
const prometheusPods: TrafficSource = { namespace: prometheus.namespace, podLabels: prometheus.labels };

/** Where packets of a source come from: its pods, or its nodes, their tunnels and its addresses. */
function callersOf(source: TrafficSource, where: MicroserviceSite): (Pod | { readonly address: string })[] {
  if (source.namespace !== undefined) return [{ namespace: source.namespace, labels: source.podLabels }];
  const nodes = (where.nodes ?? []).filter(({ role }) => source.nodeRoles?.includes(role));
  const tunnels = nodes.length === 0 ? [] : (where.network?.tunnelCidrs ?? []);
  const cidrs = [...tunnels, ...(source.cidrs ?? [])].map((entry) => cidrOf(entry).replace(/\/.*/, ""));
  return [...nodes.map(({ address }) => address), ...cidrs].map((address) => ({ address }));
}

/** A service with what the tests ask of it again and again. */
interface Member {
  readonly description: Microservice;
  readonly service: ResolvedMicroservice;
  readonly pod: Pod;
}

function memberOf(description: Microservice): Member {
  const labels = deploymentOf(description).spec?.template.metadata?.labels ?? {};
  const service = resolveMicroservice(description);
  return { description, service, pod: { namespace: service.namespace, labels } };
}

function calls(caller: Member, callee: Member): boolean {
  return caller.service.calls.some(({ source }) => source === callee.description);
}

/** Everything that a cluster's policies are after the program has run. */
function policiesOf(members: readonly Member[], where: MicroserviceSite): NetworkPolicyManifest[] {
  const namespaces = [...new Set(members.map(({ service }) => service.namespace))];
  return [
    ...namespaces.flatMap((namespace) => [
      defaultDenyManifest(namespace),
      allowDnsManifest(namespace, where.network?.dns),
    ]),
    ...members.map((member) => {
      const callers = members.filter((other) => calls(other, member)).map(({ service }) => service);
      return networkPolicyManifest(member.service, where, callers);
    }),
  ];
}

/** Every port that any rule could speak of, and one that none does: what holds for these holds for all. */
function portsOf(members: readonly Member[], where: MicroserviceSite): number[] {
  const own = members.flatMap(({ service }) => [
    ...Object.values(service.ports ?? {}),
    ...(service.metrics === undefined ? [] : [service.metrics.port]),
  ]);
  const stated = [
    ...own,
    ...Object.values(where.backingServices).flatMap(({ port, podPort = port }) => [port, podPort]),
    53,
  ];
  return [...new Set([...stated, Math.max(...stated) + 1])];
}

function everyCatalogue(
  check: (drawn: {
    readonly members: readonly Member[];
    readonly where: MicroserviceSite;
    readonly policies: readonly NetworkPolicyManifest[];
    readonly ports: readonly number[];
  }) => void,
): void {
  fc.assert(
    fc.property(catalogueArbitrary(), siteArbitrary, (catalogue, where) => {
      const members = catalogue.map(memberOf);
      check({ members, where, policies: policiesOf(members, where), ports: portsOf(members, where) });
    }),
    { numRuns: 60 },
  );
}

describe("between services", () => {
  test("a declared call is open on the callee's http and gRPC port, and nothing else is open between any two", () => {
    everyCatalogue(({ members, policies, ports }) => {
      for (const caller of members) {
        for (const callee of members) {
          if (caller === callee) continue;
          for (const port of ports) {
            const { http, grpc } = callee.service.ports ?? {};
            const declared = calls(caller, callee) && (port === http || port === grpc);
            const connection = { from: caller.pod, to: callee.pod, port };
            expect(passes(policies, connection), `${caller.service.name} to ${callee.service.name}:${port}`).toBe(
              declared,
            );
            expect(passes(policies, { ...connection, protocol: "UDP" })).toBe(false);
          }
        }
      }
    });
  });

  test("two services that call each other reach each other, across namespaces", () => {
    const one: Microservice = microservice({ name: "one", namespace: "payments", calls: () => [other] });
    const other: Microservice = microservice({ name: "other", ports: { http: 8080 }, calls: () => [one] });
    const [first, second] = [memberOf(one), memberOf(other)];
    const policies = policiesOf([first, second], site);
    expect(passes(policies, { from: first.pod, to: second.pod, port: 8080 })).toBe(true);
    expect(passes(policies, { from: second.pod, to: first.pod, port: 7137 })).toBe(true);
    expect(passes(policies, { from: first.pod, to: second.pod, port: 17137 })).toBe(false);
  });

  test("the caller's end opens the callee's port and no other, even where the callee's namespace is open", () => {
    const callee = microservice({ name: "callee", namespace: "open" });
    const caller = memberOf(microservice({ name: "caller", calls: () => [callee] }));
    const policies = [networkPolicyManifest(caller.service, site, [])];
    const open = [53, 7137, 17137].filter((port) =>
      passes(policies, { from: caller.pod, to: memberOf(callee).pod, port }),
    );
    expect(open).toEqual([7137]);
  });

  test("each end needs its own rule: a caller that one end does not know stays outside", () => {
    const callee = microservice({ name: "callee" });
    const caller = microservice({ name: "caller", calls: () => [callee] });
    const deaf = [
      defaultDenyManifest("declarations"),
      networkPolicyManifest(resolveMicroservice(callee), site, []),
      networkPolicyManifest(resolveMicroservice(caller), site, []),
    ];
    const mute = [
      defaultDenyManifest("declarations"),
      networkPolicyManifest(resolveMicroservice(callee), site, [caller]),
      networkPolicyManifest(resolveMicroservice(microservice({ name: "caller" })), site, []),
    ];
    const connection = { from: memberOf(caller).pod, to: memberOf(callee).pod, port: 7137 };
    expect(passes(deaf, connection)).toBe(false);
    expect(passes(mute, connection)).toBe(false);
  });
});

describe("from outside", () => {
  test("the controller reaches the http port of exposed services, and no other port or service", () => {
    everyCatalogue(({ members, where, policies, ports }) => {
      const scrapers = callersOf(scrapersOf(where.monitoring) ?? prometheusPods, where).map((peer) =>
        JSON.stringify(peer),
      );
      for (const from of callersOf(where.exposure.controller, where)) {
        for (const { service, pod } of members) {
          for (const port of ports) {
            const scraped = scrapers.includes(JSON.stringify(from)) && port === service.metrics?.port;
            const open = service.exposure !== undefined && port === service.ports?.http;
            expect(passes(policies, { from, to: pod, port })).toBe(open || scraped);
          }
        }
      }
    });
  });

  test("whoever scrapes reaches the port of the metrics of services that have some, and no other port or service", () => {
    everyCatalogue(({ members, where, policies, ports }) => {
      const entrances = callersOf(where.exposure.controller, where).map((peer) => JSON.stringify(peer));
      for (const from of callersOf(scrapersOf(where.monitoring) ?? prometheusPods, where)) {
        for (const { service, pod } of members) {
          for (const port of ports) {
            const exposed = service.exposure !== undefined && port === service.ports?.http;
            const open = port === service.metrics?.port;
            expect(passes(policies, { from, to: pod, port })).toBe(
              open || (exposed && entrances.includes(JSON.stringify(from))),
            );
          }
        }
      }
    });
  });

  test("a controller on the host's network gets in from its nodes and their tunnels, and no other machine does", () => {
    const member = memberOf(microservice({ exposure: { host: "api" } }));
    const policies = policiesOf([member], kubespraySite);
    const open = (address: string) =>
      [7137, 17137].filter((port) => passes(policies, { from: { address }, to: member.pod, port }));
    expect(open("10.1.10.21")).toEqual([7137]);
    expect(open("10.1.10.22")).toEqual([7137]);
    // What a node sends through a tunnel comes from the tunnel's address.
    expect(open("10.233.70.0")).toEqual([7137]);
    // A control plane, a pod of another namespace, a machine outside.
    expect(["10.1.10.11", "10.233.70.7", "10.1.10.23", "203.0.113.9"].flatMap(open)).toEqual([]);
    // Pods pass no more for what they are labelled.
    const from = { namespace: "ingress", labels: { "app.kubernetes.io/name": "haproxy-ingress" } };
    expect(passes(policies, { from, to: member.pod, port: 7137 })).toBe(false);
  });

  test("a Prometheus outside the cluster scrapes from its addresses, and the pods of before no more", () => {
    const member = memberOf(microservice({ exposure: { host: "api" } }));
    const policies = policiesOf([member], kubespraySite);
    const open = (from: Pod | { readonly address: string }) =>
      [7137, 17137].filter((port) => passes(policies, { from, to: member.pod, port }));
    expect(open({ address: "10.1.50.7" })).toEqual([17137]);
    expect(open({ address: "10.1.50.8" })).toEqual([]);
    expect(open(prometheus)).toEqual([]);
  });

  test("nobody else reaches any port: neighbours, another pod of those namespaces, an address", () => {
    everyCatalogue(({ members, where, policies, ports }) => {
      const strangers = [
        ...members.map(({ service }) => ({ namespace: service.namespace, labels: { app: "stranger" } })),
        ...[where.exposure.controller, scrapersOf(where.monitoring) ?? prometheusPods].flatMap(
          ({ namespace, podLabels }) =>
            namespace === undefined
              ? []
              : [
                  { namespace, labels: { app: "stranger" } },
                  { namespace: "default", labels: podLabels },
                ],
        ),
        resolver,
        { address: "10.9.10.11" },
        { address: "203.0.113.9" },
      ];
      for (const { pod } of members) {
        for (const port of ports) {
          for (const from of strangers) expect(passes(policies, { from, to: pod, port })).toBe(false);
        }
      }
    });
  });
});

describe("to outside", () => {
  test("a declared backing service is open at its addresses and port, and nothing else outside is", () => {
    const addresses = ["10.9.1.1", "10.9.1.15", "10.9.1.16", "10.9.2.10", "10.9.2.11", "10.9.2.12", "192.0.2.200"];
    everyCatalogue(({ members, where, policies, ports }) => {
      for (const { service, pod } of members) {
        const { backingServices } = service;
        for (const port of ports) {
          const declared = backingServices.filter((name) => where.backingServices[name]?.port === port).join();
          const open = [...addresses, "2001:db8::7", "2001:db9::7", "203.0.113.9"].filter((address) =>
            passes(policies, { from: pod, to: { address }, port }),
          );
          expect(open).toEqual([
            ...(/cache/.test(declared) ? ["10.9.1.1", "10.9.1.15"] : []),
            ...(/database/.test(declared) ? ["10.9.2.10", "10.9.2.11"] : []),
            ...(/gateway/.test(declared) ? ["192.0.2.200", "2001:db8::7"] : []),
          ]);
        }
      }
    });
  });

  test("a declared backing service in the cluster is open at its pods and their port, and no other pod is", () => {
    const labels = { app: "ledger", version: "2" };
    const strangers: Pod[] = [
      { namespace: "stores", labels: { app: "other", version: "2" } },
      { namespace: "stores", labels: {} },
      { namespace: "default", labels },
    ];
    everyCatalogue(({ members, policies, ports }) => {
      for (const { service, pod } of members) {
        for (const port of ports) {
          const opens = (to: Pod) => passes(policies, { from: pod, to, port });
          expect(opens({ namespace: "stores", labels })).toBe(
            service.backingServices.includes("ledger") && port === 5433,
          );
          expect(strangers.filter(opens)).toEqual([]);
        }
      }
    });
  });

  test("without a port of its own, a pod of a backing service is reached at the port that services connect to", () => {
    const ledger = { host: "ledger.stores.svc", port: 5432, namespace: "stores", podLabels: { app: "ledger" } };
    const member = memberOf(microservice({ backingServices: ["ledger"] }));
    const policies = policiesOf([member], { ...site, backingServices: { ledger } });
    const to: Pod = { namespace: "stores", labels: { app: "ledger" } };
    expect([5432, 5433].filter((port) => passes(policies, { from: member.pod, to, port }))).toEqual([5432]);
  });

  test("Vault is open at its addresses and its one port, for services with Vault Agent and for no other", () => {
    const open = (stated: Partial<Microservice>, where: MicroserviceSite) => {
      const member = memberOf(microservice(stated));
      const policies = policiesOf([member], where);
      return [443, 7137, 8200, 8201].flatMap((port) =>
        ["10.1.20.15", "10.1.20.16"].flatMap((address) =>
          (["TCP", "UDP"] as const)
            .filter((protocol) => passes(policies, { from: member.pod, to: { address }, port, protocol }))
            .map((protocol) => `${address} ${protocol} ${port}`),
        ),
      );
    };
    const agent = { secretDelivery: "files", secrets: { DB_PASSWORD: generated() } } as const;
    expect(open(agent, site)).toEqual(["10.1.20.15 TCP 8200"]);
    expect(open(agent, { ...site, vault: { ...vault, address: "https://vault.tax.example" } })).toEqual([
      "10.1.20.15 TCP 443",
    ]);
    expect(open({ secrets: { DB_PASSWORD: generated() } }, site)).toEqual([]);
    expect(open({}, site)).toEqual([]);
  });

  test("a service with Vault Agent in a site without Vault reaches nothing for it", () => {
    const { vault: _, ...withoutVault } = site;
    const service = resolveMicroservice(
      microservice({ secretDelivery: "files", secrets: { DB_PASSWORD: generated() } }),
    );
    expect(networkPolicyManifest(service, withoutVault, []).spec?.egress).toEqual([]);
  });

  test("DNS goes to the site's resolver over UDP and TCP, and to nobody else", () => {
    everyCatalogue(({ members, where, policies, ports }) => {
      const { namespace, podLabels, cacheAddresses = [] } = where.network?.dns ?? {};
      const stated = namespace === undefined ? [] : [{ namespace, labels: podLabels ?? {} }];
      const cache = cacheAddresses.map((address) => ({ address }));
      const resolvers = stated.length + cache.length === 0 ? [resolver] : [...stated, ...cache];
      const others = [
        { namespace: "kube-system", labels: { "k8s-app": "other" } },
        { namespace: "default", labels: resolver.labels },
        ...(resolvers.includes(resolver) ? [] : [resolver]),
        prometheus,
        { address: "169.254.25.12" },
        { address: "8.8.8.8" },
      ];
      for (const { pod: from } of members) {
        for (const protocol of ["UDP", "TCP"] as const) {
          for (const to of resolvers) expect(passes(policies, { from, to, port: 53, protocol })).toBe(true);
          for (const to of others) expect(passes(policies, { from, to, port: 53, protocol })).toBe(false);
        }
        for (const port of ports) {
          if (port === 53) continue;
          for (const to of resolvers) expect(passes(policies, { from, to, port })).toBe(false);
        }
      }
    });
  });

  test("names resolve by a cache on the node itself, which is no pod to a network rule", () => {
    const member = memberOf(microservice());
    const reached = (where: MicroserviceSite) =>
      [{ address: "169.254.25.10" }, resolver, { address: "169.254.169.254" }].filter((to) =>
        (["UDP", "TCP"] as const).every((protocol) =>
          passes(policiesOf([member], where), { from: member.pod, to, port: 53, protocol }),
        ),
      );
    expect(reached(kubespraySite)).toEqual([{ address: "169.254.25.10" }]);
    expect(reached(site)).toEqual([resolver]);
  });
});

test("what closes a namespace has a rule in each direction, which admits no pod, whatever its labels, and no address", () => {
  const deny = defaultDenyManifest("declarations");
  expect([deny.spec?.ingress?.length, deny.spec?.egress?.length]).toEqual([1, 1]);
  const peers = [
    ...(deny.spec?.ingress ?? []).flatMap(({ from }) => from ?? []),
    ...(deny.spec?.egress ?? []).flatMap(({ to }) => to ?? []),
  ];
  const keys = peers.flatMap(({ podSelector }) => podSelector?.matchExpressions ?? []).map(({ key }) => key ?? "");
  expect(keys).not.toEqual([]);
  const labels = fc.dictionary(fc.constantFrom("app", ...keys), fc.constantFrom("", "true", "false"));
  fc.assert(
    fc.property(
      labels,
      fc.constantFrom("declarations", "payments"),
      labels,
      fc.nat(65_534),
      (own, namespace, of, port) => {
        const pod: Pod = { namespace: "declarations", labels: own };
        for (const other of [{ namespace, labels: of }, { address: "10.1.2.3" }]) {
          expect(passes([deny], { from: pod, to: other, port: port + 1 })).toBe(false);
          expect(passes([deny], { from: other, to: pod, port: port + 1 })).toBe(false);
        }
      },
    ),
  );
});

test("a namespace is closed in both directions before any service says otherwise; then DNS alone is open", () => {
  const pod: Pod = { namespace: "declarations", labels: { app: "injected" } };
  const elsewhere: Pod = { namespace: "default", labels: {} };
  const out = { from: pod, to: elsewhere, port: 80 };
  const into = { from: elsewhere, to: pod, port: 80 };
  expect([passes([], out), passes([], into)]).toEqual([true, true]);
  const deny = defaultDenyManifest("declarations");
  expect([passes([deny], out), passes([deny], into)]).toEqual([false, false]);
  expect(passes([deny], { from: pod, to: resolver, port: 53 })).toBe(false);
  expect(passes([deny, allowDnsManifest("declarations")], { from: pod, to: resolver, port: 53 })).toBe(true);
});

test("the justification of a call stands at the rule that it opens, and nothing stands there where none is given", () => {
  const cards = microservice({ name: "card-payments", namespace: "payments" });
  const policy = (calls: Microservice["calls"]) =>
    networkPolicyManifest(resolved(calls === undefined ? {} : { calls }), site, []).metadata.annotations;
  expect(policy(() => [{ service: cards, justification: "Receipts show the payment" }])).toEqual({
    "gemelos.dev/justification.calls.card-payments": "Receipts show the payment",
  });
  expect(policy(() => [cards])).toBeUndefined();
});

test("so does the justification of a backing service, and of the way in from outside", () => {
  const service = resolved({
    backingServices: [{ name: "mail-relay", justification: "Receipts leave by mail" }],
    exposure: { host: "pay", justification: "Citizens pay here" },
  });
  expect(networkPolicyManifest(service, site, []).metadata.annotations).toEqual({
    "gemelos.dev/justification.backing-services.mail-relay": "Receipts leave by mail",
    "gemelos.dev/justification.exposure": "Citizens pay here",
  });
});
