import { expect, test } from "vitest";
import { isSecretName } from "../../../components/cleartext/index.ts";
import { isLoginName, isPasswordName, nameHint } from "../../../components/cleartext/secretNames.ts";

const secrets =
  "DB_PASSWORD dbPassword db-password spring.datasource.password PGPASSWORD MYSQL_PWD MYSQLPWD DB_PASS keystorepass sslPass AUTHTOKEN tokens api-key APIKey apikey SECRETKEY private_key encryption.key app.jwt.key HMAC_KEY passphrase PASS_PHRASE passcode credentials PWD_HASH DB_PASSWORD_PROD password2 password.value passwords[0] GITHUB_PAT AWS_ACCESS_KEY_ID clave CLAVE_DB contraseña contrasena llavePrivada secreto proxyPassword".split(
    " ",
  );

test.each(secrets)("%s names a secret", (name) => {
  expect(isSecretName(name)).toBe(true);
  expect(nameHint.test(name)).toBe(true);
});

const others =
  "TOKENIZER PASSWORDLESS KEYBOARD COMPASS BYPASS passenger token.expiry passwordFile passwordEncoder tokenUri secretName existingSecret SECRETARY_URL partition-key primaryKey public-key key keys id API_KEY_HEADER password.min-length clavePrimaria palabras-clave enclave fastcgi_pass imagePullSecrets.name".split(
    " ",
  );

test.each(others)("%s names none", (name) => {
  expect(isSecretName(name)).toBe(false);
});

test("a name in two parts is one name", () => {
  expect(isSecretName("encryption", "key")).toBe(true);
  expect(isSecretName("partition", "key")).toBe(false);
  expect(isSecretName("password", "encoder")).toBe(false);
});

test("a password may be a number, a token may not", () => {
  expect(isPasswordName("db.password")).toBe(true);
  expect(isPasswordName("token")).toBe(false);
});

test("a login is a user and a password in one", () => {
  expect(["auth", "_auth", "BASIC_AUTH", "Authorization", "userpass"].filter((name) => !isLoginName(name))).toEqual([]);
  expect(["author", "oauth", "authMode"].filter((name) => isLoginName(name))).toEqual([]);
});
