import { stripVTControlCharacters } from "node:util";
import type { EngineEvent } from "@pulumi/pulumi/automation/index.js";

/** What was done to resources, by the engine's words: `create`, `update`, `replace`, `delete`, `same`. */
export type Changes = Readonly<Record<string, number>>;

/** A change of one resource that an engine planned or made. */
export interface ResourceChange {
  readonly urn: string;
  /** Logical name. */
  readonly name: string;
  readonly type: string;
  readonly operation: string;
  /** Property paths that differ. */
  readonly fields: readonly string[];
}

/** Everything that a deployment's events say, collected as they come. */
export class DeploymentReport {
  readonly #changes: ResourceChange[] = [];
  readonly #errors: string[] = [];
  readonly #warnings: string[] = [];
  readonly #parents = new Map<string, string>();
  readonly #open = new Set<string>();
  readonly #finished: string[] = [];
  readonly #refreshed = new Set<string>();
  readonly #drifted: string[] = [];
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
      }
    }
    const ended = resOutputsEvent?.metadata ?? resOpFailedEvent?.metadata;
    if (ended !== undefined) this.#open.delete(ended.urn);
    if (resOutputsEvent !== undefined) {
      const { op, urn } = resOutputsEvent.metadata;
      this.#finished.push(`${op} ${nameOf(urn)}`);
      if (this.#refreshed.has(urn) && op !== "same" && op !== "refresh") this.#drifted.push(nameOf(urn));
    }
    if (diagnosticEvent !== undefined && !diagnosticEvent.ephemeral) {
      const message = `${this.#subject(diagnosticEvent.urn)}${plain(diagnosticEvent.message)}`;
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

  /** Names of resources that a refresh found to be other than the state said: changed by hand, or gone. */
  get drifted(): readonly string[] {
    return this.#drifted;
  }

  /** What has been done so far, in the order in which it was done: `update receipts-deployment`. */
  get finished(): readonly string[] {
    return this.#finished;
  }

  /** What the engine and the providers call an error, each once. */
  get errors(): readonly string[] {
    return [...new Set(this.#errors)];
  }

  get warnings(): readonly string[] {
    return [...new Set(this.#warnings)];
  }

  /** How many resources met which fate; empty until the engine has summed up. */
  get counts(): Changes {
    return this.#counts;
  }

  /** Seconds that the engine took. */
  get seconds(): number {
    return this.#seconds;
  }

  /** Names of the components (services, mostly) of which something is being changed at this moment. */
  get underWay(): readonly string[] {
    return [...new Set([...this.#open].map((urn) => this.componentOf(urn)))].toSorted();
  }

  /** What a message is about: the component, and the resource where it has another name. Nothing for the whole stack. */
  #subject(urn: string | undefined): string {
    if (urn === undefined || urn === "" || urn.includes("::pulumi:pulumi:Stack::")) return "";
    const [component, name] = [this.componentOf(urn), nameOf(urn)];
    return component === name ? `${name}: ` : `${component} (${name}): `;
  }

  /** Name of the component that a resource belongs to; its own where it belongs to none. */
  componentOf(urn: string): string {
    const parent = this.#parents.get(urn) ?? "";
    return parent === "" || parent.includes("::pulumi:pulumi:Stack::") ? nameOf(urn) : nameOf(parent);
  }
}

/** Operations that leave a resource as it is. */
const harmless: ReadonlySet<string> = new Set(["same", "read", "refresh"]);

/** The last part of a URN. */
function nameOf(urn: string): string {
  return urn.split("::")[3] ?? urn;
}

/** A message without the engine's colour tags. */
function plain(message: string): string {
  return stripVTControlCharacters(message.replace(/<\{%.*?%\}>/g, "")).trim();
}

/** `60 created, 3 unchanged`, in the engine's order; `nothing` where there is nothing. */
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
