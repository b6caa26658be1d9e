import { describe, it } from "vitest";
import type { Microservice } from "../components/microservice.ts";
import { catalogueLines, expectTold, orders, shown, type Told, withValue } from "./support/wrongInput.ts";

const label = /DNS label/;
const unknown = /unknown.*remove it or correct/;
const belowRequest = /below the request .*raise it/;
const surge = /"1%" to "100%" or a count above zero/;
const check = { httpGet: { path: "/health" } };

/** The field, the value that is put there, and the words that matter of what a person reads. */
interface Wrong {
  readonly field: string;
  readonly value?: unknown;
  readonly says: RegExp;
  /** What is named behind the field: `[0]`, `.reason`. */
  readonly below?: string;
  /** What is shown, where it is not the value; none where it would be a name or a function. */
  readonly shows?: string | undefined;
}

const wrongFields: readonly Wrong[] = [
  { field: "colour", value: "blue", shows: undefined, says: unknown },
  { field: "namespace", says: /^is missing; add it .*DNS label/ },
  { field: "namespace", value: "kube-system", says: /cluster's own parts \(Kubernetes\).*business domain/ },
  { field: "namespace", value: "Shop", says: label },
  { field: "description", value: "", says: /not be empty/ },
  { field: "owner", says: /^is missing; add it .*text in quotes/ },
  { field: "resources", says: /^is missing; add it .*map/ },
  { field: "resources.requests.memory", value: "64GB", says: /bytes above zero in Ki, Mi, Gi or Ti/ },
  { field: "resources.requests.memory", value: 1024, says: /bytes, such as "512Mi"/ },
  { field: "resources.requests.cpu", value: "two", says: /CPU.*above zero.*"200m"/ },
  { field: "resources.limits.memory", value: "512Mi", says: belowRequest },
  { field: "resources.limits.cpu", value: "100m", says: belowRequest },
  {
    field: "resources",
    value: { requests: { cpu: "1", memory: "128Mi" } },
    shows: undefined,
    says: /limit of "128Mi" .*JVM.*at least 256Mi/,
  },
  { field: "image", value: "registry.example:5000/orders:1.0", says: /repository without registry, tag or digest/ },
  { field: "cardholderData", value: "yes", says: /true or false, without quotes/ },
  { field: "priority", value: "high", says: /one of citizen-facing, standard, batch/ },
  { field: "command", value: "java -jar", says: /must be a list/ },
  { field: "ports.http", value: 70000, says: /port.*1 to 65535/ },
  { field: "jvm.heapPercentage", value: 90, says: /whole number from 10 to 80/ },
  {
    field: "jvm.options",
    value: ["-Xmx2g"],
    below: "[0]",
    shows: '"-Xmx2g"',
    says: /heap's size.*resources\.limits\.memory and jvm\.heapPercentage/,
  },
  { field: "startupSeconds", value: Number.NaN, says: /whole number above zero/ },
  { field: "startupSeconds", value: 4000, says: /at most 3600 seconds/ },
  { field: "probes.readiness", value: {}, says: /exactly one of httpGet, tcpSocket, grpc and exec/ },
  {
    field: "probes.readiness",
    value: { httpGet: { path: "health" } },
    below: ".httpGet.path",
    shows: '"health"',
    says: /starts with \//,
  },
  {
    field: "probes.readiness",
    value: { ...check, periodSeconds: 5, timeoutSeconds: 10 },
    below: ".timeoutSeconds",
    shows: "10",
    says: /above periodSeconds 5.*lower it or lengthen the period/,
  },
  { field: "probes.startup", value: "always", says: /"none" or a probe/ },
  {
    field: "autoscaling",
    value: { minReplicas: 5, maxReplicas: 2 },
    below: ".maxReplicas",
    shows: "2",
    says: /below minReplicas 5; raise it/,
  },
  { field: "autoscaling.minReplicas", value: 0, says: /whole number above zero/ },
  { field: "autoscaling.averageUtilization", value: "75%", says: /whole percentage from 10 to 200/ },
  { field: "exposure.host", value: "https://api", says: /first labels of a host.*domain/ },
  { field: "backingServices", value: ["mail", "mail"], below: "[1]", shows: '"mail"', says: /twice; remove one/ },
  { field: "metrics", value: "off", says: /"none" or \{ path/ },
  { field: "spread", value: "always", says: /one of prefer, require/ },
  { field: "rollout.maxSurge", value: "0%", says: surge },
  { field: "rollout.maxSurge", value: 0, says: surge },
  { field: "rollout.maxUnavailable", value: 1, shows: undefined, says: unknown },
  { field: "shutdown.gracefulSeconds", value: "30s", says: /whole number of seconds, zero or more/ },
  {
    field: "securityExceptions.runAsRoot",
    value: { reason: "because" },
    below: ".reason",
    shows: '"because"',
    says: /auditor.*at least 10 characters/,
  },
  {
    field: "emptyDirs",
    value: { "/config/cache": "64Mi" },
    below: '["/config/cache"]',
    shows: undefined,
    says: /another directory.*\/tmp.*\/config/,
  },
  {
    field: "emptyDirs",
    value: { "cache/": "64Mi" },
    below: '["cache/"]',
    shows: undefined,
    says: /absolute path.*slash at its end/,
  },
  {
    field: "emptyDirs",
    value: { "/var/cache": "64Mi", "/var-cache": "64Mi" },
    below: '["/var-cache"]',
    shows: undefined,
    says: /same volume "dir-var-cache" as "\/var\/cache"; rename/,
  },
  {
    field: "podLabels",
    value: { "app.kubernetes.io/instance": "other" },
    below: '["app.kubernetes.io/instance"]',
    shows: undefined,
    says: /set by the component, whose selectors are made of it; leave it out/,
  },
  {
    field: "podAnnotations",
    value: { "example.org/api-key": "Zm9yIHRlc3Rz0815" },
    below: '["example.org/api-key"]',
    shows: undefined,
    says: /looks like a secret.*whoever may see the pod.*notSecret/,
  },
  {
    field: "nodeSelector",
    value: { "kubernetes.io/hostname": "node-7.dc1" },
    below: '["kubernetes.io/hostname"]',
    shows: undefined,
    says: /node or a zone of one site.*label of your own/,
  },
  {
    field: "tolerations",
    value: [{ operator: "Exists" }],
    below: "[0].key",
    shows: undefined,
    says: /is missing; add it/,
  },
  {
    field: "emptyDirs",
    value: { "/cache": { sizeLimit: "64Gi", medium: "Memory" } },
    below: '["/cache"]',
    shows: undefined,
    says: /in memory: .*65536Mi, which leaves -\d+Mi of the memory limit .* at least 256Mi; raise resources\.limits\.memory to 65792Mi/,
  },
  {
    field: "secretFiles",
    value: { "/etc/keys": { secretName: "a" }, "/etc/keys/more/b": { secretName: "b", key: "b" } },
    below: '["/etc/keys/more/b"]',
    shows: undefined,
    says: /inside "\/etc\/keys", which is mounted read-only; choose a path outside/,
  },
  {
    field: "secretFiles",
    value: { "/a": { secretName: "a.b", key: "k" }, "/b": { secretName: "a-b", key: "k" } },
    below: '["/b"].secretName',
    shows: '"a-b"',
    says: /same volume "secret-a-b" as "a\.b"; rename/,
  },
  {
    field: "initContainers",
    value: { migrate: { image: "tools/flyway" } },
    below: ".migrate.release",
    shows: undefined,
    says: /is missing; add the image's tag@sha256:digest, which is the same in every site/,
  },
  {
    field: "initContainers",
    value: { migrate: { secrets: ["DB_PASSWORT"] } },
    below: ".migrate.secrets[0]",
    shows: '"DB_PASSWORT"',
    says: /no generated\(\), supplied\(\) or existing key of the service's secrets; add it there/,
  },
  {
    field: "initContainers",
    value: { migrate: { env: { DB_PASSWORD: "Zm9yIHRlc3Rz0815" } } },
    below: ".migrate.env.DB_PASSWORD",
    shows: undefined,
    says: /looks like a secret.*notSecret/,
  },
  { field: "securityContext.runAsUser", value: 0, says: /1 to 2147483647.*securityExceptions\.runAsRoot/ },
  { field: "transforms.deploymnt", value: () => undefined, shows: undefined, says: unknown },
  { field: "transforms.deployment", value: {}, says: /function/ },
  { field: "env.my-var", value: "1", shows: undefined, says: /letters, digits and _/ },
  {
    field: "env.SERVER_PORT",
    value: "1",
    shows: undefined,
    says: /other fields.*ports.*backingServices.*remove it here/,
  },
  {
    field: "secrets.SERVER_PORT",
    value: { secretName: "orders" },
    shows: undefined,
    says: /other fields; choose another name/,
  },
  { field: "calls", value: [], says: /function that returns .*\(\) => \[/ },
  { field: "calls", value: () => undefined, shows: undefined, says: /returned nothing.*list of services/ },
  {
    field: "calls",
    value: () => [undefined],
    below: "[0]",
    shows: undefined,
    says: /import the service .*without quotes/,
  },
  {
    field: "calls",
    value: () => ["receipts"],
    below: "[0]",
    shows: '"receipts"',
    says: /not a service.*import .*without quotes/,
  },
  {
    field: "calls",
    value: () => [{ service: orders, why: "so" }],
    below: "[0]",
    shows: undefined,
    says: /"orders" .*\{ service, justification/,
  },
  {
    field: "calls",
    value: () => [{ service: orders, justification: 7 }],
    below: "[0]",
    shows: undefined,
    says: /"orders" .*\{ service, justification/,
  },
  {
    field: "calls",
    value: () => JSON.parse("receipts"),
    shows: undefined,
    says: /failed: Unexpected token 'r'.*imported services/,
  },
];

describe("a description that is wrong", () => {
  it.each(wrongFields)("$field: $value", async ({ field, value, below = "", says, ...other }) => {
    const lines = await catalogueLines(withValue(orders, field.split("."), value));
    const shows = "shows" in other ? other.shows : shown(value);
    expectTold(lines, { place: `services/orders: ${field}${below}`, shows, says });
  });

  it.each([
    ["a name in capitals", "Orders", label],
    ["a name that starts with a digit", "1orders", /start with a letter/],
    ["a name that is too long", "o".repeat(41), /at most 40 characters/],
    ["a name with ñ", "año", label],
  ])("%s", async (_what, name, says) => {
    const lines = await catalogueLines({ ...orders, name });
    expectTold(lines, { place: `services/${name}: name`, shows: shown(name), says });
  });

  it.each(["/*", "//x", "/a/../admin", '/a"b', "/%2e%2e/", "a", "/a b", "/a//b", "/./a", "/año", "/a?b", "/a;b", ""])(
    "an exposed path that controllers read differently, or not at all: %s",
    async (path) => {
      const lines = await catalogueLines({ ...orders, exposure: { host: "api", path } });
      const says = /path of segments, such as \/declarations.*single slashes/;
      expectTold(lines, { place: "services/orders: exposure.path", shows: shown(path), says });
    },
  );

  it("no start-up probe and no delay: both other probes would kill the JVM while it starts", async () => {
    const lines = await catalogueLines({ ...orders, probes: { startup: "none" } });
    const told = (probe: string) => ({
      place: `services/orders: probes.${probe}.initialDelaySeconds`,
      says: /must be stated.*probes\.startup is "none"/,
    });
    expectTold(lines, told("liveness"), told("readiness"));
  });
});

const cards: Microservice = { ...orders, name: "cards", namespace: "cards", cardholderData: true };
const stock: Microservice = { ...orders, name: "stock" };
const justified = /cardholder data.*justification.*auditor.*at least 10 characters/;

describe("descriptions that do not fit each other", () => {
  const itself: Microservice = { ...orders, calls: () => [itself] };
  const first: Microservice = { ...orders, calls: () => [second] };
  const second: Microservice = { ...stock, calls: () => [first] };
  const broken = withValue(stock, ["resources"], undefined);
  const shop = (stated: Partial<Microservice>): Microservice => ({ ...orders, ...stated });

  it.each<[what: string, services: readonly Microservice[], ...told: readonly Told[]]>([
    [
      "the same name twice",
      [orders, { ...orders }],
      { place: "services/orders: name", shows: '"orders"', says: /services\/orders; change one/ },
    ],
    [
      "the same host and path",
      [shop({ exposure: { host: "api", path: "/a/" } }), { ...stock, exposure: { host: "api", path: "/a" } }],
      { place: "services/stock: exposure", shows: '"api (public) /a"', says: /services\/orders; change one/ },
    ],
    [
      "a namespace shared with cardholder data",
      [shop({ namespace: "cards" }), cards],
      {
        place: "services/orders: namespace",
        shows: '"cards"',
        says: /cardholder data \(services\/cards\).*PCI DSS 1\.3.*another namespace/,
      },
    ],
    [
      "a call to cardholder data without a reason",
      [shop({ calls: () => [cards] }), cards],
      { place: "services/orders: calls[0]", shows: '"cards"', says: justified },
    ],
    [
      "a reason of one word",
      [shop({ calls: () => [{ service: cards, justification: "needed" }] }), cards],
      { place: "services/orders: calls[0]", shows: '"cards"', says: justified },
    ],
    [
      "a call to itself",
      [itself],
      { place: "services/orders: calls[0]", shows: '"orders"', says: /itself; remove it/ },
    ],
    [
      "a call out of the catalogue",
      [shop({ calls: () => [stock] })],
      { place: "services/orders: calls[0]", shows: '"stock"', says: /not in the catalogue; import/ },
    ],
    [
      "a call listed twice",
      [shop({ calls: () => [stock, stock] }), stock],
      { place: "services/orders: calls[1]", shows: '"stock"', says: /twice; remove one/ },
    ],
    [
      "a variable that a call sets",
      [shop({ calls: () => [stock], env: { STOCK_URL: "x" } }), stock],
      { place: "services/orders: env.STOCK_URL", says: /other fields.*calls.*remove it here/ },
    ],
    [
      "a call of a service that is itself wrong",
      [shop({ calls: () => [broken], env: { A: "b" } }), broken],
      { place: "services/stock: resources", says: /^is missing; add it/ },
    ],
    ["two services that call each other, which is fine", [first, second]],
  ])("%s", async (_what, services, ...told) => {
    expectTold(await catalogueLines(...services), ...told);
  });

  it("a variable under env and under secrets", async () => {
    const service = shop({ env: { MODE: "x" }, secrets: { MODE: { secretName: "orders" } } });
    expectTold(await catalogueLines(service), { place: "services/orders: env.MODE", says: /secrets; keep one/ });
  });
});
