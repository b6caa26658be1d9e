import { once } from "node:events";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { afterEach, beforeEach, expect, it } from "vitest";
import { s3Store } from "../../../delivery/history/s3Store.ts";
import { ownCertificate } from "../../support/httpsServer.ts";

/** A store as older ones are: it takes `If-None-Match` for nothing, and overwrites. */
let server: Server;
let certificate: string;
const objects = new Map<string, string>();

beforeEach(async () => {
  objects.clear();
  const { cert, key } = await ownCertificate();
  certificate = cert;
  server = createServer({ cert, key }, async (request, response) => {
    const path = new URL(request.url ?? "/", "https://server").pathname.replace(/^\/history\/?/, "");
    const body = await text(request);
    if (request.method === "PUT") objects.set(path, body);
    const keys = [...objects.keys()].map((each) => `<Contents><Key>${each}</Key></Contents>`).join("");
    const list = `<ListBucketResult>${keys}</ListBucketResult>`;
    response.writeHead(200).end(request.method === "PUT" ? "" : path === "" ? list : objects.get(path));
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

function open() {
  const endpoint = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const place = { kind: "s3", endpoint, bucket: "history", caCertificate: certificate } as const;
  return s3Store("dc1", place, { accessKeyId: "AKIAGEMELOSTEST", secretAccessKey: "planted" });
}

const refused = /ignores If-None-Match, so that one deployment can overwrite the record of another/;

it("a store that overwrites is found out before the record of another deployment is lost", async () => {
  objects.set("dc1/0000000001.json", "first");
  const mine = await open().read(["dc1"]);
  objects.set("dc1/0000000002.json", "another's");
  await expect(mine.append("dc1", ["mine"], "dc1: record 2")).rejects.toThrow(refused);
  expect([...objects.values()]).toEqual(["first", "another's"]);
});

it("an empty one is found out by the first record, and takes no second", async () => {
  const [one, two] = [await open().read(["dc1"]), await open().read(["dc1"])];
  await expect(one.append("dc1", ["one"], "dc1: record 1")).rejects.toThrow(refused);
  await expect(two.append("dc1", ["two"], "dc1: record 1")).rejects.toThrow(refused);
  expect(objects.size).toBe(1);
});
