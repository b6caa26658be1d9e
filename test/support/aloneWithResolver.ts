import { execFileSync, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a program is alone with. */
interface Alone {
  /** A folder for the files that take the place of the machine's. */
  readonly folder: string;
  /** Lines of `/etc/resolv.conf` beside the resolver's own. */
  readonly configuration: string;
  /** The address of a name, or the code of the reply that has none (RFC 1035, 4.1.1). */
  readonly answer: (name: string) => string | "SERVFAIL" | "NXDOMAIN";
  /** The program, with its words. */
  readonly command: readonly string[];
  /** Whether the program's output is this process's. */
  readonly output: "inherit" | "ignore";
}

/**
 * Runs a program with a resolver in the place of the machine's, and ends as it does. For a process with a network and files of
 * its own: `unshare --map-root-user --mount --net`.
 */
export function aloneWithResolver({ folder, configuration, answer, command, output }: Alone): void {
  for (const [path, text] of [
    ["/etc/resolv.conf", `nameserver 127.0.0.1\n${configuration}\n`],
    ["/etc/nsswitch.conf", "hosts: dns\n"],
  ] as const) {
    const file = join(folder, path.replaceAll("/", "-"));
    writeFileSync(file, text);
    execFileSync("mount", ["--bind", file, path]);
  }
  execFileSync("ip", ["link", "set", "lo", "up"]);
  const server = createSocket("udp4").on("message", (query, { port, address }) => {
    server.send(reply(query, answer(nameIn(query))), port, address);
  });
  const [program = "", ...words] = command;
  server.bind(53, "127.0.0.1", () => {
    const child = spawn(program, words, { stdio: ["ignore", output, "ignore"] });
    child.on("exit", (code) => {
      process.exitCode = code ?? 1;
      server.close();
    });
  });
}

/** The name that a query is about. */
function nameIn(query: Buffer): string {
  const labels: string[] = [];
  for (let at = 12, length = query.readUInt8(at); length > 0; at += length + 1, length = query.readUInt8(at)) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
  }
  return labels.join(".");
}

const codes = { SERVFAIL: 0x82, NXDOMAIN: 0x83 };

/** The reply to a query of one name (RFC 1035, 4.1): an address for type A, nothing for others. */
function reply(query: Buffer, answer: string): Buffer {
  const end = query.indexOf(0, 12) + 5;
  const code = answer === "SERVFAIL" || answer === "NXDOMAIN" ? codes[answer] : 0x80;
  const hasAnswer = code === 0x80 && query.readUInt16BE(end - 4) === 1;
  const head = Buffer.from([0, 0, 0x81, code, 0, 1, 0, hasAnswer ? 1 : 0, 0, 0, 0, 0]);
  query.copy(head, 0, 0, 2);
  const record = hasAnswer ? [0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...answer.split(".").map(Number)] : [];
  return Buffer.concat([head, query.subarray(12, end), Buffer.from(record)]);
}
