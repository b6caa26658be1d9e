import { createServer, type Server } from "node:http";
import { text } from "node:stream/consumers";

/** What Alertmanager sends to a webhook, in the fields that are looked at. */
interface Notification {
  readonly status: "firing" | "resolved";
  readonly receiver: string;
  readonly alerts: readonly {
    readonly status: "firing" | "resolved";
    readonly labels: Readonly<Record<string, string>>;
    readonly annotations: Readonly<Record<string, string>>;
  }[];
}

/** A notification, and when it came: `performance.now()`. */
interface Received extends Notification {
  readonly at: number;
}

/** Whoever is on call. */
export class Webhook {
  /** In the order in which they came. */
  readonly received: Received[] = [];
  readonly url: string;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.url = `http://127.0.0.1:${port}/`;
  }

  static async listen(): Promise<Webhook> {
    const server = createServer(async (request, response) => {
      webhook.received.push({ ...(JSON.parse(await text(request)) as Notification), at: performance.now() });
      response.end();
    });
    const webhook = new Webhook(server, await listen(server));
    return webhook;
  }

  /** Notifications of an alert of this name that fires. */
  pages(alertname: string): readonly Received[] {
    return this.received.filter(
      ({ status, alerts }) => status === "firing" && alerts[0]?.labels["alertname"] === alertname,
    );
  }

  close(): void {
    this.#server.close();
    this.#server.closeAllConnections();
  }
}

/** Lets a server listen on a free port of 127.0.0.1, and returns that. */
export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address.port;
}
