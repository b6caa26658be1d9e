import { getBorderCharacters, table } from "table";
import { stateOf } from "./processes.ts";
import type { Sandbox } from "./sandbox.ts";

/** A table of all servers with site, version, ports, process ID and memory, and the total memory. */
export async function formatStatus(sandbox: Sandbox): Promise<string> {
  const rows: string[][] = [];
  let total = 0;
  for (const site of sandbox.sites) {
    const servers = await site.servers.recorded();
    if (servers.length === 0) rows.push([site.name, "-", "", "", "", "does not run"]);
    for (const server of servers) {
      const memory = stateOf(server)?.memory;
      total += memory ?? 0;
      const state = memory === undefined ? `ended; see ${server.log}` : mebibytes(memory);
      rows.push([site.name, server.name, server.version, server.ports.join(" ") || "-", String(server.pid), state]);
    }
  }
  const head = ["site", "server", "version", "ports", "process", "memory"];
  const text = table([head, ...rows, ["", "", "", "", "", mebibytes(total)]], {
    border: getBorderCharacters("void"),
    columnDefault: { paddingLeft: 0, paddingRight: 2 },
    columns: head.map((_, index) => ({ alignment: index === 5 ? "right" : "left" })),
    drawHorizontalLine: () => false,
  });
  return text.trimEnd();
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 2 ** 20)} MiB`;
}
