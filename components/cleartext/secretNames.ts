/**
 * Words by which people name a secret, in English and Spanish, in the singular. They count also where they end a longer
 * word without a mark between: `DBPASSWORD`, `authtoken`.
 */
const words =
  "password|passwort|passwd|passcode|passphrase|pwd|secret|token|credential|apikey|privatekey|contrasen(?:y|i)?a|secreto|credencial";
const endsInWord = new RegExp(`(?:${words})(?:e?s)?\\d*$`);

/** `pass` at the end of a word is a secret, `keystorepass`, but for the words of a dictionary that end so. */
const endsInPass = /(?<!by|com|tres|sur|over|under|low|high|band|multi|single|one|two|first|second|all|encom)pass\d*$/;

/** Words that are a secret only as a whole word. */
const wholeWord = /^(?:claves?|passes|pat|pw|pswd?|salt)\d*$/;

/** The words that make `key` one that nobody else may have: `ENCRYPTION_KEY`, and not `PARTITION_KEY`. */
const keyKinds =
  /(?:^|.)(?:api|private|priv|access|secret|encryption|encrypt|decryption|signing|sign|signature|jwt|jws|hmac|aes|rsa|crypto|cipher|master|shared|storage|account|license|licence|ssh|webhook|service|auth|cookie|session)$/;

/** Pairs of words that are a secret only together. */
const pairs =
  /^(?:pass phrase|pass word|jwt signing|signing secret|access signature|llave (?:privada|secreta|maestra)|frase paso|palabra paso)$/;

/** Pairs of words that are something else: Helm's `existingSecret`, nginx's `fastcgi_pass`, Spanish `palabra clave`. */
const otherPairs = /^(?:(?:existing|pull) secrets?|(?:fastcgi|uwsgi|scgi|grpc) pass|palabras? claves?)$/;

/** Words after a secret's that make it something else: `passwordFile`, `token.issuer`, `secretName`, `clave primaria`. */
const after = new Set(
  `file files path paths name names uri url urls endpoint endpoints host port location locations dir directory folder
  resource encoder encoding encryptor decoder validator validators validity validation expiry expiration expires expire
  ttl timeout age lifetime duration length size min minimum max maximum count limit limits attempts retries retry policy
  policies pattern regex strength complexity rule rules type types kind format mode algorithm alg provider providers
  source sources store stores storage manager service server issuer audience subject claim claims scope scopes header
  headers parameter parameters param prefix suffix field fields column attribute label alias id ids ref reference
  references version enabled disabled enable disable required optional reset change changes changed recovery forgot
  generator factory class bean handler filter interceptor repository table template message messages title prompt hint
  placeholder page view link rotation period interval delay seconds minutes hours days millis ms time date created
  updated exchange introspection verification verifier check checker supplier resolver converter strategy grant reviewer
  request response engine backend mount namespace role region zone owner group user username login cache bucket limiter
  usage budget counter metrics management scan scanning through history blacklist whitelist dictionary schema auth
  authentication authorization method property properties operator agent injector sync refresh renewal renew
  publica primaria foranea ajena valor unica catastral archivo fichero ruta nombre longitud caducidad vigencia tipo`.split(
    /\s+/,
  ),
);

/** Names that add nothing to the one around them: `password: { value: ... }`. */
const transparent = /^(?:values?|text|plain|plaintext|content|data|current|default|string|literal|\d+|)$/;

/**
 * Whether a name says that its value is a secret: `DB_PASSWORD`, `dbPassword`, `api-key`, `MYSQLPWD`, `clave`. Of a dotted
 * name the last part counts: `spring.datasource.password`, and not `token.expiry`.
 * @param keys the name; or the names on the way to a nested value, the outermost first.
 */
export function isSecretName(...keys: readonly string[]): boolean {
  const parts = keys.flatMap((key) => key.split(/[./[\]:]+/)).filter((part) => part !== "");
  // A map of passwords has its own names, such as those of users.
  if (/(?:passwords|passphrases|api[-_]?keys|contraseñas)$/i.test(parts.at(-2) ?? "")) return true;
  while (parts.length > 1 && transparent.test((parts.at(-1) ?? "").toLowerCase())) parts.pop();
  const last = wordsOf(parts.at(-1) ?? "");
  // `encryption.key` says it in two parts.
  const outer = /^(?:keys?|phrase)\d*$/.test(last.join("")) ? wordsOf(parts.at(-2) ?? "") : [];
  return saysSecret([...outer, ...last]);
}

/** Whether a name is a password's, which may be anything: a number too. */
export function isPasswordName(...keys: readonly string[]): boolean {
  return /pass|pwd|clave|contrase|secret(?!s)/i.test(keys.at(-1) ?? "");
}

/** Whether a name says that its value is a user and a password, or a scheme and a token. */
export function isLoginName(...keys: readonly string[]): boolean {
  return /(?:^|[^a-z])_?(?:proxy[-_]?)?(?:basic[-_.]?|http[-_.]?)?(?:auth|authorization|userpass|credentials?|htpasswd)$/i.test(
    separated(keys.at(-1) ?? ""),
  );
}

/** The part of a pattern that finds candidates quickly; every secret's name matches it. */
export const nameHint = /p(?:ass|s?wd?)|salt|secret|token|cred|key|clave|contrase|llave|auth|sign|[-_.]pat\b/i;

function saysSecret(names: readonly string[]): boolean {
  for (let index = names.length - 1; index >= 0; index -= 1) {
    const word = names[index] ?? "";
    const previous = names[index - 1] ?? "";
    if (isSecretWord(previous, word)) {
      return (
        !otherPairs.test(`${previous} ${word}`) &&
        !names.slice(index + 1).some((next) => after.has(next) && !isKeyId(names, index))
      );
    }
  }
  return false;
}

function isSecretWord(previous: string, word: string): boolean {
  return (
    endsInWord.test(word) ||
    endsInPass.test(word) ||
    wholeWord.test(word) ||
    (/^keys?\d*$/.test(word) && keyKinds.test(previous)) ||
    (word.length > 4 && /key\d*$/.test(word) && keyKinds.test(word.replace(/key\d*$/, ""))) ||
    pairs.test(`${previous} ${word}`)
  );
}

/** The two halves of a cloud's access key stand together; the first is no secret without the second, but nobody tells them apart. */
function isKeyId(names: readonly string[], index: number): boolean {
  return names.slice(index - 1).join(" ") === "access key id";
}

function wordsOf(name: string): string[] {
  return separated(name)
    .normalize("NFD")
    .replaceAll(/\p{M}/gu, "")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== "");
}

/** Separates the words of a name in camel case: `dbPassword` -> `db_Password`, `APIKey` -> `API_Key`. */
function separated(name: string): string {
  return name.replaceAll(/(\p{Ll}|\d)(\p{Lu})/gu, "$1_$2").replaceAll(/(\p{Lu})(\p{Lu}\p{Ll})/gu, "$1_$2");
}
