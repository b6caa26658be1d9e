import { describe, expect, it } from "vitest";
import { valueWords } from "../../../cli/preview/valueWords.ts";
import type { Plain } from "../../../recorder/registeredResource.ts";

const selector = (labels: Readonly<Record<string, string>>) => ({ matchLabels: labels });
const receipts = selector({ "app.kubernetes.io/name": "receipts", "app.kubernetes.io/instance": "receipts" });
const declarations = selector({ "kubernetes.io/metadata.name": "declarations" });
const expressions = { matchExpressions: [{ key: "a", operator: "Exists" }] };

describe("a value in a line", () => {
  it.each<[value: Plain | undefined, words: string]>([
    [{ podSelector: receipts, namespaceSelector: declarations }, "pods receipts in namespace declarations"],
    [{ podSelector: selector({ app: "x" }) }, "pods app=x of its own namespace"],
    [{ podSelector: {}, namespaceSelector: {} }, "all pods in all namespaces"],
    [{ namespaceSelector: selector({ team: "x" }) }, "all pods in namespaces labelled team=x"],
    [{ ipBlock: { cidr: "10.1.30.9/32" } }, "10.1.30.9/32"],
    [{ ipBlock: { cidr: "10.0.0.0/8", except: ["10.1.0.0/16"] } }, "10.0.0.0/8 except 10.1.0.0/16"],
    [
      { to: [{ ipBlock: { cidr: "10.1.30.9/32" } }], ports: [{ port: 5432, protocol: "TCP" }] },
      "to 10.1.30.9/32, port 5432/TCP",
    ],
    [{ ports: [{ port: 53, protocol: "UDP" }, { port: 53 }] }, "anywhere, port 53/UDP, 53/TCP"],
    [{ from: [{ podSelector: {} }] }, "from all pods of its own namespace, all ports"],
    // What is not understood whole is shown whole.
    [{ podSelector: expressions }, JSON.stringify({ podSelector: expressions })],
    [{ from: [], ports: [] }, '{"from":[],"ports":[]}'],
    [{}, "{}"],
    [["a"], '["a"]'],
    ["a\nb", "a\\nb"],
    [undefined, "(none)"],
  ])("%j is %s", (value, words) => {
    expect(valueWords(value)).toBe(words);
  });
});
