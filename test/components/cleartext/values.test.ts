import { expect, test } from "vitest";
import { isClearLogin, isClearValue } from "../../../components/cleartext/values.ts";

const references =
  "|${X}|${X:}|${X:true}|${?X}|${env:X}|$(X)|$X|{{ x }}|#{x}|@x@|%X%|ENC(abcdef)|{cipher}abcdef|vault:services/x#y|env:X|classpath:key.pem|/run/secrets/x|./key.pem|true|null|***|<password>|https://login.tax.example|Enter your password".split(
    "|",
  );

test.each(references)("%j under a password's name is no secret", (value) => {
  expect(isClearValue(["password"], value)).toBe(false);
});

const clear =
  "hunter2|123456|${X:hunter2}|${X:-hunter2}|$ecret1|pre-${X}-hunter2|{noop}hunter2|correct horse battery staple|/a+b/c==".split(
    "|",
  );

test.each(clear)("%j under a password's name is one", (value) => {
  expect(isClearValue(["password"], value)).toBe(true);
});

test.each(["3600", "15m", "PT5M", "10MB", "cookie", "vault"])("%j under a token's name is none", (value) => {
  expect(isClearValue(["token"], value)).toBe(false);
});

test.each([
  ["user:hunter2", true],
  [Buffer.from("user:hunter2").toString("base64"), true],
  ["Bearer hunter2", true],
  ["Bearer ${TOKEN}", false],
  ["user:${PASSWORD}", false],
  ["host:8080", false],
  ["basic", false],
])("auth: %s is a login in the clear: %s", (value, expected) => {
  expect(isClearLogin(["auth"], value)).toBe(expected);
});

test.each([
  [`Basic ${Buffer.from("user:hunter2").toString("base64")}`, true],
  [`basic ${Buffer.from("user:hunter2").toString("base64")}`, true],
  ["Basic authentication", false],
  ["Basic ${CREDENTIALS}", false],
  [Buffer.from("user:hunter2").toString("base64"), false],
])("a header's value of any name: %s is a login in the clear: %s", (value, expected) => {
  expect(isClearLogin(["upstream", "header"], value)).toBe(expected);
});
