import { describe, expect, test } from "vitest";
import { findInText, hideSecrets } from "../../../components/cleartext/text.ts";

describe("what is shown of a text", () => {
  test.each([
    ["-Xmx1g -Ddb.password=hunter2 -jar", "-Xmx1g -Ddb.password=[hidden] -jar"],
    ["jdbc:x://h/d?user=u&password=hunter2&ssl=true", "jdbc:x://h/d?user=u&password=[hidden]&ssl=true"],
    ["Server=h;Password=hunter2;Encrypt=true", "Server=h;Password=[hidden];Encrypt=true"],
    ['{"password":"hunter2","user":"u"}', '{"password":"[hidden]","user":"u"}'],
    ["amqp://user:hunter2@mq:5672", "amqp://user:[hidden]@mq:5672"],
    ["--password hunter2 --user u", "--password [hidden] --user u"],
    ["--url=jdbc:x?password=hunter2", "--url=jdbc:x?password=[hidden]"],
    ["mysqladmin -phunter2 ping", "mysqladmin -p[hidden] ping"],
    ["the token is ghp_hunter2hunter2.", "the token is [hidden]."],
    ["curl -H 'X-Api-Key: hunter2' http://h/", "curl -H 'X-Api-Key: [hidden]' http://h/"],
    ["wget --header=X-Auth-Token:hunter2 h", "wget --header=X-Auth-Token:[hidden] h"],
    ["curl -H 'X-Api-Key: $(K)' -H 'Accept: text/plain'", "curl -H 'X-Api-Key: $(K)' -H 'Accept: text/plain'"],
    ['proxy_set_header Authorization "Basic hunter2hunter2";', 'proxy_set_header Authorization "Basic [hidden]";'],
    ['proxy_set_header Authorization "Bearer $token";', 'proxy_set_header Authorization "Bearer $token";'],
    ["--server.port=8080 --password=$(P)", "--server.port=8080 --password=$(P)"],
  ])("%s", (text, shown) => {
    expect(hideSecrets(text)).toBe(shown);
  });
});

test("text for people may have a colon behind the word", () => {
  expect(findInText("Password: resets", "prose")).toEqual([]);
  expect(findInText("password: hunter2")).toHaveLength(1);
});

test.each(["a=", '"password": "', "password=", "password: x\n", "-p", "\n", " ", "token=a&"])(
  "200 kB of %j take no long time",
  (part) => {
    const start = performance.now();
    findInText(part.repeat(200_000 / part.length), "command");
    expect(performance.now() - start).toBeLessThan(5000);
  },
);
