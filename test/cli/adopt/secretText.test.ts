import { describe, expect, it } from "vitest";
import { isSecretArgument, isSecretVariable, withoutSecrets } from "../../../cli/adopt/secretText.ts";

describe("a secret in the clear", () => {
  it.each([
    ["DB_PASSWORD", "hunter2", true],
    ["spring.datasource.password", "hunter2", true],
    ["DATABASE_URL", "postgres://app:hunter2@db/app", true],
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
