import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { hideLogins } from "../../../components/cleartext/index.ts";

const hidden = "https://[hidden]@git.tax.example/h.git";

describe("a login in a URL is hidden", () => {
  it.each([
    ["user and password", "https://ana:s3cret@git.tax.example/h.git"],
    ["a token alone", "https://glpat-s3cret@git.tax.example/h.git"],
    ["a password alone", "https://:s3cret@git.tax.example/h.git"],
    ["escapes", "https://ana%40tax:s3cret%2F%3a@git.tax.example/h.git"],
    ["an @ that is not escaped", "https://ana@tax:s3cret@s3cret@git.tax.example/h.git"],
    ["quotes", `https://ana:s3'cret"s3cret@git.tax.example/h.git`],
    ["a slash that is not escaped", "https://ana:s3cret/s3cret@git.tax.example/h.git"],
    ["a question mark and a hash that are not escaped", "https://ana:s3?cret#s3cret@git.tax.example/h.git"],
  ])("%s", (_, url) => {
    expect(hideLogins(url)).toBe(hidden);
    expect(hideLogins(hideLogins(url))).toBe(hidden);
  });

  it.each([
    [
      "of Git",
      "fatal: unable to access 'https://ana:s3cret@git.tax.example/h.git/': The requested URL returned error: 403",
      "fatal: unable to access 'https://[hidden]@git.tax.example/h.git/': The requested URL returned error: 403",
    ],
    [
      "of ORAS",
      'Error: Head "https://ana:s3cret@registry.tax.example/v2/a/manifests/1": dial tcp: lookup registry.tax.example: no such host',
      'Error: Head "https://[hidden]@registry.tax.example/v2/a/manifests/1": dial tcp: lookup registry.tax.example: no such host',
    ],
    [
      "of Maven",
      "Could not transfer artifact a:b:pom:1 from/to staging (https://ana:s3cret@maven.tax.example/staging): status code: 401",
      "Could not transfer artifact a:b:pom:1 from/to staging (https://[hidden]@maven.tax.example/staging): status code: 401",
    ],
    [
      "of the engine",
      "error: unable to open bucket postgres://pulumi:s3cret@10.1.10.11:5432/state?sslmode=verify-full",
      "error: unable to open bucket postgres://[hidden]@10.1.10.11:5432/state?sslmode=verify-full",
    ],
    [
      "of a proxy, with the address that was asked",
      "GET https://proxy/?to=https%3A%2F%2Fana%3As3cret%40git.tax.example%2Fh.git",
      "GET https://proxy/?to=https%3A%2F%2F[hidden]%40git.tax.example%2Fh.git",
    ],
    [
      "with several in a line and on several",
      "from https://a:s3cret@x/1 to https://s3cret@y/2,\nthen ssh://b:s3cret@z",
      "from https://[hidden]@x/1 to https://[hidden]@y/2,\nthen ssh://[hidden]@z",
    ],
  ])("in a message %s", (_, said, shown) => {
    expect(hideLogins(said)).toBe(shown);
  });
});

it.each([
  "https://registry.tax.example:5000/release/card-payments@sha256:0123",
  "https://registry.tax.example/@scope/name",
  "https://[fd00::1]:8443/a@b",
  "https://host:8443?to=ana@tax.example",
  "https://$(HOST):$(PORT)/a@b",
  '["https://git.tax.example","ana@tax.example"]',
  "'https://git.tax.example' of ana@tax.example",
  "git@git.tax.example:h.git",
  "ana@tax.example",
  "file:///srv/a@b",
])("nothing else is: %s", (text) => {
  expect(hideLogins(text)).toBe(text);
});

test("another text may take its place", () => {
  expect(hideLogins("https://ana:s3cret@git.tax.example/h.git", "")).toBe("https://git.tax.example/h.git");
});

test("whatever a login consists of, nothing of it is left, and all that stands round it is", () => {
  const character = fc.oneof(
    fc.constantFrom(..."abcXYZ019-._~!$&'()*+,;=:@%\"`|\\^[]{}<>/?#", "%40", "%2F", "%3A", "ñ", "€"),
  );
  const secret = fc.array(character, { maxLength: 12 }).map((parts) => `hunter2${parts.join("")}`);
  const user = fc.stringMatching(/^[A-Za-z][\w.%~+-]{0,8}$/);
  // What ends a URL is a user only where it is escaped.
  const token = secret.map((text) => text.replaceAll(/[/?#]/g, ""));
  const login = fc.oneof(
    token,
    fc.tuple(user, secret).map((parts) => parts.join(":")),
    secret.map((password) => `:${password}`),
  );
  const around = fc.constantFrom(
    ["", ""],
    ["'", "'"],
    ['"', '": refused'],
    ["(", ")"],
    ["<", ">, twice"],
    ["see ", "."],
  );
  const url = fc.record({ scheme: fc.constantFrom("https", "ssh", "git+https", "postgres"), login, around }).filter(
    // The end of an entry in a list of quoted texts.
    (made) => !made.login.includes('","'),
  );
  fc.assert(
    fc.property(fc.array(url, { minLength: 1, maxLength: 4 }), (urls) => {
      const text = (shown: (login: string) => string) =>
        urls
          .map(({ scheme, login, around: [before = "", after = ""] }) => {
            return `${before}${scheme}://${shown(login)}@host.tax.example:8443/a/b${after}`;
          })
          .join(" and ");
      expect(hideLogins(text((login) => login))).toBe(text(() => "[hidden]"));
    }),
    { numRuns: 2000 },
  );
});

test.each(["://", "://a:", "://a:b@", "://a:b/", "%3A%2F%2F", '","'])("200 kB of %j take no long time", (part) => {
  const start = performance.now();
  hideLogins(part.repeat(200_000 / part.length));
  expect(performance.now() - start).toBeLessThan(2000);
});
