/** What else than printable ASCII a token may hold by mistake, by the name that people know it by. */
const names: Readonly<Record<string, string>> = {
  "\r": "a carriage return, as in a file from Windows",
  "\n": "a line feed",
  "\t": "a tab",
  " ": "a space",
  "\ufeff": "a byte order mark, as in a file from Windows",
};

/**
 * What keeps a token from being sent in a header of HTTP, as the end of a sentence that begins with its variable:
 * `holds a carriage return`. Undefined for a sound one. Says nothing of the token itself.
 */
export function tokenFault(token: string): string | undefined {
  const [wrong] = /[^\x21-\x7e]/u.exec(token) ?? [];
  if (wrong === undefined) return undefined;
  const name = names[wrong] ?? (/\p{Cc}/u.test(wrong) ? "a control character" : "a character that is not ASCII");
  return `holds ${name}; export it again without that, such as: export VAULT_TOKEN="$(tr -d '\\r\\n' < FILE)"`;
}
