import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { isSecretVariable, withoutSecrets } from "../../../../cli/adopt/reading/secretText.ts";
import { moveSteps } from "../../../../cli/adopt/references/awaitedSecrets.ts";
import { formatLists } from "../../../../cli/adopt/report/report.ts";
import { writeDescription } from "../../../../cli/adopt/writing/typescript.ts";
import { adoptText } from "../manifests.ts";

describe("a secret in the clear", () => {
  it("in YAML becomes the variable of its path", () => {
    const { text, found } = withoutSecrets(
      "application.yaml",
      "spring:\n  datasource:\n    username: app\n    password: hunter2\n  mail:\n    password: ${M}\n",
    );
    expect(text).toBe(
      "spring:\n  datasource:\n    username: app\n    password: ${SPRING_DATASOURCE_PASSWORD}\n  mail:\n    password: ${M}\n",
    );
    expect(found).toEqual([{ line: 4, variable: "SPRING_DATASOURCE_PASSWORD" }]);
  });

  it("in properties becomes the variable of its key; what is no secret stays", () => {
    const before = "a.api-key=xyz\ntoken.validity=3600\nuse.token=true\nb.password=123456\n";
    expect(withoutSecrets("a.properties", before).text).toBe(
      "a.api-key=${A_API_KEY}\ntoken.validity=3600\nuse.token=true\nb.password=${B_PASSWORD}\n",
    );
  });

  it("in JSON laid out over lines leaves JSON, with its quotes and commas", () => {
    const before = JSON.stringify({ db: { password: "hunter2", pin: 1, secret: 123456 }, user: "u" }, null, 2);
    const { text = "" } = withoutSecrets("config.json", before);
    expect(JSON.parse(text)).toEqual({
      db: { password: "${DB_PASSWORD}", pin: 1, secret: "${DB_SECRET}" },
      user: "u",
    });
    expect(text).toContain('    "password": "${DB_PASSWORD}",\n');
  });

  it.each([
    ["a flow map", "db: { password: hunter2, user: u }\n", { db: { password: "${DB_PASSWORD}", user: "u" } }],
    ["a block", "db:\n  password: |\n    hunter2\n  user: u\n", { db: { password: "${DB_PASSWORD}", user: "u" } }],
    ["quotes", "db: { password: 'hunter2' }\n", { db: { password: "${DB_PASSWORD}" } }],
    ["a URL whose user is the same", "url: pg://hunter2:hunter2@db\n", { url: "pg://hunter2:${URL_PASSWORD}@db" }],
  ])("in YAML's %s leaves YAML", (_, before, after) => {
    expect(parse(withoutSecrets("a.yaml", before).text ?? "")).toEqual(after);
  });

  it("of a file that holds a private key leaves nothing, since no variable can stand for it", () => {
    expect(withoutSecrets("key.pem", "-----BEGIN PRIVATE KEY-----\nMIIB\n").text).toBeUndefined();
  });

  it("has a variable of its own where another value has taken the name", () => {
    const taken = new Map([["DB_PASSWORD", "other"]]);
    expect(withoutSecrets("a.yaml", "db:\n  password: hunter2\n", taken).text).toContain("${DB_PASSWORD_2}");
    expect(withoutSecrets("b.yaml", "db:\n  password: hunter2\n", taken).text).toContain("${DB_PASSWORD_2}");
  });
});

/** The manifests of one container, with more of its fields, as flow maps. */
function withContainer(fields: string): string {
  return `
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers:
        - { name: orders, image: "registry.example.org/orders:1", resources: { requests: { memory: 1Gi } }, ${fields} }
`;
}

