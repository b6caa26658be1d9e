import { once } from "node:events";
import { request } from "node:https";
import { text } from "node:stream/consumers";

/** Asks a Vault as `curl` would: status and body of the answer, whatever they are. */
export async function askVault(
  { address, ca, token }: { readonly address: string; readonly ca: string; readonly token?: string },
  method: "GET" | "POST" | "DELETE",
  path: string,
  body?: unknown,
): Promise<{ readonly status: number; readonly body: unknown }> {
  const headers = token === undefined ? {} : { "X-Vault-Token": token };
  const asked = request(new URL(`/v1/${path}`, address), { method, ca, headers });
  asked.end(body === undefined ? undefined : JSON.stringify(body));
  const [response] = await once(asked, "response");
  const content = await text(response);
  return { status: response.statusCode, body: content === "" ? undefined : JSON.parse(content) };
}
