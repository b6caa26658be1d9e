import { type ClearSecret, findInCommand, findInFile, findInText, findInValue } from "../cleartext/index.ts";
import { type Diagnostic, formatPath, positionOf } from "../diagnostic.ts";
import type { Microservice } from "../microservice.ts";
import type { Template } from "./templates.ts";

/** What of a service may hold a secret by mistake. */
export interface ClearTextSubject {
  readonly service: Microservice;
  /** The description's folder, for diagnostics: `services/receipts`. */
  readonly folder: string;
  /** Its configuration files; undefined where they are not known, and nothing is said about them. */
  readonly templates: readonly Template[] | undefined;
}

/** A place at which a secret stands in the clear, as `notSecret` names it. */
interface ClearPlace {
  readonly file: string;
  readonly path: string;
  readonly place: string;
  readonly what: string;
}

/** Fields of the description that hold names and numbers only, or no text at all. */
const notSearched = new Set(["name", "namespace", "calls", "transforms", "notSecret", "resources", "ports"]);

/** Fields that people read, and that no program reads values from. */
const prose = new Set(["description", "owner", "securityExceptions", "secrets", "secretFiles"]);

const inPod = "put it under secrets, and write $(NAME) for it here, or give it as a variable of that name";
const remedies: Readonly<Record<string, string>> = {
  env: "put it under secrets, under the same name; of a longer value only the secret, and $(NAME) in its place",
  config: "put it under secrets, and write ${NAME} for it here",
  podAnnotations: "take it out: whoever may see the pod may read its annotations; a variable under secrets may hold it",
};

/**
 * Reports each secret that stands in the clear in a description or its configuration files, unless `notSecret` says why it
 * is none, and each entry of `notSecret` that answers nothing. No value is shown.
 */
export function checkClearText({ service, folder, templates }: ClearTextSubject): Diagnostic[] {
  const places = [
    ...placesInDescription(service, folder),
    ...(templates ?? []).flatMap((template) => placesInTemplate(template)),
  ];
  const answers = service.notSecret ?? {};
  const known = new Set(places.map(({ place }) => place));
  return [
    ...places
      .filter(
        ({ place }, index) =>
          !Object.hasOwn(answers, place) && index === places.findIndex((each) => each.place === place),
      )
      .map(({ file, path, place, what }) => ({
        file,
        path,
        message: `looks like a secret (${what}), and this ends up in Git and in manifests; ${remedyOf(place)}. If it is none, say why: notSecret: { ${JSON.stringify(place)}: "..." }`,
      })),
    ...Object.keys(answers)
      .filter((place) => !known.has(place) && (templates !== undefined || !place.startsWith("config/")))
      .map((place) => ({
        file: folder,
        path: formatPath(["notSecret", place]),
        message: "answers nothing: nothing looks like a secret there; remove it, or correct the place",
      })),
  ];
}

function remedyOf(place: string): string {
  if (place.startsWith("config/")) return remedies["config"] ?? "";
  const [field = ""] = place.split(/[.[]/);
  return remedies[field] ?? inPod;
}

function placesInDescription(service: Microservice, file: string): ClearPlace[] {
  const found: ClearPlace[] = [];
  const add = (path: readonly PropertyKey[], secrets: readonly ClearSecret[]) => {
    for (const { what } of secrets.slice(0, 1)) {
      const place = formatPath(path);
      found.push({ file, path: place, place, what });
    }
  };
  for (const [field, value] of Object.entries(service)) {
    if (notSearched.has(field)) continue;
    if (field === "env" || field === "podAnnotations") {
      for (const [name, text] of Object.entries(value)) {
        if (typeof text === "string") add([field, name], findInValue([name], text));
      }
    } else search(value, [field], prose.has(field), add);
  }
  for (const [container, { env = {} }] of Object.entries(service.initContainers ?? {})) {
    for (const [name, text] of Object.entries(env)) {
      if (typeof text === "string") add(["initContainers", container, "env", name], findInValue([name], text));
    }
  }
  const words = [...(service.command ?? []), ...(service.args ?? [])];
  const fields = words.map((_, index): [string, number] => {
    const count = service.command?.length ?? 0;
    return index < count ? ["command", index] : ["args", index - count];
  });
  for (const [index, secrets] of findInCommand(words)) add(fields[index] ?? [], secrets);
  return found;
}

function search(
  value: unknown,
  path: readonly PropertyKey[],
  isProse: boolean,
  add: (path: readonly PropertyKey[], secrets: readonly ClearSecret[]) => void,
): void {
  if (typeof value === "string") add(path, findInText(value, isProse ? "prose" : "line"));
  else if (isTextList(value)) {
    if (path[0] === "command" || path[0] === "args") return;
    for (const [index, secrets] of findInCommand(value)) add([...path, index], secrets);
  } else if (typeof value === "object" && value !== null) {
    for (const [key, child] of Object.entries(value)) {
      search(child, [...path, Array.isArray(value) ? Number(key) : key], isProse, add);
    }
  }
}

function isTextList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((item) => typeof item === "string");
}

function placesInTemplate({ name, file, text }: Template): ClearPlace[] {
  return findInFile(name, text).map(({ start, keys, what }) => {
    const path = `line ${positionOf(text, start).line}`;
    return { file, path, place: `config/${name}: ${keys.length === 0 ? path : keys.join(".")}`, what };
  });
}
