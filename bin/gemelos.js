#!/usr/bin/env node
// What `npx gemelos` starts. In JavaScript, since it must also start on a Node that reads no TypeScript: then it goes on
// with the one that `npm ci` has installed.
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const main = new URL("../cli/main.ts", import.meta.url);
const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 18)) await import(main.href);
else startOn(installedNode());

function installedNode() {
  try {
    return createRequire(import.meta.url).resolve("node/bin/node");
  } catch {
    process.stderr.write(`error: this is Node ${process.versions.node}; run npm ci, which installs a newer one\n`);
    process.exit(2);
  }
}

function startOn(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: "inherit" });
  // The terminal sends Ctrl-C to both; this process only waits. What others send to it alone is handed on.
  process.on("SIGINT", () => undefined);
  for (const signal of ["SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.once("error", (error) => {
    process.stderr.write(`error: ${node} cannot be started (${error.code}); run npm ci\n`);
    process.exitCode = 2;
  });
  // A signal as shells say it.
  child.once("exit", (code, signal) => {
    process.exitCode = code ?? 128 + constants.signals[signal];
  });
}
