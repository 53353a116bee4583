/** Media type of a chat's export: one entry a line, as JSON. */
export const EXPORT_TYPE = "application/x-ndjson";
