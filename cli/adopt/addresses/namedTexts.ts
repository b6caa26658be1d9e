/** A text in which addresses are looked for: a variable's value, a word of a command line, a line of a file. */
export interface NamedText {
  /** Where it stands, for people: `env.DB_HOST`, `config/application.yaml, line 3`. */
  readonly place: string;
  /** The variable or property whose value it is: `DB_HOST`, `spring.data.redis.host`. */
  readonly name: string | undefined;
  readonly text: string;
  /** Where the value begins in the text. */
  readonly valueAt: number;
  /** How the text may name what the site says: `$(NAME)`, `{{ name }}`, or not at all. */
  readonly form: "variable" | "template" | "fixed";
  /** The texts beside it, by name. */
  readonly scope: ReadonlyMap<string, NamedText>;
}

/** Variables and their values. */
export function variableTexts(
  variables: Iterable<readonly [name: string, value: string]>,
  place: (name: string) => string,
  form: NamedText["form"],
): NamedText[] {
  const scope = new Map<string, NamedText>();
  for (const [name, text] of variables) scope.set(name, { place: place(name), name, text, valueAt: 0, form, scope });
  return [...scope.values()];
}

/** The words of a command line. */
export function wordTexts(words: readonly string[], place: (index: number) => string): NamedText[] {
  const scope = new Map<string, NamedText>();
  return words.map((text, index) => {
    const option = /^-{1,2}(?:D(?=[a-z]))?([A-Za-z][\w.[\]-]*)=/.exec(text);
    // An option's value may be the next word: --host receipts.
    const before = /^--?([A-Za-z][\w.-]*)$/.exec(words[index - 1] ?? "")?.[1];
    const name = option?.[1] ?? (text.startsWith("-") ? undefined : before);
    const found = {
      place: place(index),
      name,
      text,
      valueAt: option?.[0].length ?? 0,
      form: "variable",
      scope,
    } as const;
    if (name !== undefined) scope.set(name, found);
    return found;
  });
}

/** A key with its value: of YAML, with or without a dash, of properties and of JSON. */
const keyed = /^(\s*(?:- )*\s*)["']?([A-Za-z0-9_][\w.[\]/-]*)["']?(\s*[:=]\s*)/;

/** The lines of a configuration file; of YAML, a line's name has those of the maps around it. Comments say nothing. */
export function lineTexts(file: string, text: string): NamedText[] {
  const scope = new Map<string, NamedText>();
  const isYaml = /\.ya?ml$/.test(file);
  const isXml = /^\s*</.test(text);
  const around: { readonly indent: number; readonly key: string }[] = [];
  const lines = isXml ? withoutComments(text) : text;
  return lines.split("\n").flatMap((line, index) => {
    if (/^\s*($|#|!(?!\[))/.test(line) && !isXml) return [];
    const match = isXml ? null : keyed.exec(line);
    const [whole = "", indent = "", key] = match ?? [];
    let name = key;
    if (isYaml && key !== undefined) {
      while ((around.at(-1)?.indent ?? -1) >= indent.length) around.pop();
      name = [...around.map((outer) => outer.key), key].join(".");
      around.push({ indent: indent.length, key });
    }
    const quote = /^["']/.test(line.slice(whole.length)) ? 1 : 0;
    const found: NamedText = {
      place: `${file}, line ${index + 1}`,
      name,
      text: line,
      valueAt: whole.length + quote,
      form: /\{[{%]/.test(line) ? "fixed" : "template",
      scope,
    };
    if (name !== undefined) scope.set(name, found);
    return [found];
  });
}

/** XML with blanks for its comments, so that lines keep their numbers. */
function withoutComments(text: string): string {
  return text.replaceAll(/<!--[\s\S]*?-->/g, (comment) => comment.replaceAll(/[^\n]/g, " "));
}

/** The value of a text, without a closing quote and a comment behind it. */
export function valueText({ text, valueAt }: NamedText): string {
  return text
    .slice(valueAt)
    .replace(/\s+#.*$/, "")
    .replace(/["',\s]+$/, "");
}
