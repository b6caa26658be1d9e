import { line, type Subject, step } from "./subject.ts";

/** What is said of a service that had neither the time zone nor the letters of its sites. */
export const timeSubject: Subject = {
  name: "time and letters",
  matches: /^container\.env\[(TZ|LC_ALL)\]/,
  tell: (question) => ({
    what: line([
      ...step(question, "time zone (TZ)", "container.env[TZ].value", "the image's"),
      ...step(question, "letters (LC_ALL)", "container.env[LC_ALL].value", "the image's"),
    ]),
    outcome:
      "days begin at another hour, and words and numbers are the site's; what is stored in local time or in another encoding is misread",
    remedy: "env.TZ, env.LC_ALL (with the language by which it ran)",
  }),
};
