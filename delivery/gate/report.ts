import { formatDuration } from "../duration.ts";
import type { GateResult, VerificationResult } from "./result.ts";

/** A result as a person reads it: the verdict, what it hangs on, and what was not asked. */
export function formatGate(result: GateResult): string {
  return `${result.site}: ${gateLines(result).join("\n")}\n`;
}

/** The same line by line, of which the first is the verdict. */
export function gateLines(result: GateResult): readonly string[] {
  const { outcome, conditions, soakSeconds, interruptions, notes } = result;
  const soak = formatDuration(soakSeconds);
  const open = conditions.filter(({ state }) => state !== "pass");
  const lines = {
    pass: [`the gate is passed: ${conditions.length} conditions were met for ${soak}${again(interruptions)}`],
    interrupted: [
      `the gate was interrupted after ${lasted(result)}; ${open.length} of ${conditions.length} conditions were not met`,
    ],
    fail: failureLines(result),
  }[outcome];
  return [...lines, ...result.verification.flatMap(verificationLines), ...notes.map((note) => `note: ${note}`)];
}

function failureLines({ failed, conditions }: GateResult): string[] {
  if (failed === undefined) return [];
  const others = conditions.filter(({ name, state }) => state !== "pass" && name !== failed.name);
  return [
    `the gate failed: ${failed.name} is ${failed.state} since ${failed.since}, and ${failed.because}`,
    `  ${failed.what}`,
    ...(failed.remedy === undefined ? [] : [`  to do: ${failed.remedy}`]),
    ...(others.length === 0 ? [] : ["not met beside it:"]),
    ...others.map(({ name, state, since, what }) => `  ${state.padEnd(7)} ${name} since ${since}: ${what}`),
  ];
}

function verificationLines({ service, outcome, seconds, tests, reports, log = [] }: VerificationResult): string[] {
  const counts =
    tests === undefined
      ? ""
      : `, ${tests.total} tests, ${tests.failed} failed, ${tests.skipped} skipped: ${reports.join(", ")}`;
  return [
    `tests of ${service}: ${outcome} after ${formatDuration(seconds)}${counts}`,
    ...log.map((line) => `  | ${line}`),
  ];
}

function again(interruptions: number): string {
  return interruptions === 0
    ? ""
    : `, after ${interruptions} ${interruptions === 1 ? "interruption" : "interruptions"}`;
}

function lasted({ began, ended }: GateResult): string {
  return formatDuration(Math.round((Date.parse(ended) - Date.parse(began)) / 1000));
}
