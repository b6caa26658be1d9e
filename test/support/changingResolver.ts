// Run by `unshare --map-root-user --mount --net node changingResolver.ts JAVA CLASS_PATH SECONDS`: a machine's network and
// files of its own, in which a program is alone with a resolver that changes its mind. Prints what the program prints.
import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What the resolver says, by seconds since its first query; `undefined` is SERVFAIL. */
const answers: readonly (readonly [until: number, address: string | undefined])[] = [
  [1, "10.0.0.1"],
  [9, "10.0.0.2"],
  [Number.POSITIVE_INFINITY, undefined],
];

const [java = "", classPath = "", seconds = ""] = process.argv.slice(2);

for (const [path, text] of [
  ["/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:1 attempts:1\n"],
  ["/etc/nsswitch.conf", "hosts: dns\n"],
] as const) {
  const file = join(classPath, path.replaceAll("/", "-"));
  writeFileSync(file, text);
  execFileSync("mount", ["--bind", file, path]);
}
execFileSync("ip", ["link", "set", "lo", "up"]);

let firstQuery: number | undefined;
const server = createSocket("udp4").on("message", (query, { port, address }) => {
  firstQuery ??= Date.now();
  const passed = (Date.now() - firstQuery) / 1000;
  server.send(reply(query, answers.find(([until]) => passed < until)?.[1]), port, address);
});
server.bind(53, "127.0.0.1", () => {
  const program = spawn(java, ["-cp", classPath, "Resolve", "db.tax.example", seconds], {
    stdio: ["ignore", "inherit", "ignore"],
  });
  program.on("exit", (code) => process.exit(code ?? 1));
});

/** The reply to a query of one name (RFC 1035, 4.1): an address for type A, nothing for others. */
function reply(query: Buffer, address: string | undefined): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const hasAnswer = address !== undefined && query.readUInt16BE(end - 4) === 1;
  const head = Buffer.from([0, 0, 0x81, address === undefined ? 0x82 : 0x80, 0, 1, 0, hasAnswer ? 1 : 0, 0, 0, 0, 0]);
  query.copy(head, 0, 0, 2);
  const record = hasAnswer ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...address.split(".").map(Number)] : [];
  return Buffer.concat([head, query.subarray(12, end), Buffer.from(record)]);
}
