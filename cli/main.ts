import { enableCompileCache } from "node:module";

// Before anything else is loaded, so that it is cached.
enableCompileCache();

const { commandLine } = await import("./commandLine.ts");
const { knownValues } = await import("./knownValues.ts");
const { runCommand } = await import("../command/runCommand.ts");
await runCommand(await commandLine(process.argv.slice(2)), knownValues);
