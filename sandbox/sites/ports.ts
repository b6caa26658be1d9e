import { createServer, type Server } from "node:net";

/** The requested number of distinct ports on 127.0.0.1 that are currently free. */
export async function freePorts(count: number): Promise<number[]> {
  const servers = await Promise.all(Array.from({ length: count }, () => listen(0)));
  return Promise.all(
    servers.map(
      (server) =>
        new Promise<number>((resolve, reject) => {
          const address = server.address();
          const port = typeof address === "object" && address !== null ? address.port : 0;
          server.close((error) => (error === undefined ? resolve(port) : reject(error)));
        }),
    ),
  );
}

/** Whether all of these ports on 127.0.0.1 are free. */
export async function areFree(ports: readonly number[]): Promise<boolean> {
  const results = await Promise.allSettled(ports.map(listen));
  for (const result of results) if (result.status === "fulfilled") result.value.close();
  return results.every(({ status }) => status === "fulfilled");
}

function listen(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => resolve(server));
  });
}
