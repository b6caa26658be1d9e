/** What changes of databases ask of a deployment and of a rollback: pure, from what is registered and from the sites' history. */
export { contractProblems, contractsOf, type SiteReleases, undoProblems } from "./contracts.ts";
