import { changesBetween, type Difference, noDifference } from "../protocol/difference.ts";
import type {
  Changed,
  ChangeOptions,
  Checked,
  Failure,
  Found,
  Known,
  Provider,
  ProviderDefinition,
  Subject,
} from "../protocol/provider.ts";
import {
  isProperties,
  type Marked,
  type Path,
  type Properties,
  unknownValue,
  type Value,
  withoutNulls,
} from "../protocol/values.ts";
import { type Drawn, type RandomResource, randomResources } from "./resources.ts";

/** Stand-in for the official random provider, for the types in {@link randomResources}. */
export const random: ProviderDefinition = { name: "random", version: "4.21.2", open: () => new RandomProvider() };

/** A value is generated once and kept in the state; any changed input, typically `keepers`, generates a new one. */
class RandomProvider implements Provider {
  checkConfig(inputs: Marked): Checked {
    return { inputs, failures: [] };
  }

  diffConfig(): Difference {
    return noDifference;
  }

  async configure(): Promise<void> {}

  check({ type }: Subject, inputs: Marked): Checked {
    const resource = resourceOf(type);
    const value = withoutNulls(inputs.value);
    return { inputs: { value, secrets: inputs.secrets }, failures: inputFailures(resource, value) };
  }

  diff({ type }: Subject, { inputs: old }: Known, inputs: Marked): Difference {
    // An input that equals its default is not a change.
    const { defaults } = resourceOf(type);
    return {
      changes: changesBetween({ ...defaults, ...old.value }, { ...defaults, ...inputs.value }, () => true),
      deleteBeforeReplace: false,
    };
  }

  async create({ type }: Subject, inputs: Marked, { preview }: ChangeOptions): Promise<Changed> {
    const resource = resourceOf(type);
    const effective = { ...resource.defaults, ...inputs.value };
    const drawn = preview ? notDrawnYet(resource) : resource.make(effective);
    return { id: drawn.id, outputs: marked(resource, { ...effective, ...drawn.outputs }, inputs.secrets) };
  }

  async read({ type }: Subject, { id, inputs, outputs }: Known): Promise<Found> {
    // The value exists only in the state.
    if (Object.keys(outputs.value).length > 0) return { id, inputs, outputs };
    const resource = resourceOf(type);
    try {
      const found = resource.import(id);
      const value = { ...resource.defaults, ...found.inputs, ...found.outputs };
      return { id: found.id, inputs: { value: found.inputs, secrets: [] }, outputs: marked(resource, value, []) };
    } catch (error) {
      // The message must not quote the ID, which may be the secret itself.
      throw new Error(`the id by which the ${type} is imported ${error instanceof Error ? error.message : ""}`);
    }
  }

  async update({ type }: Subject): Promise<Marked> {
    throw new Error(`a ${type} cannot be updated, only replaced`);
  }

  async delete(): Promise<void> {}

  async invoke(token: string): Promise<Marked> {
    throw new Error(`function "${token}" is not handled by the stand-in for the random provider`);
  }

  cancel(): void {}
}

function notDrawnYet(resource: RandomResource): Drawn {
  const outputs = resource.made.map((name): [string, Value] => [name, unknownValue]);
  return { id: "", outputs: Object.fromEntries(outputs) };
}

function resourceOf(type: string): RandomResource {
  const resource = Object.hasOwn(randomResources, type) ? randomResources[type] : undefined;
  if (resource === undefined) {
    throw new RangeError(
      `type "${type}" is not handled by the stand-in for the random provider; handled are ${Object.keys(randomResources).join(", ")}`,
    );
  }
  return resource;
}

function inputFailures(resource: RandomResource, inputs: Properties): Failure[] {
  const failures: Failure[] = [];
  for (const [property, value] of Object.entries(inputs)) {
    const kind = Object.hasOwn(resource.inputs, property) ? resource.inputs[property] : undefined;
    if (kind === undefined) {
      const handled = Object.keys(resource.inputs).join(", ");
      failures.push({ property, reason: `is not handled by this stand-in; handled are ${handled}` });
    } else if (value !== unknownValue && !kinds[kind].holds(value)) {
      failures.push({ property, reason: `must be ${kinds[kind].name}` });
    }
  }
  for (const property of resource.required) {
    if (inputs[property] === undefined) failures.push({ property, reason: "is missing" });
    else if (inputs[property] === 0) failures.push({ property, reason: "is 0; it must be at least 1" });
  }
  return failures.length > 0 ? failures : (resource.failures?.({ ...resource.defaults, ...inputs }) ?? []);
}

const kinds = {
  text: { name: "a text", holds: (value: Value) => typeof value === "string" },
  count: {
    name: "a whole number, 0 or more",
    holds: (value: Value) => Number.isSafeInteger(value) && Number(value) >= 0,
  },
  switch: { name: "true or false", holds: (value: Value) => typeof value === "boolean" },
  texts: { name: "a map", holds: (value: Value) => isProperties(value) },
} as const;

function marked(resource: RandomResource, value: Properties, secrets: readonly Path[]): Marked {
  const own = resource.secret.map((name) => [name]);
  return { value, secrets: [...secrets.filter(([first]) => !resource.secret.includes(String(first))), ...own] };
}
