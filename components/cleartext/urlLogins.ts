/** What may be a URL with what stands round it: a word, or one entry of a list of quoted texts. */
const word = /(?:(?!",")\S)+/g;

/** A user and password up to the last `@` before the path. */
const login = /(?<=:\/\/)[^/?#]*@/g;

/**
 * A password with a `/`, `?` or `#` that is not escaped, up to the last `@` of the word: what stands behind the colon is no port,
 * so that what stands before it is no host.
 */
const openPassword = /(?<=:\/\/[^/?#:@[]*):(?!\$|\{|\d*(?:[/?#"']|$)).*@/;

/** The login of a URL that is escaped, as where it is a parameter of another. */
const escapedLogin = /(?<=%3A%2F%2F)(?:(?!%2F|%3F|%23)[^/?#&])*%40/gi;

/**
 * A text, such as a program's message, without the users, passwords and tokens of its URLs. A user alone is hidden too, since
 * it may be a token.
 * @param instead what takes the place of each, with the `@`
 */
export function hideLogins(text: string, instead = "[hidden]@"): string {
  return text.replaceAll(word, (whole) => {
    // Nothing behind it is searched, so that no text takes long.
    const [start = ""] = /^.*(?:@|%40)/.exec(whole) ?? [];
    const shown = start
      .replace(openPassword, "@")
      .replaceAll(login, instead)
      .replaceAll(escapedLogin, instead.replace("@", "%40"));
    return shown + whole.slice(start.length);
  });
}
