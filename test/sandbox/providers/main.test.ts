import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import type { Readable, Writable } from "node:stream";
import { expect, test } from "vitest";
import { ProviderClient } from "../../support/providerClient.ts";

type Providers = ChildProcessByStdio<Writable, Readable, null>;

async function start(): Promise<{ child: Providers; ports: Record<string, number>; text: () => string }> {
  const child = spawn(process.execPath, ["sandbox/providers/main.ts"], { stdio: ["pipe", "pipe", "inherit"] });
  let text = "";
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    text += part;
  });
  while (!text.includes("\n")) await once(child.stdout, "data");
  return { child, ports: JSON.parse(text), text: () => text };
}

test("it says in one line where each provider listens, and ends when its standard input does", async () => {
  const { child, ports, text } = await start();
  expect(Object.keys(ports)).toEqual(["random", "vault"]);
  const client = new ProviderClient(ports["random"] ?? 0);
  expect(await client.configure({})).toEqual([]);
  await client.create("random:index/randomUuid:RandomUuid", {});
  client.close();
  child.stdin.end();
  expect(await once(child, "exit")).toEqual([0, null]);
  expect(text().split("\n")).toHaveLength(2);
});

test("it ends at SIGTERM, although an engine is connected", async () => {
  const { child, ports } = await start();
  const client = new ProviderClient(ports["random"] ?? 0);
  await client.configure({});
  child.kill("SIGTERM");
  expect(await once(child, "exit")).toEqual([0, null]);
  client.close();
});
