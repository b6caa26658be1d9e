import { formatDuration } from "../duration.ts";
import type { Standing } from "./condition.ts";
import { byUrgency, type SoakState } from "./soak.ts";

/** Where progress is shown. */
export interface ProgressOutput {
  /** Whether a line can be written over: then there is one, and else a line for each change. */
  readonly live: boolean;
  readonly write: (text: string) => void;
}

/** Shows how a gate gets on: what changes on lines of their own, and on a terminal where it stands on a last, living line. */
export class GateProgress {
  readonly #site: string;
  readonly #soak: number;
  readonly #output: ProgressOutput;
  #before: SoakState | undefined;

  constructor(site: string, soakSeconds: number, output: ProgressOutput) {
    this.#site = site;
    this.#soak = soakSeconds;
    this.#output = output;
  }

  /** Shows a state; call it after each look. */
  show(state: SoakState): void {
    const { live, write } = this.#output;
    const lines = changesBetween(this.#before, state, this.#soak).map((line) => `${this.#site} ${line}\n`);
    this.#before = state;
    if (!live) {
      for (const line of lines) write(line);
      return;
    }
    write(`\r\u001b[K${lines.join("")}`);
    if (state.verdict === undefined) write(`${this.#site} ${standLine(state, this.#soak)}`);
  }
}

/** What is new in a state, a line each, with the time in UTC. */
function changesBetween(before: SoakState | undefined, state: SoakState, soak: number): string[] {
  const known = new Map(before?.standings.map((each) => [each.condition, each]));
  const changed = state.standings.filter((standing) => {
    const earlier = known.get(standing.condition);
    if (earlier === undefined) return standing.state !== "pass";
    return earlier.state !== standing.state || (standing.state !== "pass" && earlier.kind !== standing.kind);
  });
  const met = state.standings.filter((each) => each.state === "pass").length;
  return [
    ...(before === undefined ? [`${met} of ${state.standings.length} conditions are met`] : []),
    ...changed.toSorted(byUrgency).map(changeLine),
    ...soakLines(before, state, soak),
  ].map((line) => `${clock(state.looked ?? state.began)} ${line}`);
}

function soakLines(before: SoakState | undefined, { soaking }: SoakState, soak: number): string[] {
  if (soaking === before?.soaking) return [];
  if (soaking === undefined) return ["the soak is interrupted"];
  return [`all is well: it has to last for ${formatDuration(soak)}`];
}

function changeLine({ state, condition, what, remedy }: Standing): string {
  const todo = remedy === undefined || state === "pass" ? "" : ` (to do: ${remedy})`;
  return `${state.padEnd(7)} ${condition}: ${what}${todo}`;
}

/** Where it stands, in a few words. */
function standLine({ soaking, standings, looked = 0, began }: SoakState, soak: number): string {
  const open = standings.filter(({ state }) => state !== "pass").toSorted(byUrgency);
  const [first] = open;
  if (soaking !== undefined) {
    const lasted = `well for ${seconds(soaking, looked)} of ${formatDuration(soak)}`;
    return first === undefined ? lasted : `${lasted}, ${first.condition}: ${first.what}`;
  }
  const rest = open.length > 1 ? ` and ${open.length - 1} more` : "";
  return first === undefined
    ? `looking since ${seconds(began, looked)}`
    : `${first.state}: ${first.condition}${rest}, since ${seconds(first.since, looked)}`;
}

function seconds(from: number, to: number): string {
  return formatDuration(Math.max(0, Math.round((to - from) / 1000)));
}

function clock(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(11, 19);
}
