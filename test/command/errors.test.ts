import { closeSync, openSync, readdirSync, writeSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { atPath, describeSystemError, isSystemError } from "../../command/errors.ts";

function caught(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return error;
  }
  throw new Error("nothing was refused");
}

describe("what the system refuses", () => {
  it.each([
    ["ENOSPC", "write", /^error: \/srv\/out is on a full disk; free some space or /],
    ["EDQUOT", "write", /quota.*free some space/],
    ["ENAMETOOLONG", "open", /name that is too long.*; shorten it$/],
    ["EISDIR", "open", /is a folder, and a file is wanted; name a file$/],
    ["ELOOP", "open", /link that leads to itself; remove the link$/],
    ["EMFILE", "open", /cannot be opened \(EMFILE\); .*ulimit -n/],
    ["ENOENT", "scandir", /cannot be read \(ENOENT\); .*does not exist/],
    ["EACCES", "mkdir", /cannot be written \(EACCES\); get permission or/],
    ["EXDEV", "rename", /cannot be written \(EXDEV\); .*choose another place$/],
  ])("%s is one line with the path, the reason and what to do", (code, syscall, says) => {
    const error = Object.assign(new Error(code), { code, syscall, path: "/srv/out" });
    expect(describeSystemError(error)).toMatch(says);
    expect(describeSystemError(error)).not.toContain("\n");
  });

  it("says of a program that it is not there", () => {
    const error = Object.assign(new Error("x"), { code: "ENOENT", syscall: "spawn git", path: "git" });
    expect(describeSystemError(error)).toBe("error: git cannot be started (ENOENT); install it, or correct PATH");
  });

  it("has a path where Node names none, as when a disk is full", () => {
    const file = openSync("/dev/full", "w");
    const error = caught(() => atPath("/srv/out", () => writeSync(file, "text")));
    closeSync(file);
    expect(isSystemError(error) && describeSystemError(error)).toMatch(/^error: \/srv\/out is on a full disk; /);
  });

  it("is told from an error of the program and from a network that does not answer", () => {
    expect(isSystemError(caught(() => readdirSync("/nowhere")))).toBe(true);
    expect(isSystemError(new TypeError("x is not a function"))).toBe(false);
    expect(isSystemError(Object.assign(new Error("x"), { code: "ECONNREFUSED", syscall: "connect" }))).toBe(false);
    expect(isSystemError(Object.assign(new Error("x"), { code: "ERR_INVALID_CHAR", syscall: "x" }))).toBe(false);
  });
});
