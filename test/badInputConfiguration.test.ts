import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Microservice } from "../components/microservice.ts";
import { generated, privateKey, supplied } from "../components/secrets.ts";
import { catalogueLines, expectTold, orders, siteServiceLines } from "./support/wrongInput.ts";

/** The file's name, its template, the line and column that are told, and the words that matter. */
type Wrong = readonly [what: string, name: string, template: string, place: string, says: RegExp];

const spaces = /^is no YAML: .*indent with spaces/;
const quotes = /^is no YAML: .*quotes/;
const once = /^is no YAML: this key stands twice.*keep one/;
const linedUp = /^is no YAML: .*line it up/;
const noColon = /^is no YAML: .*no colon.*add the colon/;

const unreadable: readonly Wrong[] = [
  ["a tab", "application.yaml", "server:\n\tport: 8080\n", "2:1", spaces],
  ["a key twice", "application.yaml", "a: 1\nb: 2\na: 3\n", "3:1", once],
  ["a key twice, deep", "application.yml", "s:\n  a: 1\n  a: 2\n", "3:3", once],
  ["a line that is indented otherwise", "application.yaml", "a:\n  - b\n c: d\n", "3:1", linedUp],
  ["a colon in a value", "application.yaml", "greeting: Dear: citizen\n", "1:11", quotes],
  ["a value that begins with @", "application.yaml", "version: @project.version@\n", "1:10", quotes],
  ["a value that begins with %", "application.yaml", "pattern: %d %m\n", "1:10", quotes],
  ["a value that begins with *", "application.yaml", "a: *.example\n", "1:5", quotes],
  ["a quote without end", "application.yaml", 'a: "b\nc: d\n', "1:4", /^is no YAML: .*closing quote/],
  ["an apostrophe within apostrophes", "application.yaml", "a: 'it's'\n", "1:8", quotes],
  ["a list without end", "application.yaml", "a: [1, 2\nb: 3\n", "2:1", /^is no YAML: /],
  ["a backslash in double quotes", "application.yaml", 'a: "\\d+"\n', "1:5", /^is no YAML: .*single quotes/],
  ["a key without a colon", "application.yaml", "server\n  port: 1\n", "1:1", /^is no YAML: /],
  ["no space behind the colon", "application.yaml", "a:b\nc: d\n", "1:1", noColon],
  ["a list in a map", "application.yaml", "a: b\n- c\n", "2:1", /^is no YAML: /],
  ["another program's YAML", "jmx-exporter.yaml", "rules:\n- a: b\n\tc: d\n", "3:1", spaces],
  ["a comma too many", "codes.json", '{\n  "a": 1,\n}\n', "3:1", /^is no JSON: a comma stands before the end/],
  ["a comma too few", "codes.json", '{\n  "a": 1\n  "b": 2\n}\n', "3:3", /^is no JSON: a comma is missing/],
  ["a comment", "codes.json", "{\n  // why\n}\n", "2:3", /^is no JSON: JSON has no comments/],
  ["single quotes", "codes.json", "{'a': 1}\n", "1:2", /^is no JSON: .*double quotes/],
  ["a brace without end", "codes.json", '{\n  "a": 1\n', "3:1", /^is no JSON: it ends too early/],
  ["an element without end", "logback-spring.xml", "<a>\n  <b>\n</a>\n", "3:1", /^is no XML: .*end tag for element b/],
  ["an ampersand", "logback-spring.xml", "<a>\n  R&D\n</a>\n", "2:4", /^is no XML: .*&amp;/],
  ["a less-than sign", "logback-spring.xml", '<a b="x < y"/>', "1:9", /^is no XML: .*&lt;/],
  ["an attribute without quotes", "persistence.xml", "<a b=c/>", "1:6", /^is no XML: /],
  ["two roots", "log4j2.xml", "<a/>\n<b/>\n", "2:1", /^is no XML: /],
  ["a line before the declaration", "log4j2.xml", '\n<?xml version="1.0"?><a/>\n', "2:1", /^is no XML: /],
  ["a comment with two dashes", "log4j2.xml", "<!-- a -- b -->\n<a/>\n", "1:8", /^is no XML: .*comment/],
  [
    "a backslash before u",
    "application.properties",
    "a=1\nb=C:\\users\n",
    "2:5",
    /four hexadecimal digits.*for a backslash/,
  ],
  [
    "a key twice with two values",
    "application.properties",
    "a=1\nb=2\na=3\n",
    "3:1",
    /^states a again.*the later; keep one/,
  ],
];

