import { describe, expect, test } from "vitest";
import { findInCommand, findInFile, findInValue } from "../../../components/cleartext/file.ts";

/** What was found, and the names that lead to it. */
function found(name: string, text: string) {
  return findInFile(name, text).map(({ start, end, keys }) => [keys.join("."), text.slice(start, end)]);
}

describe("a template's placeholders", () => {
  test("are references, also where they make the file no YAML", () => {
    const text = "name: {{ service.name }}\nurl: x://{{ a }}:1/d\npassword: {{ b }}\ntoken: hunter2\n";
    expect(found("a.yaml", text)).toEqual([["token", "hunter2"]]);
  });

  test("may hold a secret themselves", () => {
    expect(found("a.yaml", 'password: {{ "hunter2" }}\n')).toEqual([["password", "hunter2"]]);
    expect(found("a.yaml", '{% assign password = "hunter2" %}\na: {{ password }}\n')).toEqual([
      ["password", "hunter2"],
    ]);
  });
});

test("a file that its ending does not describe is searched all the same", () => {
  expect(found("a.yaml", "a: [\npassword: hunter2\n")).toEqual([["password", "hunter2"]]);
  expect(found("settings", '{ "password": "hunter2" }')).toEqual([["password", "hunter2"]]);
});

test.each(["-", "<!-- ", "{{", "{% ", "# key\n", "a: b\n", "password: ", "key=a\n", "<a key='b'>"])(
  "200 kB of %j take no long time",
  (part) => {
    const start = performance.now();
    for (const name of ["a.yaml", "a.properties", "a.txt"])
      findInFile(name, `key\n${part.repeat(200_000 / part.length)}`);
    expect(performance.now() - start).toBeLessThan(15_000);
  },
);

test("a token is found where no value stands, such as in a key", () => {
  expect(found("a.yaml", "tokens:\n  ghp_hunter2hunter2: 1\n")).toEqual([["", "ghp_hunter2hunter2"]]);
});

test("a part of a value has a name of its own, since the value's name is the whole's", () => {
  expect(found("a.yaml", "url: x://u:hunter2@h\n")).toEqual([["url.password", "hunter2"]]);
  expect(found("a.yaml", "url: x://h?token=hunter2\n")).toEqual([["url.token", "hunter2"]]);
});

test("the words of a command line are read together, each with its own secrets", () => {
  const words = ["run", "--password", "hunter2", "--url=x://u:hunter3@h"];
  expect([...findInCommand(words).keys()]).toEqual([2, 3]);
});

test.each([
  ["token bucket", 0],
  ["password policy", 0],
  ["token s3cr3tXyz", 1],
  ["password: hunter", 1],
  ["# redis\nrequirepass hunter", 1],
])("the words of a value are no key's name: %j holds %d secrets", (value, count) => {
  expect(findInValue(["RATE_LIMITER"], value)).toHaveLength(count);
});
