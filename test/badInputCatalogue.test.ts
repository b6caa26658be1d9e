import { describe, expect, it } from "vitest";
import type { Microservice } from "../components/microservice.ts";
import { catalogueLines, orders, withValue } from "./support/wrongInput.ts";

const label = "must be a DNS label: lower-case letters a-z, digits and hyphens, no hyphen at an end";
const unknown = "this key is not known; remove it or correct its spelling";
const repository =
  "must be a repository without registry, tag or digest, such as payments/card-payments: the site says which registry and which release";
const bytes =
  'must be a quantity of bytes above zero in Ki, Mi, Gi or Ti, such as "512Mi" or "1Gi" (GB and M are decimal units and easily mistaken)';
const surge =
  'must be a percentage from "1%" to "100%" or a count above zero: with no replica taken away, a rollout needs one more';
const cluster = "must not be default, monitoring or start with kube-: those belong to the cluster";
const path = "must be a path that starts with / and has no space, ? or #";
const check = { httpGet: { path: "/health" } };

/** Field, value that stands there, and what a person reads behind `services/orders: <field>`. */
const wrongFields: readonly (readonly [field: string, value: unknown, says: string])[] = [
  ["colour", "blue", `: ${unknown}`],
  ["namespace", undefined, `: is missing; add it (${label})`],
  ["namespace", "kube-system", `: "kube-system" ${cluster}`],
  ["namespace", "Shop", `: "Shop" ${label}`],
  ["description", "", ': "" must not be empty: write a line of text'],
  ["owner", undefined, ": is missing; add it (must be a line of text in quotes)"],
  ["resources", undefined, ": is missing; add it (must be a map)"],
  ["resources.requests.memory", "64GB", `: "64GB" ${bytes}`],
  ["resources.requests.memory", 1024, ': 1024 must be a quantity of bytes, such as "512Mi" or "1Gi"'],
  ["resources.requests.cpu", "two", ': "two" must be a CPU quantity above zero, such as "2", "0.5" or "200m"'],
  ["resources.limits.memory", "512Mi", ': "512Mi" is below the request "1Gi"; raise it to at least the request'],
  ["resources.limits.cpu", "100m", ': "100m" is below the request "500m"; raise it or leave it out'],
  [
    "resources",
    { requests: { cpu: "1", memory: "128Mi" } },
    ': a memory limit of "128Mi" does not hold a JVM; allow at least 256Mi',
  ],
  ["image", "registry.example:5000/orders:1.0", `: "registry.example:5000/orders:1.0" ${repository}`],
  ["cardholderData", "yes", ': "yes" must be true or false, without quotes'],
  ["priority", "high", ': "high" must be one of citizen-facing, standard, batch'],
  ["command", "java -jar", ': "java -jar" must be a list'],
  ["ports.http", 70000, ": 70000 must be a port: a whole number from 1 to 65535"],
  ["jvm.heapPercentage", 90, ": 90 must be a whole number from 10 to 80"],
  [
    "jvm.options",
    ["-Xmx2g"],
    `[0]: "-Xmx2g" must not set the heap's size: it follows from resources.limits.memory and jvm.heapPercentage`,
  ],
  ["startupSeconds", Number.NaN, ": NaN must be a whole number above zero"],
  ["startupSeconds", 4000, ": 4000 must be at most 3600 seconds"],
  ["probes.readiness", {}, ": {} must say exactly one of httpGet, tcpSocket, grpc and exec"],
  ["probes.readiness", { httpGet: { path: "health" } }, `.httpGet.path: "health" ${path}`],
  [
    "probes.readiness",
    { ...check, periodSeconds: 5, timeoutSeconds: 10 },
    ".timeoutSeconds: 10 is above periodSeconds 5; checks would pile up, so lower it or lengthen the period",
  ],
  ["probes.startup", "always", ': "always" must be "none" or a probe: { httpGet: { path } }'],
  [
    "autoscaling",
    { minReplicas: 5, maxReplicas: 2 },
    ".maxReplicas: 2 is below minReplicas 5; raise it to at least that",
  ],
  ["autoscaling.minReplicas", 0, ": 0 must be a whole number above zero"],
  ["autoscaling.averageUtilization", "75%", ': "75%" must be a whole percentage from 10 to 200'],
  [
    "exposure.host",
    "https://api",
    ': "https://api" must be the first labels of a host in lower case, such as api: the site adds its domain',
  ],
  ["endpoints", ["mail", "mail"], '[1]: "mail" is listed twice; remove one'],
  ["metrics", "off", ': "off" must be "none" or { path: "/..." }'],
  ["spread", "always", ': "always" must be one of prefer, require'],
  ["rollout.maxSurge", "0%", `: "0%" ${surge}`],
  ["rollout.maxSurge", 0, `: 0 ${surge}`],
  ["rollout.maxUnavailable", 1, `: ${unknown}`],
  ["shutdown.gracefulSeconds", "30s", ': "30s" must be a whole number of seconds, zero or more'],
  [
    "securityExceptions.runAsRoot",
    { reason: "because" },
    '.reason: "because" must be a reason that an auditor understands, at least 10 characters',
  ],
  [
    "emptyDirs",
    { "/config/cache": "64Mi" },
    "[\"/config/cache\"]: this name must be another directory: /tmp and /dumps are writable already, /config is the configuration's, /proc, /sys and /dev are the kernel's",
  ],
  [
    "emptyDirs",
    { "cache/": "64Mi" },
    '["cache/"]: this name must be an absolute path of letters, digits, - _ and ., without a slash at its end, such as /var/cache/app',
  ],
  [
    "emptyDirs",
    { "/var/cache": "64Mi", "/var-cache": "64Mi" },
    '["/var-cache"]: would have the same volume "dir-var-cache" as "/var/cache"; rename one of the directories',
  ],
  [
    "securityContext.runAsUser",
    0,
    ": 0 must be a whole number from 1 to 2147483647; root needs securityExceptions.runAsRoot",
  ],
  ["transforms.deploymnt", () => undefined, `: ${unknown}`],
  ["transforms.deployment", {}, ": {} must be a function from manifest to manifest"],
  ["env.my-var", "1", ": this name must be letters, digits and _, and start with no digit"],
  [
    "env.SERVER_PORT",
    "1",
    ": is set by the service's other fields (ports, jvm, shutdown, calls, endpoints, secrets, configuration); change those and remove it here",
  ],
  ["secrets.SERVER_PORT", { secretName: "orders" }, ": is set by the service's other fields; choose another name"],
  ["calls", [], ": [] must be a function that returns the services it calls: () => [taxpayerRegistry]"],
  ["calls", () => undefined, ": returned nothing; it must return a list of services: () => [taxpayerRegistry]"],
  [
    "calls",
    () => [undefined],
    "[0]: nothing stands here; import the service from its folder and name it here without quotes",
  ],
  [
    "calls",
    () => ["receipts"],
    '[0]: "receipts" is not a service; import the service from its folder and name it here without quotes',
  ],
  [
    "calls",
    () => [{ service: orders, why: "so" }],
    '[0]: the call of "orders" must be the service itself or { service, justification: "..." } and nothing else',
  ],
  [
    "calls",
    () => [{ service: orders, justification: 7 }],
    '[0]: the call of "orders" must be the service itself or { service, justification: "..." } and nothing else',
  ],
  [
    "calls",
    () => JSON.parse("receipts"),
    `: failed: Unexpected token 'r', "receipts" is not valid JSON; it must only return a list of imported services`,
  ],
];

