import { describe, expect, it } from "vitest";
import { formatLists } from "../../../cli/adopt/report.ts";
import { isSecretArgument, isSecretVariable, withoutSecrets } from "../../../cli/adopt/secretText.ts";
import { writeDescription } from "../../../cli/adopt/typescript.ts";
import { adoptText } from "./manifests.ts";

describe("a secret in the clear", () => {
  it.each([
    ["DB_PASSWORD", "hunter2", true],
    ["spring.datasource.password", "hunter2", true],
    ["DATABASE_URL", "postgres://app:hunter2@db/app", true],
    ["DB_PWD", "hunter2", true],
    ["DBPASSWORD", "hunter2", true],
    ["dbPassword", "hunter2", true],
    ["AUTHTOKEN", "hunter2", true],
    ["DB_PASSWORD", "$(OTHER)", false],
    ["DB_PASSWORD", "", false],
    ["DB_USER", "app", false],
    ["DATABASE_URL", "jdbc:postgresql://db:5432/app", false],
  ])("as variable %s = %s: %s", (name, value, expected) => {
    expect(isSecretVariable(name, value)).toBe(expected);
  });

  it.each([
    ["--db.password=hunter2", true],
    ["-Djavax.net.ssl.keyStorePassword=changeit", true],
    ["--token=$(TOKEN)", false],
    ["--server.port=8080", false],
  ])("as argument %s: %s", (argument, expected) => {
    expect(isSecretArgument(argument)).toBe(expected);
  });

  it("in YAML becomes the variable of its path", () => {
    const { text, found } = withoutSecrets(
      "spring:\n  datasource:\n    username: app\n    password: hunter2\n  mail:\n    password: ${M}\n",
    );
    expect(text).toBe(
      "spring:\n  datasource:\n    username: app\n    password: ${SPRING_DATASOURCE_PASSWORD}\n  mail:\n    password: ${M}\n",
    );
    expect(found).toEqual([{ line: 4, variable: "SPRING_DATASOURCE_PASSWORD" }]);
  });

  it("in properties becomes the variable of its key; what is no secret stays", () => {
    const { text } = withoutSecrets("a.api-key=xyz\ntoken.validity=3600\nuse.token=true\nb.password=123456\n");
    expect(text).toBe("a.api-key=${A_API_KEY}\ntoken.validity=3600\nuse.token=true\nb.password=${B_PASSWORD}\n");
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
