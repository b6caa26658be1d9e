/** A form by which a secret is known whatever stands beside it. */
export interface SecretForm {
  /** What it is, for people: "a GitHub token". */
  readonly what: string;
  /** Global, with the secret in its first group where there is one. */
  readonly pattern: RegExp;
}

/**
 * Well-known forms, after the rules of gitleaks (https://github.com/gitleaks/gitleaks, config/gitleaks.toml, MIT) and the
 * makers' own documentation. Shorter texts are taken too: one that was cut is still no text for Git.
 */
export const secretForms: readonly SecretForm[] = [
  {
    what: "a private key",
    pattern:
      /-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----(?![\s\\n]*\$\{)(?:(?!-----END)[\s\S])*(?:-----END [A-Z0-9 ]+-----)?/g,
  },
  { what: "an age private key", pattern: /\bAGE-SECRET-KEY-1[A-Z0-9]{6,}/g },
  { what: "a PuTTY private key", pattern: /\bPuTTY-User-Key-File-\d[\s\S]*/g },
  {
    what: "a URL with a password",
    pattern:
      /:\/\/[^\s:/@"'`<>]*:(?!(?:\$\{[^}:]*\}|\$\([^)]*\)|\{\{[^}]*\}\}|\uE000+|\$[A-Z_]+|%[A-Z_]+%|\*+|<[^>]*>|\[hidden\])@|\d+[?#])([^\s/"'`<>]+)@/g,
  },
  { what: "a URL with a password", pattern: /\bjdbc:oracle:\w+:[^\s/@:]+\/(?!\$[{(]|\uE000)([^\s@/]+)@/g },
  { what: "a URL with a password", pattern: /\b[\w.-]+:(?!\$)([^\s:@/]+)@(?:tcp|unix)\(/g },
  { what: "a GitHub token", pattern: /\b(?:gh[pousr]_\w{6,}|github_pat_\w{6,})/g },
  { what: "a GitLab token", pattern: /\bgl(?:pat|dt|ptt|rt|cbt|soat|agent|ft|imt|oas)-[\w-]{6,}/g },
  { what: "a Slack token", pattern: /\b(?:xox[abeoprs]|xapp)-[\w.-]{6,}/g },
  {
    what: "a webhook's address",
    pattern:
      /\bhttps:\/\/(?:hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/|[\w.-]*webhook\.office\.com\/|outlook\.office\.com\/webhook\/|discord(?:app)?\.com\/api\/webhooks\/|hooks\.zapier\.com\/|chat\.googleapis\.com\/v1\/spaces\/[^\s"'?]+\?)[^\s"'<>]+|\bhttps:\/\/[^\s"'/]+\/hooks\/[a-z0-9]{20,}/g,
  },
  { what: "an AWS access key", pattern: /\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{8,}\b/g },
  { what: "a Google key", pattern: /\bAIza[\w-]{12,}|\bGOCSPX-[\w-]{10,}|\bya29\.[\w-]{10,}/g },
  {
    what: "a payment provider's key",
    pattern: /\b(?:sk|rk)_(?:live|test)_\w{6,}|\bwhsec_\w{8,}|\bsq0(?:atp|csp)-[\w-]{10,}/g,
  },
  { what: "a JSON Web Token", pattern: /\beyJ[\w-]{8,}\.eyJ[\w-]{4,}\.[\w-]*/g },
  { what: "an npm token", pattern: /\bnpm_[A-Za-z0-9]{8,}\b/g },
  { what: "a Vault token", pattern: /\bhv[sbr]\.[\w-]{6,}|(?<![\w.])s\.[A-Za-z0-9]{24}\b/g },
  {
    what: "an API token",
    pattern:
      /\b(?:sk-(?:proj-|ant-|svcacct-)?[A-Za-z0-9_-]{16,}|hf_[A-Za-z]{16,}|SG\.[\w-]{10,}\.[\w-]{10,}|dop_v1_[a-f0-9]{16,}|pypi-[\w-]{16,}|dckr_pat_[\w-]{8,}|dapi[a-f0-9]{32}|dt0c01\.[A-Z0-9]{10,}\.[A-Z0-9]{10,}|glc_[\w+/=]{20,}|glsa_\w{20,}|NRAK-[A-Z0-9]{16,}|pul-[a-f0-9]{20,}|ATATT3[\w=-]{16,}|shpat_[a-f0-9]{16,}|lin_api_\w{16,})/g,
  },
  { what: "a signed address", pattern: /[?&](?:sig|X-Amz-Signature|x-goog-signature)=(?!\$)([\w%+/=-]{12,})/gi },
  {
    what: "credentials in a header",
    pattern:
      /\b(?:proxy-)?authori[sz]ation(?:\\?["']?\s*[:=,]\s*\\?["']?|\s+\\?["'])(?:basic|bearer|token|apikey|negotiate|digest)\s+(?!\$|\{\{|\uE000|%|<)([^\s"'\\]{4,})/gi,
  },
  { what: "a password in SQL", pattern: /\b(?:identified\s+(?:with\s+\w+\s+)?by|password)\s+'(?!\$)([^']+)'/gi },
  {
    what: "a password on a command line",
    pattern:
      /\b(?:mysql|mariadb|sshpass|mongo(?:sh|dump|restore)?)\w*\b[^\n|;&]{0,300}?\s-p\s*["']?(?!\$)([^\s"'$-][^\s"']*)/g,
  },
  {
    what: "a password on a command line",
    pattern: /\b(?:curl|wget)\b[^\n|;]{0,300}?\s(?:-u|--user)[\s=]*["']?[^\s:"'$]+:(?!\$)([^\s"']+)/g,
  },
  {
    what: "a password on a command line",
    pattern:
      /\b(?:redis-cli\b[^\n|;]{0,300}?\s-a|ldap\w+\b[^\n|;]{0,300}?\s-w|docker\s+login\b[^\n|;]{0,300}?\s-p)\s+["']?(?!\$)([^\s"']+)/g,
  },
  { what: "a password on a command line", pattern: /-pass(?:in|out)?\s+pass:(?!\$)([^\s"']+)/g },
  { what: "a password in a netrc file", pattern: /\blogin\s+\S+\s+password\s+(?!\$)(\S+)/g },
  { what: "a password in a pgpass file", pattern: /^[\w.*-]+:(?:\d+|\*):[^:\n]*:[^:\n]*:(?!\$)([^\s:]+)$/gm },
  { what: "a password file's entry", pattern: /^[\w.-]+:(\$(?:apr1|2[aby]|5|6)\$\S+|\{SHA\}\S+)/gm },
];

/** Whether a text may hold one of the forms; cheap, and never wrong when it says no. */
export const formHint =
  /-----BEGIN|AGE-SECRET|PuTTY|:\/\/[^\s/]*@|jdbc:oracle|gh[pousr]_|github_pat|\bgl\w+-|xox|xapp-|webhook|hooks|googleapis|A[KSBC]IA|ACCA|AIza|GOCSPX|ya29|_live_|_test_|whsec|sq0|eyJ|npm_|hv[sbr]\.|\bs\.|sk-|hf_|SG\.|dop_|pypi-|dckr_|dapi|dt0c|glc_|glsa_|NRAK|pul-|ATATT|shpat|lin_api|sig|authori[sz]ation|basic\s|identified|pass|(?:mysql|mariadb|mongo|curl|wget|redis-cli|ldap|docker)\w*\s|@(?:tcp|unix)\(|\$apr1|\$2|\$5|\$6|\{SHA|:(?:\d+|\*):/i;
