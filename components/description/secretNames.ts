/** Words by which people name what holds a secret. They may follow other letters directly: `DBPASSWORD`. */
const words = "password|passwd|pass[-_]?phrase|secret|token|(?:api|private|access)[-_]?key|credentials?";

/** Shorter words, which count only as a whole word: `DB_PWD`, and not `BYPASS`. */
const shortWords = "pass|pwd";

const inName = new RegExp(`(${words}|(^|[-_.])(${shortWords}))([-_.]|$)`, "i");
const atEnd = new RegExp(`(${words}|(^|[-_.])(${shortWords}))$`, "i");

/** Whether a variable's name says that its value is a secret: `DB_PASSWORD`, `dbPassword`, `AUTHTOKEN`, `PWD_HASH`. */
export function isSecretName(name: string): boolean {
  return inName.test(separated(name));
}

/** Whether a property's name ends in a word for a secret: `spring.datasource.password`, and not `token.expiry`. */
export function endsInSecretName(name: string): boolean {
  return atEnd.test(separated(name));
}

/** Separates the words of a name in camel case: `dbPassword` -> `db_Password`. */
function separated(name: string): string {
  return name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2");
}
