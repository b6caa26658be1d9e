import { describe, expect, test } from "vitest";
import { AddressBook, type CallableService } from "../../../../cli/adopt/addresses/addressBook.ts";
import { followAddresses } from "../../../../cli/adopt/addresses/followAddresses.ts";
import type { Microservice } from "../../../../components/microservice.ts";
import type { BackingService } from "../../../../components/siteData.ts";
import { microservice } from "../../../support/fixtures.ts";

const receipts: CallableService = {
  name: "receipts",
  namespace: "declarations",
  url: "http://receipts.declarations.svc:7137",
  names: [{ name: "receipts", namespace: "declarations" }],
  ports: new Set([7137, 80]),
  grpcPorts: new Set([9090]),
  grpcPort: 9091,
  cardholderData: false,
  description: microservice({ name: "receipts" }),
};
const registry: CallableService = {
  ...receipts,
  name: "registry",
  url: "https://registry.declarations.svc:8443",
  names: [{ name: "registry", namespace: "declarations" }],
  ports: new Set([8443]),
};
const backingServices: Record<string, BackingService>[] = [
  {
    database: { host: "db.dc1.example", port: 5432, cidrs: ["10.1.0.1/32"] },
    kafka: {
      host: "kafka.messaging.svc.cluster.local",
      port: 9092,
      namespace: "messaging",
      podLabels: { app: "kafka" },
    },
    cache: { host: "redis.dc1.example", port: 6379, cidrs: ["10.1.0.2/32"] },
  },
];
const called = microservice({ name: "receipts" });

function follow(
  stated: Partial<Microservice>,
  {
    templates = {},
    fixed = {},
    namespace = "declarations",
    sites = backingServices,
  }: {
    templates?: Record<string, string>;
    fixed?: Record<string, string>;
    namespace?: string;
    sites?: typeof backingServices;
  } = {},
) {
  return followAddresses(
    microservice({ name: "basket", namespace: "shop", ...stated }),
    templates,
    new Map(Object.entries(fixed)),
    {
      book: new AddressBook({
        services: [receipts, registry],
        backingServices: sites,
        closed: new Set(),
        documents: [],
      }),
      speaker: { name: "basket", namespace, hosts: new Set(), backingServices: new Set() },
      describe: () => called,
    },
  );
}

describe("a service that is called", () => {
  test.each([
    ["http://receipts.declarations.svc.cluster.local:7137/x", "$(RECEIPTS_URL)/x"],
    ["http://receipts/x", "$(RECEIPTS_URL)/x"],
    ["receipts.declarations:7137", "receipts.declarations:7137"],
    ["static://receipts:9090", "static://$(RECEIPTS_GRPC_TARGET)"],
    ["receipts.declarations.svc:9090", "$(RECEIPTS_GRPC_TARGET)"],
    ["receipts:7137", "receipts.declarations.svc:7137"],
    ["receipts:80", "receipts.declarations.svc:7137"],
    ["grpc://receipts.declarations.svc:80", "grpc://receipts.declarations.svc:7137"],
  ])("%s becomes %s, and the call is named", (value, expected) => {
    const { service, findings } = follow({ env: { RECEIPTS: value } });
    expect(service.env).toEqual({ RECEIPTS: expected });
    expect(service.calls?.()).toEqual([called]);
    expect(findings).toMatchObject([{ list: "addresses", place: "env.RECEIPTS", isLoss: false }]);
  });

  test("a host and the port beside it become the new ones", () => {
    const { service } = follow({ env: { RECEIPTS_HOST: "receipts", RECEIPTS_PORT: "80" } });
    expect(service.env).toEqual({ RECEIPTS_HOST: "receipts.declarations.svc", RECEIPTS_PORT: "7137" });
  });

  test("one that speaks TLS now is named, and whoever asks without is told", () => {
    const { service, findings } = follow({ env: { REGISTRY: "http://registry:8443/api" } });
    expect(service.env).toEqual({ REGISTRY: "http://registry:8443/api" });
    expect(findings).toMatchObject([{ isLoss: true, remedy: "write https://registry.declarations.svc:8443 there" }]);
  });

  test("the same address in several places is one finding", () => {
    const { findings } = follow({ env: { A: "http://receipts/a", B: "http://receipts/b" }, args: ["http://receipts"] });
    expect(findings).toMatchObject([{ place: "env.A and 2 more", what: "http://receipts:80" }]);
  });
});

