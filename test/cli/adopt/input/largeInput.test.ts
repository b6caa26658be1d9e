import { describe, expect, it } from "vitest";
import { ValidationError } from "../../../../components/diagnostic.ts";
import { adoptText, plainDeployment } from "../manifests.ts";

function lines(count: number, line: (index: number) => string): string {
  return Array.from({ length: count }, (_, index) => `${line(index)}\n`).join("");
}

function data(kind: string, field: string, entries: string): string {
  return `---\nkind: ${kind}\nmetadata: { name: large }\n${field}:\n${entries}`;
}

/**
 * Seconds of the processor that taking a manifest in takes, comparison included. Each case took more than twice the
 * limit when its keys were compared with each other; now it takes a small part of it.
 */
function secondsFor(text: string): number {
  const before = process.cpuUsage();
  try {
    const adopted = adoptText(plainDeployment + text);
    adopted.compare(adopted.service);
  } catch (error) {
    if (!(error instanceof ValidationError)) throw error;
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

describe("the time for a manifest grows with its size, and not with the square", () => {
  it.each<[what: string, text: string]>([
    [
      "keys in one map",
      data(
        "ConfigMap",
        "data",
        lines(60_000, (key) => `  k${key}: v`),
      ),
    ],
    ["arguments", `          args:\n${lines(10_000, (index) => `            - --a${index}=${index}`)}`],
    [
      "values that are each refused",
      data(
        "ConfigMap",
        "data",
        lines(50_000, (key) => `  k${key}: 1`),
      ),
    ],
    ["variables", `          env:\n${lines(9_000, (key) => `            - { name: A${key}, value: x }`)}`],
    [
      "secrets beside texts that might hold them",
      data(
        "ConfigMap",
        "data",
        lines(25_000, (key) => `  k${key}: v${key}`),
      ) +
        data(
          "Secret",
          "stringData",
          lines(25_000, (key) => `  k${key}: planted-${key}`),
        ).replace("large", "other"),
    ],
    [
      "directories",
      `          volumeMounts:\n${lines(3_000, (key) => `            - { name: v${key}, mountPath: /d/${key} }`)}` +
        `      volumes:\n${lines(3_000, (key) => `        - { name: v${key}, emptyDir: {} }`)}`,
    ],
  ])("%s", (_, text) => {
    expect(secondsFor(text)).toBeLessThan(8);
  });
});
