// Session time of FLV time 0 in one run of the ladder: FLV counts 32 bits of ms, a session may run for years.

/** 12.4 days. Even, as feed.ts needs. */
const STEP_MS = 2 ** 30;

/** A run that begins at this session time lasts 12.4 days at least until FED_MS_MAX of feed.ts ends it. */
export const originFor = (atMs: number) => Math.max(0, Math.floor(atMs / STEP_MS)) * STEP_MS;
