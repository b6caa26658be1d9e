import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { findAddresses, findHosts } from "../../../../cli/adopt/addresses/addresses.ts";
import { namesHost, portName } from "../../../../cli/adopt/addresses/hostNames.ts";

const shown = (text: string) =>
  findAddresses(text).map(({ host, port }) => `${host.includes(":") ? `[${host}]` : host}:${port ?? "?"}`);

describe("the hosts that a text names", () => {
  test.each<[text: string, ...hosts: string[]]>([
    ["http://receipts.declarations.svc.cluster.local:7137/x", "receipts.declarations.svc.cluster.local:7137"],
    ["https://api.example/v1?next=http", "api.example:443"],
    ["http://[2001:db8::7]:8080/x", "[2001:db8::7]:8080"],
    ["http://10.1.2.3/x", "10.1.2.3:80"],
    ["jdbc:postgresql://basket-db/basket", "basket-db:5432"],
    ["jdbc:postgresql://a:5433,b/basket?ssl=true", "a:5433", "b:5432"],
    ["jdbc:mysql:loadbalance://a,b:3307/db", "a:3306", "b:3307"],
    ["jdbc:mysql://(host=h1,port=3307)/db", "h1:3307"],
    ["jdbc:mysql://address=(host=h1)(port=3307)/db", "h1:3307"],
    ["jdbc:oracle:thin:@db:1522:sid", "db:1522"],
    ["jdbc:oracle:thin:@//db.example/service", "db.example:1521"],
    ["jdbc:oracle:thin:scott/tiger@db:1521/service", "db:1521"],
    ["jdbc:oracle:thin:@(DESCRIPTION=(ADDRESS=(HOST=db1)(PORT=1526))(ADDRESS=(HOST=db2)))", "db1:1526", "db2:1521"],
    ["jdbc:sqlserver://db\\instance:1444;databaseName=x", "db:1444"],
    ["jdbc:sqlserver://db;databaseName=x", "db:1433"],
    ["jdbc:sqlserver://;serverName=db;portNumber=1444", "db:1444"],
    ["jdbc:db2://mainframe:446/x", "mainframe:446"],
    ["r2dbc:pool:postgresql://db/x", "db:5432"],
    ["a:9092, b:9093", "a:9092", "b:9093"],
    ["PLAINTEXT://a:9092,SASL_SSL://b:9093", "a:9092", "b:9093"],
    ["failover:(tcp://a:61616,tcp://b:61616)?randomize=false", "a:61616", "b:61616"],
    ["mongodb+srv://cluster0.example/x", "cluster0.example:27017"],
    ["optional:configserver:http://config:8888", "config:8888"],
    ["dns:///receipts:9090", "receipts:9090"],
    ["xds:///receipts:9090", "receipts:9090"],
    ["kubernetes:///receipts.declarations:9090", "receipts.declarations:9090"],
    ["discovery:///receipts", "receipts:?"],
    ["dns:receipts:9090", "receipts:9090"],
    ["//receipts:8080/x", "receipts:8080"],
    ['{"url":"http:\\/\\/receipts:8080\\/x"}', "receipts:8080"],
    ["jdbc:sybase:Tds:db:5000/x", "db:5000"],
    ["zookeeper://a:2181?backup=b:2181,c:2182&x=1", "a:2181", "b:2181", "c:2182"],
    ["http://receipts:${PORT}/", "receipts:?"],
    ["lb://receipts", "receipts:?"],
    ["Receipts.Declarations:7137", "receipts.declarations:7137"],
  ])("%s", (text, ...hosts) => {
    expect(shown(text)).toEqual(hosts);
  });

  test.each([
    "at 10:30, and 12:45:10",
    "com.example.Consumer:30",
    "com.example.consumer:8080",
    "postgres:16",
    "registry.example/team/app:1.2.3",
    "http://localhost:8080 127.0.0.1:9000 [::1]:80 http://0.0.0.0",
    "http://${HOST}:80 http://$(HOST):80 http://receipts-${ENV}:80 http://{{ host }}/",
    'xmlns="http://www.w3.org/2001/XMLSchema-instance"',
    'xsi:schemaLocation="http://www.springframework.org/schema/beans https://www.springframework.org/schema/beans.xsd"',
    "file:/config/a.yml classpath://config s3://bucket/key jdbc:h2:mem:test",
    "version 1.2.3:4",
    "a //receipts and // port 8080, /app//receipts:8080",
    "unix:///run/app.sock jdbc:sybase:Tds:${HOST}:5000/x",
    "-agentlib:jdwp=transport=dt_socket,address=*:5005",
    "%d{HH:mm:ss.SSS} [%t] %-5level",
    "user:1000 port:8080 timeout:3000",
    "application.yml:8080",
  ])("none: %s", (text) => {
    expect(shown(text)).toEqual([]);
  });

  test.each([
    ["amqp://user:pa:ss@rabbit:5672/vhost", "rabbit:5672"],
    ["amqp://user:pa/ss@rabbit/vhost", "rabbit:5672"],
    ["redis://:pass:8080@cache:6379/0", "cache:6379"],
    ["mongodb://u:p@m1,m2:27018/db", "m1:27017", "m2:27018"],
  ])("whoever connects is no part of %s", (text, ...hosts) => {
    expect(shown(text)).toEqual(hosts);
    expect(JSON.stringify(findAddresses(text))).not.toMatch(/pa|user/);
    expect(findAddresses(text).map(({ origin }) => origin)).not.toContainEqual(expect.anything());
  });

  const label = fc
    .stringMatching(/^[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,5})?$/)
    .filter((text) => shown(`${text}:8080`).length > 0);
  const host = fc
    .tuple(label, fc.constantFrom("", ".shop", ".shop.svc", ".shop.svc.cluster.local", ".dc1.tax.example"))
    .map((parts) => parts.join(""));
  const port = fc.integer({ min: 1024, max: 65_535 });
  const forms: readonly ((hostAndPort: string) => string)[] = [
    (it) => it,
    (it) => `http://${it}/path?x=1`,
    (it) => `https://user:secret@${it}`,
    (it) => `jdbc:postgresql://${it}/db`,
    (it) => `jdbc:oracle:thin:@${it}:sid`,
    (it) => `jdbc:sqlserver://${it};databaseName=db`,
    (it) => `PLAINTEXT://${it},PLAINTEXT://localhost:1`,
    (it) => `amqp://${it}`,
    (it) => `--server=${it} --quiet`,
    (it) => `bootstrap.servers: "${it}"`,
  ];

  test("are found in whatever form they are written, with their place", () => {
    fc.assert(
      fc.property(host, port, fc.constantFrom(...forms), (name, number, form) => {
        const text = form(`${name}:${number}`);
        const found = findAddresses(text);
        expect(found.map((each) => [each.host, each.port])).toEqual([[name, number]]);
        expect(text.slice(found[0]?.at.start, found[0]?.at.end)).toBe(name);
        expect(text.slice(found[0]?.portAt?.start, found[0]?.portAt?.end)).toBe(String(number));
      }),
    );
  });

  test("are not found in prose", () => {
    const word = fc.stringMatching(/^[A-Za-z]{1,9}[.,;!?]?$/);
    const number = fc.oneof(
      fc.nat(99).map(String),
      fc.tuple(fc.integer({ min: 10, max: 23 }), fc.integer({ min: 10, max: 59 })).map((time) => time.join(":")),
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(word, number), { maxLength: 30 }), (words) => {
        expect(shown(words.join(" "))).toEqual([]);
      }),
    );
  });

  test("are looked for once, however long and odd the text", () => {
    const started = performance.now();
    for (const piece of ["a:", "a-", "a.", "http://a:80 b:8080,", "jdbc:oracle:thin:", "(host=", "u:p@", "xmlns="]) {
      findAddresses(piece.repeat(20_000));
    }
    expect(performance.now() - started).toBeLessThan(5000);
  });
});

