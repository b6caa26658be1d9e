import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type History, historyOf } from "../../../delivery/history/history.ts";
import { KeptEntries } from "../../../delivery/history/keptEntries.ts";
import { s3Store } from "../../../delivery/history/s3Store.ts";
import { entryOf, linesOfRecords } from "../../support/historyRecords.ts";
import { S3Server } from "../../support/s3Server.ts";

let servers: { readonly dc1: S3Server; readonly dc2: S3Server };
const state = mkdtempSync(join(tmpdir(), "gemelos-state-"));
const buckets = ["whole", "many", "edited", "away", "long"];

beforeAll(async () => {
  servers = { dc1: await S3Server.start(...buckets), dc2: await S3Server.start(...buckets) };
});
afterAll(async () => {
  await Promise.all([servers.dc1.stop(), servers.dc2.stop()]);
  rmSync(state, { recursive: true });
});

function storeOf(site: "dc1" | "dc2", bucket: string, changes: { secretAccessKey?: string } = {}) {
  const { endpoint, caCertificate, credentials } = servers[site];
  return s3Store(site, { kind: "s3", endpoint, bucket, caCertificate }, { ...credentials, ...changes });
}

/** The history of a site in its own server's bucket, with a copy in the other's; kept entries by who writes. */
function open(bucket: string, site: "dc1" | "dc2" = "dc1", writer = "one"): History {
  const other = site === "dc1" ? "dc2" : "dc1";
  const store = storeOf(site, bucket);
  return historyOf({
    ...{ site, store, peer: { site: other, store: storeOf(other, bucket) } },
    kept: new KeptEntries(site, store.place, join(state, writer)),
    ...{ onNote: () => undefined, environment: {}, now: () => new Date() },
  });
}

const objects = (site: "dc1" | "dc2", bucket: string) =>
  readdirSync(join(servers[site].buckets, bucket, "dc1")).toSorted();
const objectFile = (bucket: string, number: string) => join(servers.dc1.buckets, bucket, "dc1", `${number}.json`);

describe("a bucket", () => {
  it("holds an object a record, in order, and a copy in the other site's", async () => {
    const history = open("whole");
    expect(await history.records()).toEqual([]);
    const first = await history.append(entryOf({ outcome: "started" }));
    const second = await history.append(entryOf({ started: 1, why: "ñandú & <mate>" }));
    expect(await history.verify()).toMatchObject({ records: [first, second], problems: [], notes: [] });
    expect(objects("dc1", "whole")).toEqual(["0000000001.json", "0000000002.json"]);
    expect(objects("dc2", "whole")).toEqual(objects("dc1", "whole"));
    expect(readFileSync(objectFile("whole", "0000000002"), "utf8")).toBe(linesOfRecords([second]).join(""));
    const other = await open("whole", "dc2").append(entryOf());
    expect(other.peer).toEqual({ site: "dc1", sequence: 2, hash: second.hash });
  });

  it("takes every record of many writers at once, and overwrites none", async () => {
    const writers = Array.from({ length: 6 }, (_, index) => open("many", "dc1", `writer${index}`));
    await Promise.all(writers.map((history, index) => history.append(entryOf({ why: `by ${index}` }))));
    const { records, problems } = await open("many").verify();
    expect(problems).toEqual([]);
    expect(records.map(({ why }) => why).toSorted()).toEqual(writers.map((_, index) => `by ${index}`));
  });

  it("of more objects than one list has is read whole", async () => {
    const lines = Array.from({ length: 1010 }, (_, index) => `{"n":${index + 1}}`);
    // The server's objects are files, which are written faster so.
    mkdirSync(join(servers.dc1.buckets, "long", "dc1"));
    for (const [index, line] of lines.entries()) {
      writeFileSync(objectFile("long", String(index + 1).padStart(10, "0")), line);
    }
    expect((await storeOf("dc1", "long").read(["dc1"])).lines("dc1")).toEqual(lines);
  });
});

describe("what somebody has done to the objects is found", () => {
  it("an edited one, a missing one, a cut end", async () => {
    const history = open("edited");
    for (const why of ["first", "second", "third"]) await history.append(entryOf({ why }));
    const second = objectFile("edited", "0000000002");
    const text = readFileSync(second, "utf8");
    writeFileSync(second, text.replace("second", "edited"));
    await expect(history.records()).rejects.toThrow("record 2 was edited");
    rmSync(second);
    await expect(history.records()).rejects.toThrow("record 2 is missing");
    writeFileSync(second, text);
    expect((await history.verify()).problems).toEqual([]);
    rmSync(objectFile("edited", "0000000003"));
    await expect(history.records()).rejects.toThrow("record 3 is missing at the end; the copy in the bucket edited of");
  });
});

describe("a store that does not do its work says so, without any secret", () => {
  it.each([
    [
      "no such bucket",
      () => storeOf("dc1", "nowhere"),
      /the bucket nowhere of https:\/\/127.* does not exist; make it/,
    ],
    [
      "another secret",
      () => storeOf("dc1", "whole", { secretAccessKey: "planted-other" }),
      /denies the key \(SignatureDoesNotMatch\)/,
    ],
    [
      "no key at all",
      () => s3Store("dc1", { kind: "s3", endpoint: servers.dc1.endpoint, bucket: "whole" }, undefined),
      /needs GEMELOS_HISTORY_DC1_ACCESS_KEY_ID and GEMELOS_HISTORY_DC1_SECRET_ACCESS_KEY/,
    ],
    [
      "another authority",
      () => s3Store("dc1", { kind: "s3", endpoint: servers.dc1.endpoint, bucket: "whole" }, servers.dc1.credentials),
      /cannot be reached \((SELF_SIGNED|UNABLE_TO|DEPTH)/,
    ],
    [
      "nobody there",
      () => s3Store("dc1", { kind: "s3", endpoint: "https://127.0.0.1:1", bucket: "whole" }, servers.dc1.credentials),
      /cannot be reached \(ECONNREFUSED\)/,
    ],
  ])("%s", async (_, store, message) => {
    const said = await store()
      .read(["dc1"])
      .then(String, (error: Error) => error.message);
    expect(said).toMatch(message);
    expect(said).not.toContain("planted");
  });

  it("its records are read from the copy, and written once it is back", async () => {
    const record = await open("away").append(entryOf());
    const { endpoint } = servers.dc2;
    const gone = s3Store(
      "dc1",
      { kind: "s3", endpoint: "https://127.0.0.1:1", bucket: "away" },
      servers.dc1.credentials,
    );
    const notes: string[] = [];
    const history = historyOf({
      ...{ site: "dc1", store: gone, peer: { site: "dc2", store: storeOf("dc2", "away") } },
      kept: new KeptEntries("dc1", gone.place, join(state, "away")),
      ...{ onNote: (note: string) => notes.push(note), environment: {}, now: () => new Date() },
    });
    expect(await history.records()).toEqual([record]);
    expect(notes.join()).toContain(`The copy in the bucket away of ${endpoint} is shown`);
  });
});
