import { expect, test } from "vitest";
import { timeZoneProblem } from "../../../components/kubernetes/timeZone.ts";

test("every zone that the runtime lists is one, and none in small letters", () => {
  for (const name of Intl.supportedValuesOf("timeZone")) {
    expect(timeZoneProblem(name), name).toBeUndefined();
    expect(timeZoneProblem(name.toLowerCase()), name).toMatch(`write ${name}`);
  }
});

test.each([
  "UTC",
  "Etc/UTC",
  "Etc/GMT+5",
  "America/Argentina/Buenos_Aires",
  "Asia/Kolkata",
  "Europe/Kyiv",
  "Africa/Asmera",
])("%s is a zone, also where the runtime has another name for it", (name) =>
  expect(timeZoneProblem(name)).toBeUndefined(),
);

test.each([
  "",
  "Peru/Lima",
  "-05:00",
  "+0500",
  "PET5",
  "asia/kolkata",
  "ASIA/KOLKATA",
  "America/argentina/Buenos_Aires",
  " America/Lima",
  ":America/Lima",
  5,
  undefined,
])("%j is none, and a JVM would take UTC", (name) => expect(timeZoneProblem(name)).toMatch(/IANA/));
