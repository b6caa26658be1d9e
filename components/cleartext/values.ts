import { isLoginName, isPasswordName } from "./secretNames.ts";

/**
 * A reference to a value that stands elsewhere: `${X}`, `$(X)`, `{{ x }}`, `#{x}`, `@x@`, `%X%`, `$X`; encrypted text of
 * Jasypt, Spring Cloud Config and SOPS; and the mark that stands for a placeholder of a template.
 */
const reference =
  /\$\{\??\s*(?:(?:env|sys|system|file|vault|secret|ssm|aws\w*|java|base64_\w+):)*[\w./[\]-]*\s*(?::-?\s*|:\?[^}]*)?\}|\$\([^()]{0,200}\)|\{\{[^}]{0,500}\}\}|\{%[^%]{0,500}%\}|#\{[^}]{0,500}\}|%\{[A-Z_]\w*\}|^\$(?:[A-Z_][A-Z0-9_]*|[a-z_]+)$|^@[\w.-]+@$|^%[A-Za-z_]\w*%$|^ENC[([][^)\]]*[)\]]$|^\{cipher\}.*$|^(?:vault|ref\+\w+|env|file|classpath|arn|awssm|gcpsm|op|akv):\S*$|\uE000+/gs;

/** `${NAME:default}`: Spring and shells take the default where the variable is not set. */
const withDefault =
  /^\$\{\s*(?!(?:env|sys|system|file|vault|secret|ssm|aws\w*|java|base64_\w+):)[\w.-]+\s*:[-=]?(?![?\s]*\}|\?)([^{}]*)\}$/;

/** A place in a file system. */
const path =
  /^(?:\.{1,2}|~)?\/(?:(?:run|var|etc|opt|mnt|vault|config|conf|secrets?|certificates?|certs?|home|tmp|usr|srv|app|data|keys?|dumps|workspace|root)(?:\/[\w.@-]+)*\/?|[\w-]+(?:\/[\w-]+)*\.[a-z\d]{2,10})$|^[A-Z]:\\\S+$/i;

/** Words that say how something is done, under a name such as `token` or `credentials`. */
const manner =
  /^(?:include|omit|same-origin|required|optional|disabled|enabled|none|basic|bearer|jwt|opaque|oauth2|header|cookie|session|default|auto|n\/a|vault|kubernetes|memory|redis|jdbc)$/i;

/** What may be counted or measured, a number with a unit. */
const amount =
  /^[+-]?\d+(?:\.\d+)?\s?(?:ns|us|ms|s|m|h|d|w|[kmg]i?b?|%|seconds|minutes|hours|days)?$|^P(?:T?\d+[A-Z])+$/i;

/**
 * Whether the value of something that is named like a secret is one: not empty, no switch, no reference, no path, no text
 * for people. A number is one only under a password's name.
 * @param keys the names on the way to it, the outermost first.
 */
export function isClearValue(keys: readonly string[], value: string): boolean {
  const trimmed = value.trim().replace(/^(["'])(.*)\1$/s, "$2");
  const [, fallback] = withDefault.exec(trimmed) ?? [];
  if (fallback !== undefined) return isClearValue(keys, fallback);
  const rest = trimmed.replaceAll(reference, "").replace(/^(?:basic|bearer|token)\s/i, "");
  if (rest.replaceAll(/[^\p{L}\p{N}]/gu, "").length < (rest === trimmed ? 1 : 3)) return false;
  if (/^(?:true|false|yes|no|on|off|null|nil|undefined|~|none)$/i.test(trimmed)) return false;
  if (/^<[^<>]*>$|^\[(?:hidden|secret|redacted)\]$|^(?:redacted|x{3,})$/i.test(trimmed) || path.test(trimmed))
    return false;
  // A password in a URL is found by its form.
  if (/^[a-z][a-z\d+.-]*:(?:[a-z]+:)?\/\/\S*$/i.test(trimmed)) return false;
  if (/^pwd$/i.test(keys.at(-1) ?? "") && trimmed.startsWith("/")) return false;
  if (isProse(trimmed)) return false;
  return isPasswordName(...keys) ? true : !amount.test(trimmed) && !manner.test(trimmed);
}

/** A sentence about a secret, as an application shows it: "Enter your password". */
function isProse(text: string): boolean {
  return (
    text.length < 500 &&
    text.split(/\s+/).length > 1 &&
    /password|passphrase|token|secret|credential|contraseñ|clave|\bkey\b/i.test(text) &&
    !/[=:]\S/.test(text)
  );
}

/**
 * Whether the value of `auth` is a user and a password, clear or in base64, or a scheme and what follows it. `Basic` and what
 * decodes to a user and a password is one whatever its name.
 */
export function isClearLogin(keys: readonly string[], value: string): boolean {
  const trimmed = value.trim();
  const [, basic] = /^basic\s+(\S+)$/i.exec(trimmed) ?? [];
  if (!isLoginName(...keys)) return basic !== undefined && isBase64(basic) && isClearLogin(["auth"], basic);
  const scheme = /^(?:basic|bearer|token|apikey|digest)\s+(\S{4,})$/i.exec(trimmed);
  if (scheme !== null) return isClearValue(["password"], scheme[1] ?? "");
  const decoded = isBase64(trimmed) ? Buffer.from(trimmed, "base64").toString("latin1") : trimmed;
  const [, password] = /^[\w.@-]+:(?!\/\/)([\x21-\x7e]+)$/.exec(decoded) ?? [];
  return password !== undefined && !/^\d+$/.test(password) && isClearValue(["password"], password);
}

function isBase64(text: string): boolean {
  return /^[A-Za-z\d+/]{8,}={0,2}$/.test(text);
}
