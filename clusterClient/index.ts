/** A site's API server, for every command that asks it. */

export { ApiClient, type ApiRequest } from "./apiClient.ts";
export { ApiError } from "./apiError.ts";
export { listWith } from "./list.ts";
