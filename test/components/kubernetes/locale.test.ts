import { expect, test } from "vitest";
import { parseLocale } from "../../../components/kubernetes/locale.ts";

test.each(["es_PE", "es_ES", "qu_PE", "pt_BR", "en_US", "nb_NO", "ja_JP", "zh_CN"])("%s is known", (name) => {
  const [language, country] = name.split("_");
  expect(parseLocale(`${name}.UTF-8`)).toEqual({ language, country });
});

test.each([
  "es_XX.UTF-8",
  "xx_PE.UTF-8",
  "en_PE.UTF-8",
  "tlh_KL.UTF-8",
  "es_PE.utf8",
  "es_PE",
  "es-PE.UTF-8",
  "ES_PE.UTF-8",
  "C.UTF-8",
  "",
])("%j is not", (name) => expect(parseLocale(name)).toBeUndefined());
