import { visibleLine } from "../../command/visibleText.ts";
import { at, isObject, type Plain, type PlainObject } from "../../recorder/registeredResource.ts";

/** A value of a manifest in one line: peers and rules of a NetworkPolicy in words, anything else as text or JSON. */
export function valueWords(value: Plain | undefined): string {
  if (value === undefined) return "(none)";
  const words = isObject(value) ? (peerWords(value) ?? ruleWords(value)) : undefined;
  return visibleLine(words ?? (typeof value === "string" ? value : JSON.stringify(value)));
}

/** `pods app.kubernetes.io/name=receipts in namespace declarations`, or addresses; undefined for what is no peer. */
function peerWords(peer: PlainObject): string | undefined {
  const keys = Object.keys(peer);
  if (keys.length === 0 || !keys.every((key) => ["ipBlock", "podSelector", "namespaceSelector"].includes(key))) return;
  const block = at(peer, "ipBlock");
  if (block !== undefined) {
    const except = at(block, "except");
    return `${String(at(block, "cidr"))}${Array.isArray(except) ? ` except ${except.join(", ")}` : ""}`;
  }
  const [pods, namespaces] = [labels(at(peer, "podSelector")), labels(at(peer, "namespaceSelector"))];
  if (pods === undefined || namespaces === undefined) return;
  const who = podWords(pods);
  if (at(peer, "namespaceSelector") === undefined) return `${who} of its own namespace`;
  if (namespaces.length === 0) return `${who} in all namespaces`;
  const [[key, value] = ["", ""]] = namespaces;
  if (namespaces.length === 1 && key === "kubernetes.io/metadata.name") return `${who} in namespace ${value}`;
  return `${who} in namespaces labelled ${namespaces.map((label) => label.join("=")).join(", ")}`;
}

/** A service's pods by its name, others by their labels. */
function podWords(pods: readonly (readonly [key: string, value: string])[]): string {
  if (pods.length === 0) return "all pods";
  const [[, name] = [""]] = pods;
  const isService = pods.every(([key, value]) => /^app\.kubernetes\.io\/(name|instance)$/.test(key) && value === name);
  return pods.length === 2 && isService ? `pods ${name}` : `pods ${pods.map((label) => label.join("=")).join(", ")}`;
}

/** The labels that a selector asks for, none for one that is not there; undefined where it asks for more than labels. */
function labels(selector: unknown): [key: string, value: string][] | undefined {
  if (selector === undefined) return [];
  if (!isObject(selector) || Object.keys(selector).some((key) => key !== "matchLabels")) return;
  const found = at(selector, "matchLabels");
  return isObject(found) ? Object.entries(found).map(([key, value]) => [key, String(value)]) : [];
}

/** `to 10.1.30.9/32, port 5432/TCP`; undefined for what is no rule, and for one that says more. */
function ruleWords(rule: PlainObject): string | undefined {
  const { from, to, ports, ...more } = rule;
  const peers = from ?? to;
  if (Object.keys(more).length > 0 || (peers ?? ports) === undefined) return;
  const who = peers === undefined ? "anywhere" : `${from === undefined ? "to" : "from"} ${list(peers, valueWords)}`;
  const which = ports === undefined ? "all ports" : `port ${list(ports, portWords)}`;
  return [from, to, ports].every((part) => part === undefined || (Array.isArray(part) && part.length > 0))
    ? `${who}, ${which}`
    : undefined;
}

function list(items: Plain, words: (item: Plain) => string): string {
  return Array.isArray(items) ? items.map(words).join(", ") : "";
}

function portWords(port: Plain): string {
  const last = at(port, "endPort");
  const range = last === undefined ? "" : `-${String(last)}`;
  return `${String(at(port, "port") ?? "any")}${range}/${String(at(port, "protocol") ?? "TCP")}`;
}
