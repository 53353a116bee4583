// Limits of the chat that edges, rooms and pages share. Contract §4.

export const BODY_LENGTH_MAX = 500;
export const NONCE_LENGTH_MAX = 64;
/** Entries in a welcome, and the newest kept by rings. */
export const HISTORY_LENGTH = 50;
/** Missed entries that a resume sends; more than that and the client starts afresh. */
export const RESUME_LENGTH_MAX = 1_000;
