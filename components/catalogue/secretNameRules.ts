import type { ResolvedMicroservice } from "../description/index.ts";
import { type Diagnostic, formatPath } from "../diagnostic.ts";
import type { Template } from "./templates.ts";

/** Spring Boot's own properties, as variables. */
const springVariable = /^(?:SPRING|SERVER|MANAGEMENT|LOGGING)_[A-Z\d_]+$/;

/**
 * Reports secrets that Spring never reads under the name that they have, and names of `setByImage` that no file has.
 * A file of `/vault/secrets` is a property of that very name: `SPRING_DATASOURCE_PASSWORD` is not `spring.datasource.password`,
 * which it is as a variable.
 */
export function checkSecretNames(
  { secrets, source }: ResolvedMicroservice,
  folder: string,
  templates: readonly Template[],
): Diagnostic[] {
  const isNamed = (name: string) => {
    const placeholder = new RegExp(`\\$\\{\\s*(?:env:)?${name.replaceAll(/[.[\]]/g, "\\$&")}\\s*[:}]`);
    return templates.some(({ text }) => placeholder.test(text));
  };
  const files = secrets.delivery === "files" ? secrets.stored : [];
  return [
    ...files
      .filter(({ key }) => springVariable.test(key) && !isNamed(key))
      .map(({ key }) => ({
        file: folder,
        path: formatPath(["secrets", key]),
        message: `is a property of that very name with secretDelivery "files", and not ${key.toLowerCase().replaceAll("_", ".")}; write \${${key}} where a file of config/ states that property, or deliver it by "env"`,
      })),
    ...(source.setByImage ?? [])
      .map((name, index) => ({ name, index }))
      .filter(({ name }) => !isNamed(name))
      .map(({ name, index }) => ({
        file: folder,
        path: formatPath(["setByImage", index]),
        message: `${JSON.stringify(name)} is named by no file of config/; remove it, or correct it`,
      })),
  ];
}