describe("a description that is wrong", () => {
  it.each(wrongFields)("%s: %j", async (field, value, says) => {
    const lines = await catalogueLines(withValue(orders, field.split("."), value));
    expect(lines).toEqual([`services/orders: ${field}${says}`]);
  });

  it.each([
    ["a name in capitals", "Orders", `"Orders" ${label}`],
    ["a name that starts with a digit", "1orders", `"1orders" must start with a letter: it becomes a Service's name`],
    [
      "a name that is too long",
      "o".repeat(41),
      `"${"o".repeat(41)}" must be at most 40 characters, so that the names made from it stay within Kubernetes' 63`,
    ],
    ["a name with ñ", "año", `"año" ${label}`],
  ])("%s", async (_what, name, says) => {
    expect(await catalogueLines({ ...orders, name })).toEqual([`services/${name}: name: ${says}`]);
  });

  it("no start-up probe and no delay: both other probes would kill the JVM while it starts", async () => {
    expect(await catalogueLines({ ...orders, probes: { startup: "none" } })).toEqual(
      ["liveness", "readiness"].map(
        (probe) =>
          `services/orders: probes.${probe}.initialDelaySeconds: must be stated, because probes.startup is "none": nothing else holds this probe off while the JVM starts`,
      ),
    );
  });
});

const secret = "hunter2-hunter2";
const intoSecrets = "and env ends up in Git and in manifests; put it under secrets";
const textOrField = "must be text in quotes or { fieldPath }";
const neverHere =
  "must be generated(), supplied({ description }), certificate(), privateKey() or an existing { secretName }: a secret's value never stands here";