describe("a file that the program's own parser refuses: line and column of the template, and what to do", () => {
  it.each(unreadable)("%s (%s)", async (_what, name, template, place, says) => {
    const lines = await siteServiceLines({ files: { [name]: template } });
    expectTold(lines, { place: `services/orders/config/${name}:${place}`, says });
  });

  it("counts the template's lines, not those of the text that it gives", async () => {
    const list = "{% for port in (1..9) %}\n  - {{ port }}\n{% endfor %}";
    expectTold(await siteServiceLines({ text: `ports:${list}\nserver:\n\tport: 1\n` }), {
      place: "services/orders/config/application.yaml:5:1",
      says: spaces,
    });
  });

  it("names the expression that gives what no parser reads", async () => {
    const text = "a: {{ site.contact }}\n";
    expectTold(await siteServiceLines({ text, site: { contact: "@platform: call us" } }), {
      place: "services/orders/config/application.yaml:1:4",
      says: /quotes.* colon\. Here stands what \{\{ site\.contact \}\} gives: does it need quotes\?$/,
    });
  });

  it("tells all files at once", async () => {
    const files = { "a.json": "{", "b.xml": "<b>", "c.yaml": "c: [", "d.properties": "a=1\na=2\n" };
    expect(await siteServiceLines({ files })).toHaveLength(4);
  });
});

/** A service with a secret, a variable, a call and a backing service, whose configuration names something else. */
const shop = {
  env: { ARCHIVE_BUCKET: "receipts", CACHE_HOST: "cache" },
  secrets: { DB_PASSWORD: generated(), API_KEY: supplied({ description: "from the acquirer" }) },
  calls: () => [{ ...orders, name: "taxpayer-registry" }],
};
const inFiles = { ...shop, secretDelivery: "files" as const };

/** The template `application.yaml`, the line and column that are told, and the words that matter. */
type Unset = [what: string, text: string, place: string, says: RegExp, service?: Partial<Microservice>];

const unset: readonly Unset[] = [
  [
    "a secret, misspelt",
    "a:\n  b: ${DB_PASSWROD}\n",
    "2:6",
    /^\$\{DB_PASSWROD\} is set by nothing here; did you mean "DB_PASSWORD"\?/,
  ],
  ["a secret with a letter too few", "a: x${DB_PASWORD}y\n", "1:5", /did you mean "DB_PASSWORD"\?/],
  [
    "a secret that is delivered as a file, misspelt",
    "a: ${DB_PASSWROD}\n",
    "1:4",
    /did you mean "DB_PASSWORD"\?/,
    inFiles,
  ],
  ["a variable, misspelt", "a: ${ARCHIVE_BUKET}\n", "1:4", /did you mean "ARCHIVE_BUCKET"\?/],
  ["a call, misspelt", "a: ${TAXPAYER_REGISTRY_URI}\n", "1:4", /did you mean "TAXPAYER_REGISTRY_URL"\?/],
  ["a backing service, misspelt", "a: ${MAIL_RELAY_HSOT}\n", "1:4", /did you mean "MAIL_RELAY_HOST"\?/],
  [
    "a name of nothing",
    "a: ${CUSTOMER_NUMBER}\n",
    "1:4",
    /set by nothing here; .*under env or secrets.*\$\{CUSTOMER_NUMBER:\.\.\.\}.*setByImage/,
  ],
  ["a default that needs a name of nothing", "a: ${CUSTOMER:${CUSTOMER_NUMBER}}\n", "1:15", /^\$\{CUSTOMER_NUMBER\}/],
  ["the second of two", "a: ${API_KEY}-${API_KYE}\n", "1:15", /did you mean "API_KEY"\?/],
  ["a name within SpEL", "a: \"#{'${API_KYE}'.split(',')}\"\n", "1:8", /did you mean "API_KEY"\?/],
  ["a secret in the form of a property", "a: ${db.password}\n", "1:4", /did you mean "DB_PASSWORD"\?/, inFiles],
  ["a variable in camel case", "a: ${archiveBucket}\n", "1:4", /did you mean "ARCHIVE_BUCKET"\?/],
  [
    "an own property in camel case",
    "my-app:\n  base-url: b\na: ${myApp.baseUrl}\n",
    "3:4",
    /did you mean "my-app\.base-url"\?/,
  ],
  ["an own property, misspelt", "app:\n  base-url: b\na: ${app.bsae-url}\n", "3:4", /did you mean "app\.base-url"\?/],
  [
    "a name behind a comment that names it",
    "# ${DB_PASWORD}\na: ${DB_PASWORD}\n",
    "2:4",
    /did you mean "DB_PASSWORD"\?/,
  ],
  [
    "a name behind a loop",
    "{% for i in (1..3) %}\nl{{ i }}: x\n{% endfor %}\na: ${DB_PASWORD}\n",
    "4:4",
    /did you mean/,
  ],
  [
    "the server's port",
    "server:\n  port: 8080\n",
    "2:3",
    /^server\.port is also the variable SERVER_PORT, which follows from the description, and variables win/,
  ],
  [
    "a property that env states otherwise",
    "spring:\n  datasource:\n    url: jdbc:a\n",
    "3:5",
    /SPRING_DATASOURCE_URL, under env, .*never used\. Keep one/,
    { env: { SPRING_DATASOURCE_URL: "jdbc:b" } },
  ],
  [
    "a property that is a secret, too",
    "api:\n  key: ${OTHER:none}\n",
    "2:3",
    /API_KEY, under secrets, .*\$\{API_KEY\} here/,
  ],
  ["an item of a list", "hosts:\n  - a\n", "2:5", /HOSTS_0_, under env/, { env: { HOSTS_0_: "b" } }],
  ["a key with a dash", "my-app:\n  max-size: 1\n", "2:3", /MYAPP_MAXSIZE, under env/, { env: { MYAPP_MAXSIZE: "2" } }],
];

