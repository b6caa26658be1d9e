import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { replaceMovedPaths } from "../../../../cli/adopt/references/movedPaths.ts";

const whole = { from: "/opt/app/conf", to: "/config", isDirectory: true };
const file = { from: "/etc/app/logback-k8s.xml", to: "/config/logback-k8s.xml", isDirectory: false };
const part = { from: "/srv/part", to: undefined, isDirectory: true };
const known = { from: "/srv/part/known.yml", to: "/config/known.yml", isDirectory: false };

describe("paths of files that moved", () => {
  it.each([
    [
      "--spring.config.location=file:/opt/app/conf/application.yml",
      "--spring.config.location=file:/config/application.yml",
    ],
    ["optional:file:///opt/app/conf/,classpath:/x", "optional:file:///config/,classpath:/x"],
    ["-cp /opt/app/conf:/opt/app/lib/*", "-cp /config:/opt/app/lib/*"],
    ["-f/opt/app/conf/a.yml '/etc/app/logback-k8s.xml'", "-f/config/a.yml '/config/logback-k8s.xml'"],
    ["/opt/app/conf/logback-${STAGE}.xml", "/config/logback-${STAGE}.xml"],
    ["/srv/part/known.yml", "/config/known.yml"],
  ])("are followed in %s", (text, expected) => {
    const { text: replaced, moves } = replaceMovedPaths(text, [whole, file, part, known]);
    expect(replaced).toBe(expected);
    expect([...moves.values()]).not.toContain(undefined);
  });

  it.each([
    "/opt/app/config.yml",
    "/opt/app/conf.d/x",
    "http://host/opt/app/conf/x",
    "/data/opt/app/conf",
    "/etc/app/logback-k8s.xml.bak",
  ])("are not taken for %s", (text) => {
    expect(replaceMovedPaths(text, [whole, file])).toEqual({ text, moves: new Map() });
  });

  it("are told where the file is not found again, and stay", () => {
    const text = "--keys=/srv/part/keys.jks,/srv/part";
    expect(replaceMovedPaths(text, [part, known])).toEqual({
      text,
      moves: new Map([
        ["/srv/part/keys.jks", undefined],
        ["/srv/part", undefined],
      ]),
    });
  });

  it("have moved once that is done, whatever the text", () => {
    const piece = fc.constantFrom("/opt/app/conf", "/etc/app/logback-k8s.xml", "/", "a", ":", " ", "file:", "$(X)");
    fc.assert(
      fc.property(fc.array(piece), (pieces) => {
        const once = replaceMovedPaths(pieces.join(""), [whole, file]).text;
        expect(replaceMovedPaths(once, [whole, file])).toEqual({ text: once, moves: new Map() });
      }),
    );
  });
});