describe("a secret in the wrong place is refused, and its value is not shown", () => {
  it.each([
    ["env.DB_PASSWORD", secret, `env.DB_PASSWORD: looks like a secret by its name, ${intoSecrets}`],
    ["env.apiKey", secret, `env.apiKey: looks like a secret by its name, ${intoSecrets}`],
    ["env.PGPASSWORD", secret, `env.PGPASSWORD: looks like a secret by its name, ${intoSecrets}`],
    ["env.MYSQL_PWD", secret, `env.MYSQL_PWD: looks like a secret by its name, ${intoSecrets}`],
    ["env.JDBC_URL", `jdbc:postgresql://u:${secret}@db`, `env.JDBC_URL: holds a URL with a password, ${intoSecrets}`],
    ["env.DB_PASSWORD", { value: secret }, `env.DB_PASSWORD: ${textOrField}`],
    ["env", [`DB_PASSWORD=${secret}`], "env: must be a map"],
    ["secrets.DB_PASSWORD", secret, `secrets.DB_PASSWORD: ${neverHere}`],
    ["secrets.DB_PASSWORD", { secretName: "orders", value: secret }, `secrets.DB_PASSWORD.value: ${unknown}`],
    [
      "secrets.DB_PASSWORD",
      { secretName: `${secret}!` },
      "secrets.DB_PASSWORD.secretName: must be the name of a Kubernetes Secret: a-z, digits, - and .",
    ],
  ])("%s", async (field, value, says) => {
    const lines = await catalogueLines(withValue(orders, field.split("."), value));
    expect(lines).toEqual([`services/orders: ${says}`]);
    expect(lines.join()).not.toContain(secret);
  });

  it.each(["SECRETARY_URL", "TOKENIZER", "COMPASS", "PASSENGERS"])("%s is no secret", async (name) => {
    expect(await catalogueLines({ ...orders, env: { [name]: "x" } })).toEqual([]);
  });
});

const cards: Microservice = { ...orders, name: "cards", namespace: "cards", cardholderData: true };
const stock: Microservice = { ...orders, name: "stock" };
const justified =
  'write { service: ..., justification: "..." } with a reason that an auditor understands, at least 10 characters';

describe("descriptions that do not fit each other", () => {
  const itself: Microservice = { ...orders, calls: () => [itself] };
  const first: Microservice = { ...orders, calls: () => [second] };
  const second: Microservice = { ...stock, calls: () => [first] };
  const broken = withValue(stock, ["resources"], undefined);
  const shop = (stated: Partial<Microservice>): Microservice => ({ ...orders, ...stated });

  it.each([
    [
      "the same name twice",
      [orders, { ...orders }],
      ['services/orders: name: "orders" is also the name of services/orders; change one of them'],
    ],
    [
      "the same host and path",
      [shop({ exposure: { host: "api", path: "/a/" } }), { ...stock, exposure: { host: "api", path: "/a" } }],
      ['services/stock: exposure: "api (public) /a" is also claimed by services/orders; change one of them'],
    ],
    [
      "a namespace shared with cardholder data",
      [shop({ namespace: "cards" }), cards],
      [
        'services/orders: namespace: "cards" holds cardholder data (services/cards), which shares no namespace with other services (PCI DSS 1.3); choose another namespace, or set cardholderData if it is true of this service',
      ],
    ],
    [
      "a call to cardholder data without a reason",
      [shop({ calls: () => [cards] }), cards],
      [`services/orders: calls[0]: "cards" is across the boundary around cardholder data; ${justified}`],
    ],
    [
      "a reason of one word",
      [shop({ calls: () => [{ service: cards, justification: "needed" }] }), cards],
      [`services/orders: calls[0]: "cards" is across the boundary around cardholder data; ${justified}`],
    ],
    ["a call to itself", [itself], ['services/orders: calls[0]: "orders" is the service itself; remove it']],
    [
      "a call out of the catalogue",
      [shop({ calls: () => [stock] })],
      [
        'services/orders: calls[0]: "stock" is not in the catalogue; import the service from its folder under services/',
      ],
    ],
    [
      "a call listed twice",
      [shop({ calls: () => [stock, stock] }), stock],
      ['services/orders: calls[1]: "stock" is listed twice; remove one'],
    ],
    [
      "a variable that a call sets",
      [shop({ calls: () => [stock], env: { STOCK_URL: "x" } }), stock],
      [
        "services/orders: env.STOCK_URL: is set by the service's other fields (ports, jvm, shutdown, calls, endpoints, secrets, configuration); change those and remove it here",
      ],
    ],
    [
      "a call of a service that is itself wrong",
      [shop({ calls: () => [broken], env: { A: "b" } }), broken],
      ["services/stock: resources: is missing; add it (must be a map)"],
    ],
    ["two services that call each other, which is fine", [first, second], []],
  ])("%s", async (_what, services, lines) => {
    expect(await catalogueLines(...services)).toEqual(lines);
  });

  it("a variable under env and under secrets", async () => {
    const service = shop({ env: { MODE: "x" }, secrets: { MODE: { secretName: "orders" } } });
    expect(await catalogueLines(service)).toEqual(["services/orders: env.MODE: stands under secrets too; keep one"]);
  });
});
