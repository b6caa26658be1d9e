import { line, type Subject, step, touches } from "./subject.ts";

/** What is said of a service that had neither the time zone nor the letters of its sites. */
export const timeSubject: Subject = {
  name: "time and letters",
  matches: /^container\.env\[(TZ|LC_ALL)\]/,
  tell: (question) => ({
    what: line([
      ...step(question, "time zone (TZ)", "container.env[TZ].value", "the image's"),
      ...step(question, "letters (LC_ALL)", "container.env[LC_ALL].value", "the image's"),
    ]),
    outcome: line([
      ...(touches(question, "container.env[TZ]")
        ? ["days begin at another hour, and what is stored in local time is misread"]
        : []),
      ...(touches(question, "container.env[LC_ALL]")
        ? ["dates and numbers are written as in the site's language, and what is stored in another encoding is misread"]
        : []),
    ]),
    remedy: "env.TZ, env.LC_ALL (with the language by which it ran)",
  }),
};
