import { type IncomingMessage, request, type ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { pipeline } from "node:stream/promises";
import type { ServerIdentity } from "../../sandbox/sites/certificates.ts";
import { listen } from "./webhook.ts";

/**
 * A site's entrance: TLS in front of the site's Prometheus, whichever replica answers, and of services. It has a door for the
 * site itself and one for the other site, which can be cut.
 */
export class Entrance {
  readonly #doors: readonly [own: Server, peer: Server];
  readonly ports: { readonly own: number; readonly peer: number };

  private constructor(doors: readonly [Server, Server], own: number, peer: number) {
    this.#doors = doors;
    this.ports = { own, peer };
  }

  /** @param upstreams ports of the replicas of Prometheus */
  static async listen({ certificate, key }: ServerIdentity, upstreams: readonly number[]): Promise<Entrance> {
    const open = () =>
      createServer({ cert: certificate, key }, (asked, answer) =>
        // A service answers at any other path.
        asked.url === "/" ? void answer.end("well") : void forward(asked, answer, upstreams),
      );
    const doors = [open(), open()] as const;
    return new Entrance(doors, await listen(doors[0]), await listen(doors[1]));
  }

  /** From now on the other site gets no answer. */
  cut(): void {
    const [, peer] = this.#doors;
    peer.close();
    peer.closeAllConnections();
  }

  close(): void {
    for (const door of this.#doors) {
      door.close();
      door.closeAllConnections();
    }
  }
}

/** Hands a request on to the first replica that answers; says what an entrance says where none does. */
async function forward(asked: IncomingMessage, answer: ServerResponse, ports: readonly number[]): Promise<void> {
  const [port, ...others] = ports;
  if (port === undefined) {
    answer.writeHead(502).end();
    return;
  }
  const { url: path, headers } = asked;
  const upstream = await new Promise<IncomingMessage | undefined>((resolve) => {
    const sent = request({ host: "127.0.0.1", ...(path === undefined ? {} : { path }), port, headers }, resolve);
    sent.once("error", () => resolve(undefined)).end();
  });
  if (upstream === undefined) return forward(asked, answer, others);
  answer.writeHead(upstream.statusCode ?? 502, upstream.headers);
  await pipeline(upstream, answer).catch(() => answer.destroy());
}