describe("a command line that holds a secret", () => {
  it.each([
    ["command", "command: [java, -Ddb.password=hunter2, -jar, a.jar]", "-Ddb.password=$(DB_PASSWORD)", "DB_PASSWORD"],
    ["args", "args: [--password, hunter2, --port=1]", "$(PASSWORD)", "PASSWORD"],
    ["jvm", "env: [{ name: JAVA_TOOL_OPTIONS, value: -Ddb.password=hunter2 -Xss1m }]", "$(DB_PASSWORD)", "DB_PASSWORD"],
  ] as const)("names a variable in its place: %s", (field, fields, word, variable) => {
    const adopted = adoptText(withContainer(fields));
    expect(JSON.stringify(adopted.service[field])).toContain(word);
    expect(adopted.service.secrets?.[variable]).toMatchObject({ kind: "supplied" });
    const { rows } = adopted.compare(adopted.service);
    expect(rows.filter(({ verdict }) => verdict.list === "not carried over")).toEqual([]);
    expect(JSON.stringify([adopted, rows])).not.toContain("hunter2");
    expect(moveSteps("orders", adopted.awaited, ["dc1"]).join()).toMatch(
      `at the prompt of: npm run -s secrets -- put --site dc1 --service orders --key ${variable}`,
    );
  });

  it.each([
    [
      "a probe, in which nothing is replaced",
      "livenessProbe: { exec: { command: [redis-cli, -a, hunter2, ping] } }",
      4,
    ],
    ["a secret without a name", "command: [redis-cli, -pHunter2x, ping]", 3],
  ])("is left out as a whole where no variable can stand for it: %s", (_, fields, lost) => {
    const adopted = adoptText(withContainer(fields));
    expect(JSON.stringify(adopted.service)).not.toMatch(/redis-cli|hunter2/i);
    const rows = adopted.compare(adopted.service).rows.filter(({ verdict }) => verdict.list === "not carried over");
    expect(rows).toHaveLength(lost);
    expect(rows.every(({ verdict }) => JSON.stringify(verdict).includes("holds a secret in the clear"))).toBe(true);
  });

  it("and a password that YAML reads as a number is not told in the error about it", () => {
    const manifests = withContainer("env: [{ name: DB_PASSWORD, value: 48151623 }]");
    expect(() => adoptText(manifests)).toThrow(/env\[0\]\.value: .*must be text/);
    expect(() => adoptText(manifests)).not.toThrow(/48151623/);
  });
});

describe("adopted manifests show no secret, however people name what holds it", () => {
  const planted = "planted-hunter2";
  const names = [
    "DB_PASSWORD",
    "DB_PWD",
    "DBPASSWORD",
    "dbPassword",
    "AUTHTOKEN",
    "API_KEY",
    "PGPASSWORD",
    "PASS_PHRASE",
  ];
  const manifests = (container: string, configuration: string) => `
kind: Deployment
metadata: { name: orders }
spec:
  template:
    spec:
      containers:
        - name: orders
          image: registry.example.org/orders:1
          resources: { requests: { cpu: 500m, memory: 1Gi } }
          ${container}
          volumeMounts: [{ name: files, mountPath: /config }]
      volumes: [{ name: files, configMap: { name: settings } }]
---
kind: ConfigMap
metadata: { name: settings }
data: { application.yaml: ${JSON.stringify(configuration)} }
`;

  it.each(names.filter((name) => isSecretVariable(name, planted)))("%s", (name) => {
    for (const [container, configuration] of [
      [`env: [{ name: ${name}, value: ${planted} }]`, "a: 1\n"],
      [`args: [--${name}=${planted}]`, "a: 1\n"],
      ["env: []", `spring:\n  ${name}: ${planted}\n`],
    ] as const) {
      const adopted = adoptText(manifests(container, configuration));
      const { rows } = adopted.compare(adopted.service);
      const shown = [
        writeDescription(adopted.service),
        formatLists(rows),
        adopted.notes.join(),
        JSON.stringify(adopted.templates),
      ];
      expect(shown.join("\n")).not.toContain(planted);
    }
  });

  it("and all of those names are taken for one", () => {
    expect(names.filter((name) => !isSecretVariable(name, planted))).toEqual([]);
  });
});
