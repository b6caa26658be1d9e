import { z } from "zod";
import { dnsLabel, type Fields, reason, timeZone, timeZoneProblem } from "../../components/kubernetes/index.ts";
import { didYouMean } from "../../components/suggestion.ts";
import { checkPeakReplicas, peakReplicas } from "../../site.ts";
import type { BreakGlass, Calendar, CalendarSite, Freeze, Peak, Window } from "./calendar.ts";
import { appliesTo, zoneOf } from "./calendarSites.ts";
import { durationRule, parseDuration } from "./duration.ts";
import { parseWallClock, wallClockRule } from "./wallClock.ts";
import { windowProblems } from "./windowRules.ts";

const wallClock = z.string(wallClockRule).refine((text) => parseWallClock(text) !== undefined, wallClockRule);

const duration = z.string(durationRule).refine((text) => parseDuration(text) !== undefined, durationRule);

/** Vault's ids have the form of a UUID, and no version in it. */
const entityId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

const entityRule =
  "must be the id of an entity in Vault, 36 characters in lower case; a name may be given to another entity later: vault read -field=id identity/entity/name/<name>";

const fingerprintRule =
  "must be a key's fingerprint: of OpenPGP 40 hexadecimal digits in capitals without blanks (gpg --list-keys), of SSH SHA256: and 43 characters (ssh-keygen -lf)";

const breakGlass = z.strictObject({
  vaultEntities: z.array(z.string(entityRule).regex(entityId, entityRule)).default([]),
  signers: z
    .array(z.string(fingerprintRule).regex(/^([0-9A-F]{40}|SHA256:[A-Za-z0-9+/]{43})$/, fingerprintRule))
    .default([]),
} satisfies Fields<BreakGlass>);

const window = {
  name: dnsLabel,
  reason,
  sites: z.array(dnsLabel).min(1, "must name at least one site; leave it out where all are meant").exactOptional(),
  timeZone: timeZone.exactOptional(),
  start: wallClock,
  end: wallClock.exactOptional(),
  duration: duration.exactOptional(),
  rrule: z.string("must be a recurrence rule (RFC 5545), such as FREQ=MONTHLY;BYMONTHDAY=-1").exactOptional(),
  exdate: z.array(wallClock).exactOptional(),
} satisfies Fields<Window>;

/** More are no plan that anybody oversees, and each is looked at before every deployment. */
const most = 500;
const mostRule = `must be at most ${most}; remove those that are over`;

/** Accepts `calendar.yaml` of a project with these sites. */
export function calendarSchema(sites: readonly CalendarSite[]) {
  const windows = <Shape extends typeof window>(shape: Shape) =>
    z
      .array(
        z.strictObject(shape).superRefine((stated, context) => {
          // The library infers nothing of a shape that it does not know whole; each has at least a window's fields.
          checkWindow(stated as Window, sites, context);
          // Only a peak has replicas.
          checkPeakReplicas(stated as Partial<Peak>, context);
        }),
      )
      .max(most, mostRule)
      .superRefine((list, context) => namesDiffer(list as readonly Window[], context))
      .default([]);
  return z.strictObject({
    breakGlass: breakGlass.default({ vaultEntities: [], signers: [] }),
    freezes: windows(window satisfies Fields<Freeze>),
    peaks: windows({ ...window, deployBefore: duration, ...peakReplicas } satisfies Fields<Peak>),
  } satisfies Fields<Omit<Calendar, "sites">>);
}

function checkWindow(stated: Window, sites: readonly CalendarSite[], context: z.RefinementCtx): void {
  const report = (path: readonly PropertyKey[], message: string) =>
    context.addIssue({ code: "custom", path: [...path], message });
  const known = sites.map(({ name }) => name);
  for (const [index, name] of (stated.sites ?? []).entries()) {
    if (known.includes(name)) continue;
    report(
      ["sites", index],
      `is no site of this project; expected one of ${known.join(", ")}${didYouMean(name, known)}`,
    );
  }
  // Without a time zone that there is, no time can be looked at.
  if (stated.timeZone !== undefined && timeZoneProblem(stated.timeZone) !== undefined) return;
  const zones = sites.flatMap((site) => (appliesTo(stated, site.name) ? [zoneOf(stated, site)] : []));
  for (const zone of new Set(zones.length === 0 ? [stated.timeZone ?? "UTC"] : zones)) {
    for (const { path, message } of windowProblems(stated, zone)) report(path, message);
  }
}

function namesDiffer(windows: readonly Window[], context: z.RefinementCtx): void {
  const first = new Map<string, number>();
  for (const [index, { name }] of windows.entries()) {
    const earlier = first.get(name);
    if (earlier === undefined) first.set(name, index);
    else {
      const message = `is also the name of number ${earlier + 1} of this list; give each a name of its own`;
      context.addIssue({ code: "custom", path: [index, "name"], message });
    }
  }
}
