/** One option of a text such as the value of `JAVA_TOOL_OPTIONS`. */
interface JvmOption {
  /** As it stands in the text: `-Dapp.title='My Shop'`. */
  readonly written: string;
  /** As the JVM reads it: `-Dapp.title=My Shop`. */
  readonly read: string;
}

/** What is no quote, or a text between two quotes of one kind. */
const part = /[^ \t\n\v\f\r'"]+|'[^']*'|"[^"]*"/y;

/**
 * Splits a text into options as HotSpot does (`Arguments::parse_options_buffer`): at white space, but not between quotes
 * of either kind, which are left out. Nothing escapes a quote.
 * @returns undefined where a quote has no partner, with which no JVM starts.
 */
export function splitJvmOptions(text: string): JvmOption[] | undefined {
  const options: JvmOption[] = [];
  let [written, read] = ["", ""];
  const end = () => {
    if (read !== "") options.push({ written, read });
    [written, read] = ["", ""];
  };
  for (let at = 0; at < text.length; ) {
    part.lastIndex = at;
    const [found] = part.exec(text) ?? [];
    if (found !== undefined) {
      written += found;
      read += /^['"]/.test(found) ? found.slice(1, -1) : found;
      at += found.length;
    } else if (/[ \t\n\v\f\r]/.test(text.charAt(at))) {
      end();
      at += 1;
    } else return undefined;
  }
  end();
  return options;
}

/** Whether a text is one option from its first character to its last. */
export function isOneJvmOption(text: string): boolean {
  const [only, ...more] = splitJvmOptions(text) ?? [];
  return only?.written === text && more.length === 0;
}

/** One option as the JVM reads it; what is not one option stays as it is written. */
export function readJvmOption(option: string): string {
  const [only] = splitJvmOptions(option) ?? [];
  return only?.written === option ? only.read : option;
}
