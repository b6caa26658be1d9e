/** What a description takes as a variable's name: what a shell can set. */
const accepted = /^[A-Za-z_][A-Za-z0-9_]*$/;

/**
 * The names under which a description can have a variable, so that an application finds the property that it stands for.
 * Kubernetes takes further characters than a shell, and people use them to write a property's name: `retry-limit`.
 *
 * - Spring: a dot becomes `_`, a hyphen nothing, and letters are in upper case: `RETRYLIMIT`.
 *   https://docs.spring.io/spring-boot/reference/features/external-config.html#features.external-config.typesafe-configuration-properties.relaxed-binding.environment-variables
 * - MicroProfile Config: all but letters and digits becomes `_`, in upper case: `RETRY_LIMIT`.
 *   https://download.eclipse.org/microprofile/microprofile-config-3.1/microprofile-config-spec-3.1.html#default_configsources.env.mapping
 *
 * Where the two differ there are both. Empty where neither gives a name, since a digit stands first.
 */
export function variableNames(name: string): string[] {
  if (accepted.test(name)) return [name];
  const mapped = (text: string) => text.replaceAll(/[^A-Za-z0-9]/g, "_").toUpperCase();
  const spring = mapped(name.replaceAll(/\[(\d+)\]/g, "_$1").replaceAll("-", ""));
  return [...new Set([mapped(name), spring])].filter((each) => accepted.test(each) && each !== "_");
}
