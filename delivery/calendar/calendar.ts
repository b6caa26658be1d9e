/** `calendar.yaml`: when no site may be changed, and when services need more replicas. The same for all sites. */
export interface Calendar {
  /**
   * Who may deploy in a freeze.
   * @default nobody
   */
  readonly breakGlass: BreakGlass;
  /**
   * Windows in which nothing is deployed.
   * @default none
   */
  readonly freezes: readonly Freeze[];
  /**
   * Windows in which services have more replicas.
   * @default none
   */
  readonly peaks: readonly Peak[];
  /** The sites of the project, for which windows without a time zone of their own are read. */
  readonly sites: readonly CalendarSite[];
}

/** What the calendar must know of a site. */
export interface CalendarSite {
  readonly name: string;
  /** The site's `timeZone`, `UTC` where it states none. */
  readonly timeZone: string;
}

/** Who passes a freeze with a reason. Nobody, unless the calendar says so. */
export interface BreakGlass {
  /**
   * Ids of entities in a site's Vault (`vault read -field=id identity/entity/name/<name>`). Each site has a Vault of its own, so
   * a person has an entity in each.
   * @default none
   */
  readonly vaultEntities: readonly string[];
  /**
   * Fingerprints of keys that sign commits: of OpenPGP 40 hexadecimal digits, of SSH `SHA256:...`.
   * @default none
   */
  readonly signers: readonly string[];
}

/** A time, once or again and again. All times are those of the wall clock in the window's time zone. */
export interface Window {
  /**
   * DNS label; no other freeze, or no other peak, has it.
   * @example income-tax-deadline
   */
  readonly name: string;
  /** Why, for whoever is stopped by it: at least 10 characters. */
  readonly reason: string;
  /**
   * The sites for which it holds.
   * @default all
   */
  readonly sites?: readonly string[];
  /**
   * A time zone of the IANA database, such as `Europe/Madrid`.
   * @default the site's own, UTC where it states none
   */
  readonly timeZone?: string;
  /**
   * The first minute; of a recurrence, that of the first time.
   * @example 2027-03-24T00:00
   */
  readonly start: string;
  /**
   * The first minute after it. Stated where it happens once; a recurrence has a duration.
   * @example 2027-04-01T00:00
   */
  readonly end?: string;
  /**
   * How long each time lasts. A day ends at the same time of the wall clock, whatever the clocks did.
   * @example 2d12h
   */
  readonly duration?: string;
  /**
   * When it comes again: a recurrence rule of RFC 5545. Needs a duration.
   * @example FREQ=MONTHLY;BYMONTHDAY=-1
   */
  readonly rrule?: string;
  /**
   * Starts that the rule has and that do not happen.
   * @example [2027-08-31T22:00]
   */
  readonly exdate?: readonly string[];
}

/** While it lasts nothing is deployed. */
export type Freeze = Window;

/** While it lasts services have more replicas. */
export interface Peak extends Window {
  /**
   * How long before its start it is to be deployed. Time in which a freeze lets nothing through is not counted.
   * @example 2d
   */
  readonly deployBefore: string;
  /**
   * Service -> the fewest replicas during the peak. A service that has as many anyway keeps its own.
   * @example { card-payments: 4 }
   */
  readonly minReplicas?: Readonly<Record<string, number>>;
  /**
   * Service -> the most replicas during the peak. Needed where `minReplicas` is above what the service states.
   * @example { card-payments: 8 }
   */
  readonly maxReplicas?: Readonly<Record<string, number>>;
}

/** One time that a freeze or a peak takes place: from `start` on, and before `end`. */
export interface Occurrence {
  readonly start: Date;
  readonly end: Date;
}
