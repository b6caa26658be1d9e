import { kubernetes } from "./kubernetes/provider.ts";
import { serve } from "./protocol/server.ts";
import { random } from "./random/provider.ts";
import { vault } from "./vault/provider.ts";

/**
 * Serves the stand-ins for the official provider plugins until standard input ends or SIGTERM comes, and says on
 * standard output, in one line of JSON, on which port of 127.0.0.1 each listens: `{"kubernetes":41233,"random":41234,"vault":41235}`.
 * `PULUMI_DEBUG_PROVIDERS=kubernetes:41233,random:41234` makes an engine use them.
 *
 * Whoever starts it keeps its standard input open: when that process dies, however it dies, this one ends too.
 */
const providers = await Promise.all(
  [kubernetes, random, vault].map(async (definition) => ({ name: definition.name, served: await serve(definition) })),
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
