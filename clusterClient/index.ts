/** A site's API server, for every command that asks it. */

export { ApiClient } from "./apiClient.ts";
export { ApiError } from "./apiError.ts";
export { listWith } from "./list.ts";