describe("a host alone", () => {
  test.each([
    "DB_HOST",
    "KAFKA_BROKERS",
    "spring.data.redis.host",
    "bootstrapServers",
    "ES_NODES",
    "MAIL_SERVER",
    "PG_ADDR",
    "hostname.of.db.url",
  ])("is what %s says that it is", (name) => {
    expect(namesHost(name)).toBe(true);
  });

  test.each([
    "HOSTNAME",
    "POD_IP",
    "SERVER_ADDRESS",
    "management.server.address",
    "BIND_ADDR",
    "NAME",
    "GHOST",
    "LEVEL",
  ])("is not what %s says", (name) => {
    expect(namesHost(name)).toBe(false);
  });

  test.each([
    ["receipts", "receipts"],
    ["a, b.shop", "a", "b.shop"],
    ["db:5432", "db"],
    ["true"],
    ["com.example.app"],
    ["logback.xml"],
    ["Main Street 7"],
    ["http://receipts"],
    ["localhost"],
    ["12"],
  ])("%s", (text, ...hosts) => {
    expect(findHosts(text).map(({ host }) => host)).toEqual(hosts);
  });

  test.each([
    ["DB_HOST", "DB_PORT"],
    ["spring.data.redis.host", "spring.data.redis.port"],
    ["mailHost", "mailPort"],
    ["db-hostname", "db-port"],
  ])("has its port beside it: %s, %s", (name, port) => {
    expect(portName(name)).toBe(port);
  });
});
