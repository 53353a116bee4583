// The row of the moderators' log of an act that concerns nobody and nothing in particular.

export const LOG = { targetUserId: null, lineId: null, durationMs: null, reason: "", settings: null };
