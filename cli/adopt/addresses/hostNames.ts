/** Last words of a name that says that its value is a host: `DB_HOST`, `spring.data.redis.host`, `kafkaBrokers`. */
const hostNames =
  /(^|[._-])(hosts?|host[._-]?names?|addr|address|address(es)|servers?|endpoints?|brokers?|ur[il]s?|nodes?|contact[._-]?points?|peers?|seeds?|bootstrap|sentinels?)$/i;

/** Names whose value is what the service itself listens at, or is called. */
const ownNames =
  /^(hostname|pod[._-]?(ip|host)|server[._-]address|.*(bind|listen|advertised|from|mail[._-]?to|instance)[._-]?(host(name)?|addr(ess)?))$/i;

/** Whether a variable's, an option's or a property's name says that its value is a host. */
export function namesHost(name: string): boolean {
  const words = name.replaceAll(/([a-z0-9])([A-Z])/g, "$1_$2");
  return hostNames.test(words) && !ownNames.test(words) && !/management[._-]server[._-]address$/i.test(words);
}

/** The names under which the port of a named host may stand: `DB_HOST` -> `DB_PORT`, `spring.mail.host` -> `spring.mail.port`. */
export function portName(name: string): string {
  return name.replace(
    hostWord,
    (_, before: string, word: string) =>
      before + (word === word.toUpperCase() ? "PORT" : word.startsWith(word.charAt(0).toLowerCase()) ? "port" : "Port"),
  );
}

const hostWord =
  /(^|[._-]|(?<=[a-z0-9])(?=[A-Z]))(host[._-]?names?|hosts?|addr(?:ess(?:es)?)?|servers?|endpoints?|nodes?|ur[il]s?)$/i;