describe("a backing service", () => {
  test("is named by each site's own host and port, in variables, words, options and files", () => {
    const { service, templates, rewritten } = follow(
      {
        env: {
          SPRING_DATASOURCE_URL: "jdbc:postgresql://db.dc1.example:5432/basket",
          REDIS_HOST: "redis.dc1.example",
          REDIS_PORT: "6379",
        },
        command: ["java", "-jar", "/app.jar"],
        args: ["--db.host=db.dc1.example", "--cache", "redis.dc1.example:6379"],
        jvm: { options: ["-Dcache=redis://redis.dc1.example"] },
      },
      {
        templates: {
          "application.yaml": [
            "# redis://redis.dc1.example",
            "spring:",
            "  data:",
            "    redis:",
            "      host: redis.dc1.example",
            "      port: 6379",
            '  url: "jdbc:postgresql://db.dc1.example:5432/basket" # the old one',
            "",
          ].join("\n"),
          "old.properties": "db.host=db.dc1.example\ndb.port=5432\n",
          "server.xml": '<Resource url="jdbc:postgresql://db.dc1.example/x"/>\n<!-- redis.dc1.example:6379 -->\n',
        },
      },
    );
    expect(service.env).toEqual({
      SPRING_DATASOURCE_URL: "jdbc:postgresql://$(DATABASE_HOST):$(DATABASE_PORT)/basket",
      REDIS_HOST: "$(CACHE_HOST)",
      REDIS_PORT: "$(CACHE_PORT)",
    });
    expect(service.args).toEqual(["--db.host=$(DATABASE_HOST)", "--cache", "$(CACHE_HOST):$(CACHE_PORT)"]);
    expect(service.jvm?.options).toEqual(["-Dcache=redis://$(CACHE_HOST)"]);
    expect(service.backingServices).toEqual(["database", "cache"]);
    expect(templates).toEqual({
      "application.yaml": [
        "# redis://redis.dc1.example",
        "spring:",
        "  data:",
        "    redis:",
        "      host: {{ backingServices.cache.host }}",
        "      port: {{ backingServices.cache.port }}",
        '  url: "jdbc:postgresql://{{ backingServices.database.host }}:{{ backingServices.database.port }}/basket" # the old one',
        "",
      ].join("\n"),
      "old.properties": "db.host={{ backingServices.database.host }}\ndb.port={{ backingServices.database.port }}\n",
      "server.xml":
        '<Resource url="jdbc:postgresql://{{ backingServices.database.host }}/x"/>\n<!-- redis.dc1.example:6379 -->\n',
    });
    expect([...rewritten.keys()]).toContain("config/application.yaml");
  });

  test("is not written into the variables that the component sets from it", () => {
    const { service } = follow({ env: { CACHE_HOST: "redis.dc1.example", CACHE_PORT: "6379" } });
    expect(service.env).toEqual({ CACHE_HOST: "redis.dc1.example", CACHE_PORT: "6379" });
    expect(service.backingServices).toEqual(["cache"]);
  });

  test("says it where such a variable holds more than what the component sets", () => {
    const { findings } = follow({ env: { CACHE_HOST: "redis.dc1.example:6379", RECEIPTS_URL: "http://receipts/api" } });
    expect(findings).toMatchObject([
      {
        place: "env.CACHE_HOST",
        isLoss: true,
        remedy: expect.stringContaining("sets CACHE_HOST itself, to the host alone"),
      },
      {
        place: "env.RECEIPTS_URL",
        isLoss: true,
        remedy: expect.stringContaining("sets RECEIPTS_URL itself, to http://receipts.declarations.svc.<domain>:7137"),
      },
    ]);
    expect(follow({ env: { RECEIPTS_URL: "http://receipts/" } }).findings).toMatchObject([{ isLoss: false }]);
  });

  test("keeps the names of its pods, which are the same in each site", () => {
    const value = "kafka-0.kafka.messaging.svc:9092,kafka-1.kafka.messaging.svc:9092";
    const { service, findings } = follow({ env: { BROKERS: value } });
    expect(service.env).toEqual({ BROKERS: value });
    expect(service.backingServices).toEqual(["kafka"]);
    expect(findings).toMatchObject([{ isLoss: false }, { isLoss: false }]);
  });

  test("is found in the default of a placeholder, unless its variable says another", () => {
    const line = "url: jdbc:postgresql://${DB_HOST:db.dc1.example}:${DB_PORT:5432}/x";
    const unset = follow({}, { templates: { "a.yml": line } });
    expect(unset.templates["a.yml"]).toBe(
      "url: jdbc:postgresql://${DB_HOST:{{ backingServices.database.host }}}:${DB_PORT:5432}/x",
    );
    const set = follow({ env: { DB_HOST: "smtp.example" } }, { templates: { "a.yml": line } });
    expect(set.templates["a.yml"]).toBe(line);
    expect(set.findings).toMatchObject([
      { place: "env.DB_HOST", what: "smtp.example:5432", isLoss: true },
      { place: "config/a.yml, line 1", what: "jdbc:postgresql://smtp.example:5432" },
    ]);
  });

  test("is named also where the value holds a password, which nobody sees", () => {
    const { service, findings } = follow(
      {},
      { fixed: { DATABASE_URL: "postgres://basket:planted-secret@db.dc1.example:5432/basket" } },
    );
    expect(service.backingServices).toEqual(["database"]);
    expect(findings).toMatchObject([
      { place: "env.DATABASE_URL", what: "postgres://db.dc1.example:5432", isLoss: false },
    ]);
    expect(JSON.stringify([service, findings])).not.toContain("planted");
  });
});

