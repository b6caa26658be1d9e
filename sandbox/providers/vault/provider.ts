import { changesBetween, type Difference } from "../protocol/difference.ts";
import type {
  Changed,
  ChangeOptions,
  Checked,
  Found,
  Known,
  Provider,
  ProviderDefinition,
  Subject,
} from "../protocol/provider.ts";
import {
  isSame,
  type Marked,
  type Path,
  type Properties,
  unknownValue,
  type Value,
  withoutNulls,
} from "../protocol/values.ts";
import { VaultApi } from "./api.ts";
import { fieldFailures } from "./fields.ts";
import { inputsOfPlace, placeOf, type VaultResource } from "./resource.ts";
import { effectiveInputs, resourceOf } from "./resources.ts";
import { readAddress, settingsDifference, settingsFailures } from "./settings.ts";

/** Stand-in for the official vault provider, for the types in `vaultResources`. */
export const vault: ProviderDefinition = { name: "vault", version: "7.8.0", open: () => new VaultProvider() };

/** Makes the requests that the official provider makes: `test/fixtures/vaultRequests.ts` lists them. */
class VaultProvider implements Provider {
  readonly #cancelled = new AbortController();
  #api: VaultApi | undefined;

  checkConfig(inputs: Marked): Checked {
    return { inputs, failures: settingsFailures(inputs.value) };
  }

  diffConfig(olds: Properties, news: Properties): Difference {
    return settingsDifference(olds, news);
  }

  async configure(inputs: Properties): Promise<void> {
    this.#api = new VaultApi(readAddress(inputs, process.env), this.#cancelled.signal);
  }

  check({ type }: Subject, inputs: Marked): Checked {
    const value = withoutNulls(inputs.value);
    return { inputs: { value, secrets: inputs.secrets }, failures: fieldFailures(resourceOf(type).fields, value) };
  }

  async diff({ type }: Subject, { id, inputs: old, outputs }: Known, inputs: Marked): Promise<Difference> {
    const resource = resourceOf(type);
    const [before, after] = [effectiveInputs(resource, old.value), effectiveInputs(resource, inputs.value)];
    const stated = { id, inputs: before, outputs: outputs.value };
    return {
      changes: [
        ...changesBetween(before, after, ([field]) => resource.fields[String(field)]?.replace === true),
        ...((await resource.compare?.(this.#connected(), stated)) ?? []),
      ],
      deleteBeforeReplace: placeOf(resource, before) === placeOf(resource, after),
    };
  }

  async create({ type }: Subject, inputs: Marked, { preview }: ChangeOptions): Promise<Changed> {
    const resource = resourceOf(type);
    const effective = effectiveInputs(resource, inputs.value);
    if (preview) {
      const made = (resource.made ?? []).map((name): [string, Value] => [name, unknownValue]);
      return { id: "", outputs: marked(resource, { ...effective, ...Object.fromEntries(made) }, inputs.secrets) };
    }
    const id = placeOf(resource, effective);
    const made = await resource.create(this.#connected(), { id, inputs: effective, outputs: {} });
    const stated = { id, inputs: effective, outputs: made };
    const live = resource.readAfterCreate === false ? {} : await resource.read(this.#connected(), stated);
    return { id, outputs: marked(resource, { ...effective, ...made, ...live }, inputs.secrets) };
  }

  async update(
    { type }: Subject,
    { id, inputs: old, outputs }: Known,
    inputs: Marked,
    options: ChangeOptions,
  ): Promise<Marked> {
    const resource = resourceOf(type);
    const effective = effectiveInputs(resource, inputs.value);
    const kept = madeOutputs(resource, outputs.value);
    if (options.preview) return marked(resource, { ...effective, ...kept }, inputs.secrets);
    const stated = { id, inputs: effective, outputs: outputs.value };
    await resource.update(this.#connected(), stated, effectiveInputs(resource, old.value));
    const live = await resource.read(this.#connected(), stated);
    return marked(resource, { ...effective, ...kept, ...live }, inputs.secrets);
  }

  async read({ type }: Subject, { id, inputs: old, outputs }: Known): Promise<Found | undefined> {
    const resource = resourceOf(type);
    const isImport = Object.keys(old.value).length === 0;
    const named = isImport ? inputsOfPlace(resource, id) : effectiveInputs(resource, old.value);
    const live = await resource.read(this.#connected(), { id, inputs: named, outputs: outputs.value });
    if (live === undefined) return undefined;
    const inputs = isImport
      ? importedInputs(resource, { ...named, ...live })
      : liveInputs(old.value, outputs.value, live);
    const secrets = [...old.secrets, ...outputs.secrets];
    return {
      id,
      inputs: marked(resource, inputs, secrets),
      outputs: marked(resource, { ...named, ...madeOutputs(resource, outputs.value), ...live }, secrets),
    };
  }

  async delete({ type }: Subject, { id, inputs, outputs }: Known): Promise<void> {
    const resource = resourceOf(type);
    await resource.delete(this.#connected(), {
      id,
      inputs: effectiveInputs(resource, inputs.value),
      outputs: outputs.value,
    });
  }

  async invoke(token: string): Promise<Marked> {
    throw new Error(
      `function "${token}" is not handled by the stand-in for the vault provider: what such a function returns is not marked as secret, so previews would show it, and the official getSecretSubkeysV2 panics where a secret has no value`,
    );
  }

  cancel(): void {
    this.#cancelled.abort();
    this.#api?.close();
  }

  #connected(): VaultApi {
    if (this.#api === undefined) throw new Error("the vault provider was not configured on this connection");
    return this.#api;
  }
}

/**
 * Each input with Vault's current value. A value that has not changed since the last update keeps the input's notation.
 */
function liveInputs(inputs: Properties, outputs: Properties, live: Properties): Properties {
  return Object.fromEntries(
    Object.entries(inputs).map(([name, value]) => {
      const now = live[name];
      return [name, now === undefined || isSame(outputs[name], now) ? value : now];
    }),
  );
}

/** The inputs that a program would have to set to describe an imported resource, without empty values. */
function importedInputs(resource: VaultResource, live: Properties): Properties {
  const isEmpty = (value: Value) => value === "" || value === 0 || value === false || JSON.stringify(value) === "[]";
  return Object.fromEntries(
    Object.entries(live).filter(([name, value]) => Object.hasOwn(resource.fields, name) && !isEmpty(value)),
  );
}

function madeOutputs(resource: VaultResource, outputs: Properties): Properties {
  const made = new Set(resource.made);
  return Object.fromEntries(Object.entries(outputs).filter(([name]) => made.has(name)));
}

function marked(resource: VaultResource, value: Properties, secrets: readonly Path[]): Marked {
  const own = (resource.secret ?? []).filter((name) => value[name] !== undefined);
  const others = secrets.filter(([first]) => !own.includes(String(first)) && value[String(first)] !== undefined);
  return { value, secrets: [...others, ...own.map((name) => [name])] };
}
