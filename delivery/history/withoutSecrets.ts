import { hideSecrets, isSecretName } from "../../components/cleartext/index.ts";
import type { HistoryEntry } from "./record.ts";

/** Shorter values of variables are not looked for: they would be found in any text. */
const shortest = 8;

/**
 * An entry without secrets in what people or other programs wrote into it, since nothing is ever taken out of a history: what
 * looks like a secret, and the values of this process's variables with a secret's name, such as `VAULT_TOKEN`.
 */
export function withoutSecrets(entry: HistoryEntry, environment: NodeJS.ProcessEnv): HistoryEntry {
  const values = Object.entries(environment).flatMap(([name, value = ""]) =>
    isSecretName(name) && value.length >= shortest ? [value] : [],
  );
  const plain = (text: string) =>
    hideSecrets(values.reduce((left, value) => left.replaceAll(value, "[hidden]"), text.toWellFormed()));
  const { why, gate } = entry;
  return {
    ...entry,
    ...(why === undefined ? {} : { why: plain(why) }),
    ...(gate === undefined
      ? {}
      : {
          gate: {
            ...gate,
            conditions: gate.conditions.map(({ message, ...condition }) =>
              message === undefined ? condition : { ...condition, message: plain(message) },
            ),
          },
        }),
  };
}
