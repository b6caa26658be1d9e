import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { alerts } from "../../components/monitoring/rules/index.ts";
import packageJson from "../../package.json" with { type: "json" };

type Alert = (typeof alerts)[number];

const folder = join(import.meta.dirname, "../../docs/runbooks");
const languages = [
  {
    language: "English",
    path: folder,
    headings: ["What it means", "How to look", "What to do", "Whom to call"],
    bySymptom: "By symptom",
    facts: factsInEnglish,
  },
  {
    language: "Spanish",
    path: join(folder, "es"),
    headings: ["Qué significa", "Cómo mirar", "Qué hacer", "A quién llamar"],
    bySymptom: "Por síntoma",
    facts: factsInSpanish,
  },
] as const;

const alertNames = alerts.map(({ name }) => name).sort();
const pagesIn = (path: string) =>
  readdirSync(path).flatMap((file) => (file.endsWith(".md") && file !== "README.md" ? [file.slice(0, -3)] : []));
const page = (path: string, name: string) => readFileSync(join(path, `${name}.md`), "utf8");

/** The commands of a page, block by block. */
function commands(text: string): string[] {
  return [...text.matchAll(/^ *```sh\n([\s\S]*?)^ *```$/gm)].map(([, block = ""]) => block.replaceAll(/^ +/gm, ""));
}

function prose(text: string): string {
  return text.replaceAll(/^ *```sh\n[\s\S]*?^ *```$/gm, "");
}

function section(text: string, heading: string): string {
  return text.split(`## ${heading}\n`)[1]?.split("\n## ")[0] ?? "";
}

/** Links of a page that lead nowhere. */
function deadLinks(path: string, text: string): string[] {
  return [...text.matchAll(/\]\(([^)]+)\)/g)].flatMap(([, target = ""]) => {
    const [file = "", anchor] = target.split("#");
    const linked = normalize(join(path, file));
    if (!existsSync(linked)) return [target];
    const anchors = [...readFileSync(linked, "utf8").matchAll(/^#+ (.*)$/gm)].map(([, heading = ""]) =>
      heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, "")
        .replaceAll(" ", "-"),
    );
    return anchor === undefined || anchors.includes(anchor) ? [] : [target];
  });
}

/** Variables that stand for labels which the commands themselves find, for the site, and the shell's own. */
const commonVariables = ["NAMESPACE", "POD", "SERVICE", "NODE", "DEVICE", "SITE", "HOST", "USER"];

describe.each(languages)("the runbooks in $language", ({ path, headings, bySymptom, facts }) => {
  it("are one for each alert", () => {
    expect(pagesIn(path).sort()).toEqual(alertNames);
  });

  it("are all in the list by symptom, once", () => {
    const index = page(path, "README");
    const listed = [...section(index, bySymptom).matchAll(/\[(\w+)\]\(\1\.md\)/g)].map(([, name]) => name);
    expect(listed.sort()).toEqual(alertNames);
    expect(deadLinks(path, index)).toEqual([]);
  });

  it.each(alerts)("say of $name what it means, how to look, what to do and whom to call", (alert) => {
    const text = page(path, alert.name);
    const [title, , summary] = text.split("\n");
    expect(title).toBe(`# ${alert.name}`);
    expect(summary).toBe(facts(alert));
    expect([...text.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading)).toEqual(headings);
    const [meaning = "", look = "", steps = "", call = ""] = headings.map((heading) => section(text, heading).trim());
    expect(meaning.length).toBeGreaterThan(80);
    // What to type, and what one then sees.
    expect(commands(look).join("").trim().split("\n").length).toBeGreaterThan(1);
    expect(prose(look).trim().length).toBeGreaterThan(60);
    expect(steps.match(/^\d\. /gm)?.length).toBeGreaterThan(1);
    expect(call).toMatch(/^- /);
    expect(deadLinks(path, text)).toEqual([]);
  });

  it.each(alerts)("use in the commands of $name labels of the alert, and scripts that there are", (alert) => {
    const typed = commands(page(path, alert.name)).join("");
    const known = [...commonVariables, ...alert.identity.map((label) => label.toUpperCase())];
    const variables = [...typed.matchAll(/\$([A-Z]+)\b/g)].map(([, variable = ""]) => variable);
    expect(variables.filter((variable) => !known.includes(variable))).toEqual([]);
    // Who copies a block whole does not undo at once what it does.
    const undone = commands(page(path, alert.name)).filter((block) =>
      [/ (cordon|drain) [\s\S]* uncordon /, / taint (.*)=[\s\S]* taint \1-$/m, / down\n[\s\S]* up$/m].some((both) =>
        both.test(block),
      ),
    );
    expect(undone).toEqual([]);
    const scripts = [...typed.matchAll(/npm run (\S+)/g)].map(([, script = ""]) => script);
    expect(scripts.filter((script) => !(script in packageJson.scripts))).toEqual([]);
  });
});

describe("the runbooks in both languages", () => {
  it.each([...alertNames, "README"])("have in %s the same commands, and as many steps and words of code", (name) => {
    const [english = "", spanish = ""] = languages.map(({ path }) => page(path, name));
    expect(commands(spanish)).toEqual(commands(english));
    const steps = (text: string) => text.match(/^\d\. /gm)?.length;
    expect(steps(spanish)).toBe(steps(english));
    const code = (text: string) => new Set(prose(text).match(/`[^`]+`/g)).size;
    expect(code(spanish)).toBe(code(english));
  });
});

function factsInEnglish({ severity, for: duration, threshold }: Alert): string {
  const units = { ratio: "a share, 0 to 1", seconds: "seconds", celsius: "degrees Celsius", number: "a number" };
  const when = duration === "0m" ? "at once" : `after \`${duration}\``;
  const number = threshold === undefined ? "" : `; threshold \`${threshold.value}\` (${units[threshold.unit]})`;
  return `Severity \`${severity}\`, ${when}${number}.`;
}

function factsInSpanish({ severity, for: duration, threshold }: Alert): string {
  const units = {
    ratio: "una proporción, de 0 a 1",
    seconds: "segundos",
    celsius: "grados Celsius",
    number: "un número",
  };
  const when = duration === "0m" ? "en el acto" : `tras \`${duration}\``;
  const number = threshold === undefined ? "" : `; umbral \`${threshold.value}\` (${units[threshold.unit]})`;
  return `Severidad \`${severity}\`, ${when}${number}.`;
}
