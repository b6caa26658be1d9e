import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";
import { hideLogins } from "../../components/cleartext/index.ts";
import { type Retained, retainedLine } from "../../recorder/retained.ts";
import { withoutPlannedValues } from "./plans.ts";

/** Number of resources by the engine's operation: `create`, `update`, `replace`, `delete`, `same`. */
export type Changes = Readonly<Record<string, number>>;

/** A change of one resource, planned or made by the engine. */
export interface ResourceChange {
  readonly urn: string;
  /** Logical name. */
  readonly name: string;
  readonly type: string;
  readonly operation: string;
  /** Paths of the properties that differ. */
  readonly fields: readonly string[];
}

/** Collects a deployment's events as they arrive. */
export class DeploymentReport {
  readonly #changes: ResourceChange[] = [];
  readonly #errors: string[] = [];
  readonly #warnings: string[] = [];
  readonly #parents = new Map<string, string>();
  readonly #open = new Set<string>();
  readonly #finished: string[] = [];
  readonly #refreshed = new Set<string>();
  readonly #drifted: string[] = [];
  readonly #retained: Retained[] = [];
  #counts: Changes = {};
  #seconds = 0;

  add({ resourcePreEvent, resOutputsEvent, resOpFailedEvent, diagnosticEvent, summaryEvent }: EngineEvent): void {
    const before = resourcePreEvent?.metadata;
    if (before !== undefined) {
      if (before.op === "refresh") this.#refreshed.add(before.urn);
      this.#parents.set(before.urn, before.new?.parent ?? before.old?.parent ?? "");
      if (!harmless.has(before.op)) {
        const fields = Object.keys(before.detailedDiff ?? {}).toSorted();
        this.#changes.push({
          urn: before.urn,
          name: nameOf(before.urn),
          type: before.type,
          operation: before.op,
          fields: fields.length > 0 ? fields : (before.diffs ?? []),
        });
        this.#open.add(before.urn);
        if (before.op === "delete" && before.old?.retainOnDelete === true) {
          this.#retained.push({ type: before.type, inputs: before.old.inputs });
        }
      }
    }
    const ended = resOutputsEvent?.metadata ?? resOpFailedEvent?.metadata;
    if (ended !== undefined) this.#open.delete(ended.urn);
    if (resOutputsEvent !== undefined) {
      const { op, urn } = resOutputsEvent.metadata;
      this.#finished.push(`${op} ${nameOf(urn)}`);
      if (this.#refreshed.has(urn) && !harmless.has(op)) this.#drifted.push(nameOf(urn));
    }
    if (diagnosticEvent !== undefined && !diagnosticEvent.ephemeral) {
      const said = withoutPlannedValues(plain(diagnosticEvent.message));
      const message = `${this.#subject(diagnosticEvent.urn)}${said}`;
      if (diagnosticEvent.severity === "error") this.#errors.push(message);
      if (diagnosticEvent.severity === "warning") this.#warnings.push(message);
    }
    if (summaryEvent !== undefined) {
      this.#counts = { ...summaryEvent.resourceChanges };
      this.#seconds = summaryEvent.durationSeconds;
    }
  }

  /** Resources that were or would be changed, in the engine's order. */
  get changes(): readonly ResourceChange[] {
    return this.#changes;
  }

  /** Names of resources that differ from the state according to a refresh: changed manually, or gone. */
  get drifted(): readonly string[] {
    return this.#drifted;
  }

  /** Completed operations in order: `update receipts-deployment`. */
  get finished(): readonly string[] {
    return this.#finished;
  }

  /** What stays behind of resources that left the program: a sentence each. */
  get retained(): readonly string[] {
    return this.#retained.flatMap((resource) => retainedLine(resource) ?? []).toSorted();
  }

  /** Errors reported by the engine and the providers, without duplicates. */
  get errors(): readonly string[] {
    return [...new Set(this.#errors)];
  }

  get warnings(): readonly string[] {
    return [...new Set(this.#warnings)];
  }

  /** Number of resources by operation; empty until the engine's summary. */
  get counts(): Changes {
    return this.#counts;
  }

  /** Duration of the operation according to the engine. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Names of the components (mostly services) that are being changed right now. */
  get underWay(): readonly string[] {
    return [...new Set([...this.#open].map((urn) => this.componentOf(urn)))].toSorted();
  }

  /** Prefix naming the component a message is about, and the resource if its name differs. Empty for the whole stack. */
  #subject(urn: string | undefined): string {
    if (urn === undefined || urn === "" || urn.includes("::pulumi:pulumi:Stack::")) return "";
    const [component, name] = [this.componentOf(urn), nameOf(urn)];
    return component === name ? `${name}: ` : `${component} (${name}): `;
  }

  /** Name of the component that a resource belongs to, or the resource's own name if it belongs to none. */
  componentOf(urn: string): string {
    const parent = this.#parents.get(urn) ?? "";
    return parent === "" || parent.includes("::pulumi:pulumi:Stack::") ? nameOf(urn) : nameOf(parent);
  }
}

/** Operations that do not change a resource. */
const harmless: ReadonlySet<string> = new Set(["same", "read", "refresh"]);

/** The resource name, which is the last part of a URN. */
function nameOf(urn: string): string {
  return urn.split("::")[3] ?? urn;
}

/** A message without the engine's colour tags, terminal escapes and the logins of URLs, as those of a registry or a backend. */
function plain(message: string): string {
  return hideLogins(stripVTControlCharacters(message.replace(/<\{%.*?%\}>/g, ""))).trim();
}

/** Counts in the engine's order: `60 created, 3 unchanged`; `nothing` if there are none. */
export function formatChanges(changes: Changes): string {
  const parts = Object.entries(participles).flatMap(([operation, word]) => {
    const count = changes[operation] ?? 0;
    return count === 0 ? [] : [`${count} ${word}`];
  });
  return parts.length === 0 ? "nothing" : parts.join(", ");
}

const participles: Readonly<Record<string, string>> = {
  create: "created",
  update: "updated",
  replace: "replaced",
  delete: "deleted",
  import: "imported",
  read: "read",
  discard: "forgotten",
  same: "unchanged",
};