describe("a name that nothing sets, and a value that is never used", () => {
  it.each<Unset>(unset)("%s", async (_what, text, place, says, service = {}) => {
    const lines = await siteServiceLines({ text, service: { ...shop, ...service } });
    expectTold(lines, { place: `services/orders/config/application.yaml:${place}`, says });
  });

  it.each<[name: string, text: string, place: string, says: RegExp]>([
    ["application.properties", "a=1\nb=${DB_PASSWROD}\n", "2:3", /did you mean "DB_PASSWORD"\?/],
    ["application-prod.yml", "a: ${DB_PASSWROD}\n", "1:4", /did you mean "DB_PASSWORD"\?/],
    ["application.properties", "# x\nserver.port=8080\n", "2:1", /SERVER_PORT/],
    [
      "logback-spring.xml",
      "<a>\n  ${ARCHIVE_BUKET}\n</a>\n",
      "2:3",
      /did you mean "ARCHIVE_BUCKET"\?.*_IS_UNDEFINED.*:-\.\.\./,
    ],
    ["logback.xml", '<a><property name="MY_LEVEL" value="x"/>\n${MY_LEVLE}</a>\n', "2:1", /did you mean "MY_LEVEL"\?/],
    ["log4j2.xml", "<a>\n${env:ARCHIVE_BUKET}</a>\n", "2:1", /did you mean "ARCHIVE_BUCKET"\?/],
    ["quartz.properties", "a=${DB_PASSWROD}\n", "1:3", /did you mean "DB_PASSWORD"\?/],
    ["agent.yaml", "a: ${DB_PASSWROD}\n", "1:4", /did you mean "DB_PASSWORD"\?/],
  ])("in %s: %s", async (name, text, place, says) => {
    const lines = await siteServiceLines({ files: { [name]: text }, service: shop });
    expectTold(lines, { place: `services/orders/config/${name}:${place}`, says });
  });

  it("beside a mistake of the template itself", async () => {
    const text = "a: {{ site.nam }}\nb: ${DB_PASSWROD}\n";
    const place = "services/orders/config/application.yaml";
    expectTold(
      await siteServiceLines({ text, service: shop }),
      { place: `${place}:1:4`, says: /undefined variable: site\.nam/ },
      { place: `${place}:2:4`, says: /did you mean "DB_PASSWORD"\?/ },
    );
  });

  it("and nothing that only the mistake of a template makes of it", async () => {
    const lines = await siteServiceLines({ files: { "codes.json": '{"a": {{ site.nam }}}' } });
    expectTold(lines, { place: "services/orders/config/codes.json:1:7", says: /undefined variable: site\.nam/ });
  });

  it.each<[what: string, service: Partial<Microservice>, field: string, says: RegExp]>([
    [
      "two variables that are one to Spring",
      { env: { MODE: "a", mode: "b" } },
      "mode",
      /same property as the variable MODE; keep one/,
    ],
    [
      "a variable that is a secret to Spring",
      { env: { db_user: "a" }, secrets: { DB_USER: generated() } },
      "db_user",
      /variable DB_USER/,
    ],
    ["a variable that is the server's port", { env: { server_port: "1" } }, "server_port", /variable SERVER_PORT/],
    [
      "a reference, misspelt",
      { ...shop, env: { JDBC: "jdbc:x?p=$(DB_PASSWROD)" } },
      "JDBC",
      /did you mean "DB_PASSWORD"\?/,
    ],
    [
      "a placeholder, misspelt",
      { ...shop, env: { JDBC: "jdbc:x?p=${DB_PASSWROD}" } },
      "JDBC",
      /did you mean "DB_PASSWORD"\?/,
    ],
  ])("%s", async (_what, service, field, says) => {
    const lines = await catalogueLines({ ...orders, ...service, calls: () => [] });
    expectTold(lines, { place: `services/orders: env.${field}`, says });
  });

  it("a secret that Spring never reads under its name", async () => {
    const service = { secretDelivery: "files" as const, secrets: { SPRING_DATASOURCE_PASSWORD: generated() } };
    expectTold(await siteServiceLines({ service }), {
      place: "services/orders: secrets.SPRING_DATASOURCE_PASSWORD",
      says: /not spring\.datasource\.password; write \$\{SPRING_DATASOURCE_PASSWORD\} where .*"env"/,
    });
  });

  it("a name of the image that no file has", async () => {
    expectTold(await siteServiceLines({ service: { setByImage: ["APP_VERSION"] } }), {
      place: "services/orders: setByImage[0]",
      says: /^"APP_VERSION" is named by no file.*remove it/,
    });
  });

  it("says the same of both sites, so that it is told once", async () => {
    const told = (name: string) => siteServiceLines({ text: "a: ${DB_PASWORD}\n", service: shop, site: { name } });
    expect(await told("dc1")).toEqual(await told("dc2"));
  });
});