describe("an init container", () => {
  const migrating = (url: string) => follow({ initContainers: { migrate: { args: [`-url=${url}`] } } });

  test("opens the same ways, and says so where it would lead to one site's own host in every site", () => {
    const { service, findings } = migrating("jdbc:postgresql://db.dc1.example/x");
    expect(service.backingServices).toEqual(["database"]);
    expect(service.initContainers).toEqual({ migrate: { args: ["-url=jdbc:postgresql://db.dc1.example/x"] } });
    expect(findings).toMatchObject([{ place: "initContainers.migrate.command", isLoss: false }]);
    const both = [...backingServices, { database: { host: "db.dc2.example", port: 5432, cidrs: ["10.2.0.1/32"] } }];
    const two = follow({ initContainers: { migrate: { args: ["db.dc1.example:5432"] } } }, { sites: both });
    expect(two.findings).toMatchObject([{ isLoss: true, remedy: expect.stringContaining("same texts in every site") }]);
  });

  test("calls a service by its name of today where that is still its name", () => {
    const { service, findings } = migrating("http://receipts.declarations:7137");
    expect(service.calls?.()).toEqual([called]);
    expect(findings).toMatchObject([{ isLoss: false }]);
    expect(migrating("http://receipts:7137").findings).toMatchObject([{ isLoss: true }]);
  });
});

describe("what nobody knows", () => {
  test("is proposed with what is known of it, and holds the service up", () => {
    const { findings } = follow({ env: { KAFKA_ADDR: "broker:9092" } });
    expect(findings).toMatchObject([
      {
        place: "env.KAFKA_ADDR",
        what: "broker:9092",
        outcome: expect.stringMatching(/^nothing opens the way yet/),
        remedy: expect.stringMatching(/^add broker to gemelos:site\.backingServices of every site, as proposed/),
        isLoss: true,
      },
    ]);
  });

  test("is unknown without a port", () => {
    const { findings } = follow({ env: { LEGACY_HOST: "mainframe.example" } });
    expect(findings).toMatchObject([
      { outcome: "unknown: nothing opens the way (no port is known)", remedy: expect.any(String), isLoss: true },
    ]);
  });

  test.each([
    ["RABBITMQ_HOST", "rabbit:5672"],
    ["SPRING_DATA_MONGODB_HOST", "rabbit:27017"],
  ])("has the port of the product after which it is named: %s", (name, what) => {
    expect(follow({ env: { [name]: "rabbit" } }).findings).toMatchObject([{ what }]);
  });

  test("is not what an image's name says", () => {
    expect(follow({ env: { AGENT_IMAGE: "registry.example:5000/agent:1.2" } }).findings).toEqual([]);
  });
});
