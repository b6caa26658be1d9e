/** What was done to a site, by whom, when and why: append-only, each record with the hash of the one before. */
export type { History } from "./history.ts";
export { openHistory } from "./openHistory.ts";
export { BrokenHistoryError, type HistoryReport, KeptEntryError } from "./parts.ts";
export { holdOf, isVerified, lastVerified, siteLostOf, unfinished } from "./queries.ts";
export type { HistoryEntry, HistoryRecord } from "./record.ts";