/** Files as teams have them, under the names that they have in `config/`. */
const right = readdirSync(join(import.meta.dirname, "fixtures", "configuration"));
const nameInPod = (name: string) =>
  name.replace(/^application-.*\.yaml$/, "application.yaml").replace("quarkus.properties", "application.properties");

describe("what is right passes in silence", () => {
  it.each(right)("%s", async (name) => {
    const text = readFileSync(join(import.meta.dirname, "fixtures", "configuration", name), "utf8");
    const files = { [nameInPod(name)]: text, "features.yaml": "features:\n  checkout:\n    enabled: true\n" };
    expect(await siteServiceLines({ files, service: shop })).toEqual([]);
    const byFiles = text.includes("${db.password}") ? shop : inFiles;
    expect(await siteServiceLines({ files, service: byFiles })).toEqual([]);
  });

  it("a name that the image sets, where the description says so", async () => {
    const text = "a: ${APP_VERSION}\nb: ${acme.urll}\nacme:\n  url: c\n";
    const setByImage = ["APP_VERSION", "acme.urll"];
    expect(await siteServiceLines({ text, service: { setByImage } })).toEqual([]);
  });

  it.each<[what: string, text: string, service: Partial<Microservice>]>([
    ["an option of the JVM", "a: ${APP_MODE}", { jvm: { options: ["-DAPP_MODE=x"] } }],
    ["an argument", "a: ${APP_MODE}", { args: ["--APP_MODE=x"] }],
    ["a certificate's folder", "a: file:${SIGNING_KEY}/tls.crt", { secrets: { SIGNING_KEY: privateKey() } }],
    ["a variable from the pod", "a: ${POD_NAME}", { env: { POD_NAME: { fieldPath: "metadata.name" } } }],
    ["an existing Secret", "a: ${OLD_KEY}", { secrets: { OLD_KEY: { secretName: "old" } } }],
    ["the same value twice", "server:\n  port: 7137\n", {}],
    ["a property by way of its variable", "server:\n  port: ${SERVER_PORT:80}\n", {}],
    ["a default that is the same", "server:\n  port: ${PORT:7137}\n", {}],
    ["a plural", "a: ${EVENTS_TOPIC}\nb: ${EVENTS_TOPICS}", { env: { EVENTS_TOPIC: "a", EVENTS_TOPICS: "b" } }],
    ["another folder of configuration", "a: ${OF_THERE}", { env: { SPRING_CONFIG_LOCATION: "file:/opt/" } }],
    [
      "a Spring variable as a file that a template names",
      "spring.datasource.password: ${SPRING_DATASOURCE_PASSWORD}",
      { secretDelivery: "files", secrets: { SPRING_DATASOURCE_PASSWORD: generated() } },
    ],
  ])("%s", async (_what, text, service) => {
    expect(await siteServiceLines({ text, service })).toEqual([]);
  });
});
