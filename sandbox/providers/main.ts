import { serve } from "./protocol/server.ts";
import { random } from "./random/provider.ts";
import { vault } from "./vault/provider.ts";

/**
 * Serves the stand-ins for the official provider plugins of Vault and random until standard input ends or SIGTERM arrives.
 * Prints one line of JSON with the port on 127.0.0.1 of each: `{"random":41234,"vault":41235}`. To use them, set
 * `PULUMI_DEBUG_PROVIDERS=random:41234,vault:41235` for the engine.
 *
 * The parent process keeps standard input open, so this process ends with it, however the parent dies.
 */
const providers = await Promise.all(
  [random, vault].map(async (definition) => ({ name: definition.name, served: await serve(definition) })),
);

function stop(): void {
  for (const { served } of providers) served.close();
  process.exit(0);
}

process.once("SIGTERM", stop);
process.once("SIGINT", stop);
process.stdin.once("end", stop).once("close", stop).resume();
process.stdout.write(
  `${JSON.stringify(Object.fromEntries(providers.map(({ name, served }) => [name, served.port])))}\n`,
);
